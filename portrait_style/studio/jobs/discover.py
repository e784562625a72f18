"""The task that sorts pictures by style."""

import threading
import time

from portrait_style.discovery.config import DiscoveryConfig
from portrait_style.image_folder import list_images
from portrait_style.studio.jobs.discovered import FOUND, PICTURES
from portrait_style.studio.jobs.task import TaskContext
from portrait_style.terminal import import_tensorflow_quietly

MODEL = "mobile"
# Seconds that it takes, about: the start, and every picture.
_START, _PICTURE = 8.0, 0.2
_MOST_PROGRESS, _TELL_EVERY = 0.95, 1.0


def run(context: TaskContext) -> None:
    """Discover the styles of the pictures of a job.

    Args:
        context: `TaskContext`, its folder with `pictures/`.

    Raises:
        PortraitStyleError: if the pictures do not do.
    """
    pictures = context.folder / PICTURES
    with _Pace(context, len(list_images(pictures))):
        import_tensorflow_quietly()
        from portrait_style.discovery.run import run_discovery

        config = DiscoveryConfig(
            str(pictures), str(context.folder / FOUND), model=MODEL, overwrite=True
        )
        found = run_discovery(config)
    told = f"found {len(found.styles)} styles"
    context.report(1.0, told, result={"styles": len(found.styles)})


class _Pace:
    """Tells how far a discovery should be, from the number of pictures."""

    def __init__(self, context: TaskContext, count: int):
        self._context = context
        self._told = f"looking at {count} pictures"
        self._expected = _START + _PICTURE * count
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _tell(self) -> None:
        start = time.monotonic()
        while True:
            left = self._expected - (time.monotonic() - start)
            progress = min(_MOST_PROGRESS, 1.0 - left / self._expected)
            self._context.report(progress, self._told, left if left > 0.0 else None)
            if self._ended.wait(_TELL_EVERY):
                return

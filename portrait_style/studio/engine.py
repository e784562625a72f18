"""Models of a studio, and drawing with them, a few pictures at a time."""

import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np

from portrait_style.errors import ArgumentError, ModelError, PortraitStyleError
from portrait_style.image import crop_square, load_image, read_image, resize
from portrait_style.medium import lay_on
from portrait_style.model_files.lite_networks import GENERATOR_LITE
from portrait_style.model_files.preset import BUNDLED, preset_names
from portrait_style.model_files.trained_model import TrainedModel, open_model
from portrait_style.personalization.region import PlausibleRegion
from portrait_style.settings import between
from portrait_style.studio.asked_style import AskedStyle
from portrait_style.studio.byte_cache import ByteCache
from portrait_style.studio.learned_models import LearnedModel, LearnedModels
from portrait_style.studio.storage.database import Database
from portrait_style.studio.storage.files import FileStore
from portrait_style.styles.bank import StyleBank
from portrait_style.stylizer import PortraitStylizer
from portrait_style.transparency import with_alpha
from portrait_style.web.site import MEDIA

# Pixels of the longer side that can be asked for, and of what is drawn where no size is.
SIZES = between(16, 4096)
OWN_SIZE = 2048
# What is drawn larger than this takes gigabytes: by networks of its own, which are not kept.
KEPT_SIDE = 1280
# What cards are drawn and shown at.
CARD_DRAWN, CARD_SHOWN = 256, 160
OWN_MEDIUM, NO_MEDIUM = "own", "none"
_MODELS_KEPT = 2
_AT_ONCE = 4
_CACHE_BYTES = 32 << 20

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Wish:
    """How a picture is to be drawn.

    Attributes:
        style: `AskedStyle`.
        intensity: float in [0, 1].
        size: int in [16, 4096], pixels of the longer side, or `None` for the photo's own, 2048 at
            most.
        medium: str, "own" for that of the style, "none", or one of `MEDIA`.
        texture: float in [0, 1], how much is seen of the medium.

    Raises:
        ArgumentError: if the size is out of its range, or there is no such medium.
    """

    style: AskedStyle
    intensity: float = 1.0
    size: int | None = None
    medium: str = OWN_MEDIUM
    texture: float = 0.0

    def __post_init__(self):
        if self.size is not None:
            SIZES.check("size", self.size)
        if self.medium not in (OWN_MEDIUM, NO_MEDIUM, *MEDIA):
            raise ArgumentError(f"no medium is called {self.medium!r}; known: {', '.join(MEDIA)}")


class Engine:
    """The models that a studio draws with, and the threads that draw.

    Models are bundled presets that draw without TensorFlow, and what was learned in the studio.
    A model is opened when it is first asked for; the last two stay open.

    Args:
        database: `Database`.
        files: `FileStore`.
    """

    def __init__(self, database: Database, files: FileStore):
        self._learned = LearnedModels(database, files)
        cores = os.cpu_count() or 1
        at_once = min(cores, _AT_ONCE)
        # All cores for every picture would have those drawn at once wait for each other.
        self._cores_a_picture = max(1, cores // at_once)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="draw")
        self._open: OrderedDict[str, PortraitStylizer] = OrderedDict()
        self._told: dict[Path | str, dict] = {}
        self._lock = threading.Lock()
        self._large = threading.Lock()
        self.cache = ByteCache(_CACHE_BYTES)

    def submit(self, work: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> "Future[T]":
        """Do work in one of the threads that draw: as many at once as there are cores, at most 4.

        Args:
            work: what to call.
            *arguments, **named: what to call it with.

        Returns:
            Its `Future`.
        """
        return self._threads.submit(work, *arguments, **named)

    def close(self) -> None:
        """Let the threads end; what waits is not drawn any more."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def models(self) -> list[dict]:
        """Describe the models: presets first, then what was learned, the oldest first.

        Returns:
            list of dict with "name", "title", "styles" and "taste", see `_described`.
        """
        presets = (LearnedModel(name, name, name) for name in bundled_models())
        found = []
        for model in (*presets, *self._learned.all()):
            with contextlib.suppress(ModelError):
                found.append({**self._describe(model), "title": model.title})
        return found

    def _describe(self, model: LearnedModel) -> dict:
        if model.source not in self._told:
            self._told[model.source] = _described(model.name, open_model(model.source))
        return self._told[model.source]

    def source(self, name: str) -> str | Path:
        """Say what `open_model` takes for a model.

        Args:
            name: str, a preset that draws without TensorFlow, or "job-12" for what was learned.

        Raises:
            ModelError: if there is none of that name.
        """
        if name in bundled_models():
            return name
        return self._learned.find(name).source

    def stylizer(self, name: str) -> PortraitStylizer:
        """Open a model, or give it again.

        Args:
            name: str, as for `source`.

        Raises:
            ModelError: if there is none of that name, or it is damaged.
        """
        source = str(self.source(name))
        with self._lock:
            if source not in self._open:
                model = open_model(source)
                self._open[source] = PortraitStylizer.of(model, self._cores_a_picture)
            self._open.move_to_end(source)
            while len(self._open) > _MODELS_KEPT:
                self._open.popitem(last=False)
            return self._open[source]

    def bank(self, name: str) -> StyleBank:
        """Give the styles of a model.

        Args:
            name: str, as for `source`.

        Raises:
            ModelError: if there is none of that name, or it is damaged, or names no styles.
        """
        bank = self.stylizer(name).bank
        if bank is None:
            raise ModelError(f"{name} names no styles")
        return bank

    def draw(self, photo: bytes, model: str, wish: Wish) -> np.ndarray:
        """Draw a photo.

        Args:
            photo: bytes of a picture file.
            model: str, as for `source`.
            wish: `Wish`.

        Returns:
            uint8 (height, width, 3), or 4 where the photo is transparent.

        Raises:
            ModelError: if the model or the style is not there or damaged.
            ImageError: if the photo cannot be read.
            PortraitStyleError: if the style is of another model, or something is out of its range.
        """
        pixels, alpha = read_image(photo)
        array = pixels if alpha is None else with_alpha(pixels, alpha)
        size = wish.size or (OWN_SIZE if max(pixels.shape) > OWN_SIZE else None)
        with self._lent(model, size or max(pixels.shape[:2])) as stylizer:
            return _drawn(stylizer, array, wish, size)

    def card(self, photo: bytes, model: str, wish: Wish) -> np.ndarray:
        """Draw the upper square of a photo, small.

        Args:
            photo, model, wish: as for `draw`.

        Returns:
            uint8 (160, 160, 3).

        Raises:
            As `draw`.
        """
        square = crop_square(load_image(photo), CARD_DRAWN)
        drawn = _drawn(self.stylizer(model), square, wish, None)
        return resize(drawn, CARD_SHOWN, CARD_SHOWN)

    def draw_code(self, photo: bytes, model: str, code: np.ndarray, size: int) -> np.ndarray:
        """Draw a photo by a style code.

        Args:
            photo, model: as for `draw`.
            code: (code_size,).
            size: int in [16, 1280], pixels of the longer side.

        Returns:
            uint8 (height, width, 3).

        Raises:
            As `draw`.
        """
        return self.stylizer(model).stylize(load_image(photo), code, size=size)

    @contextlib.contextmanager
    def _lent(self, model: str, side: int) -> Iterator[PortraitStylizer]:
        """Lend a stylizer; a large picture has one of its own, whose memory goes with it."""
        if side <= KEPT_SIDE:
            yield self.stylizer(model)
            return
        with self._large:
            yield PortraitStylizer.of(open_model(self.source(model)))


def bundled_models() -> list[str]:
    """Name the presets that draw without TensorFlow, the smallest first: it draws quickest."""
    lite = [name for name in preset_names() if open_model(name).is_lite]
    return sorted(lite, key=lambda name: (BUNDLED / name / GENERATOR_LITE).stat().st_size)


def _drawn(stylizer: PortraitStylizer, photo: np.ndarray, wish: Wish, size) -> np.ndarray:
    texture = wish.texture if wish.medium == OWN_MEDIUM else 0.0
    try:
        picture = stylizer.stylize(photo, wish.style.style, wish.intensity, size, texture)
    except PortraitStyleError as error:
        raise type(error)(wish.style.told(str(error))) from error
    if wish.medium in MEDIA:
        colours = lay_on(
            np.ascontiguousarray(picture[..., :3]),
            MEDIA[wish.medium],
            wish.texture * wish.intensity,
        )
        picture = np.concatenate([colours, picture[..., 3:]], axis=-1)
    return picture


def _described(name: str, model: TrainedModel) -> dict:
    """Tell of a model: its name, its styles with medium and description, and if it can be tasted.

    Raises:
        ModelError: if it names no styles, or is damaged.
    """
    bank = model.bank
    if bank is None:
        raise ModelError(f"{name} names no styles")
    media = {style: bank.medium(style) for style in bank.names}
    styles = [
        {"name": style, "description": bank.description(style), "medium": medium and medium.kind}
        for style, medium in media.items()
    ]
    try:
        PlausibleRegion(bank)
    except ModelError:
        return {"name": name, "styles": styles, "taste": False}
    return {"name": name, "styles": styles, "taste": True}

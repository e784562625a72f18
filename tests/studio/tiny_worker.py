"""A worker whose tasks count instead of learning: quick, and stopped as a training is."""

import json
import signal
import sys
import time

from PIL import Image

from portrait_style.errors import DatasetError, TrainingInterruptedError
from portrait_style.studio.jobs.worker import main


def count(context):
    """Count steps, and keep each; go on from what was kept."""
    kept, received = context.folder / "kept.txt", []
    signal.signal(signal.SIGTERM, lambda number, frame: received.append(number))
    steps = context.arguments["steps"]
    first = step = int(kept.read_text()) if kept.is_file() else 0
    while step < steps:
        if received:
            raise TrainingInterruptedError("stopped", received[0])
        step += 1
        kept.write_text(str(step))
        context.report(step / steps, f"step {step} of {steps}", steps - step)
        time.sleep(0.02)
    context.report(1.0, f"counted from {first}", result={"counted": steps})


def refuse(context):
    raise DatasetError(f"{context.folder / 'pictures'} holds nothing of use")


def wait(context):
    context.report(0.5, "waits for its end")
    signal.pause()


def find_two(context):
    """Put pictures of odd and of even numbers into a cluster each."""
    files = sorted(path.name for path in (context.folder / "pictures").iterdir())
    clusters = [{"name": name, "files": files[i::2]} for i, name in enumerate(("odd", "even"))]
    found = {"clusters": clusters, "outliers": files[:1]}
    (context.folder / "found").mkdir()
    (context.folder / "found" / "styles.json").write_text(json.dumps(found))
    Image.new("RGB", (40, 30)).save(context.folder / "found" / "map.png")
    context.report(1.0, "found 2 styles", result={"styles": 2})


TASKS = {"learn": count, "discover": wait, "export": refuse}

if __name__ == "__main__":
    finds = {"discover": find_two} if sys.argv[1] == "finds" else {}
    sys.exit(main(sys.argv[2:], {**TASKS, **finds}))

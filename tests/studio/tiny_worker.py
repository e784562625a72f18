"""A worker whose tasks count instead of learning: quick, and stopped as a training is."""

import signal
import sys
import time

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


if __name__ == "__main__":
    sys.exit(main(tasks={"learn": count, "discover": wait, "export": refuse}))

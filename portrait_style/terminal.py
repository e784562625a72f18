"""What the command line writes: one line an error, and nothing of TensorFlow's."""

import contextlib
import os
import re
import sys


def print_line(line, file=None) -> None:
    """Write a line to the terminal, above the progress bar where there is one."""
    from tqdm import tqdm

    tqdm.write(str(line), file=file or sys.stdout)


def print_path(path) -> None:
    """Write a path on a line of its own, whatever characters its name has."""
    text = re.sub(r"[\x00-\x1f\x7f]", lambda match: repr(match[0])[1:-1], str(path))
    print_line(_encodable(text, sys.stdout))


def report(message, kind: str = "error") -> None:
    """Write one line to the terminal, on stderr, whatever the message holds."""
    text = re.sub(r"\s+", " ", str(message)).strip()
    print_line(_encodable(f"portrait-style: {kind}: {text}", sys.stderr), sys.stderr)


def _encodable(text: str, stream) -> str:
    """Write out what a stream has no characters for, such as bytes that are not UTF-8."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def show_warning(message, category, filename, lineno, file=None, line=None) -> None:
    """Stand in for `warnings.showwarning`: a line to the terminal, without the place in code."""
    report(message, kind="warning")


def import_tensorflow_quietly() -> None:
    """Import TensorFlow without what its C++ parts write to the terminal."""
    with silenced():
        import tensorflow as tf

        # The first look for devices is the last to print.
        tf.config.list_physical_devices()


@contextlib.contextmanager
def silenced():
    """Keep off the terminal everything that is written to stderr, that of C++ included."""
    sys.stderr.flush()
    saved, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)


def with_progress(photos, what: str, count: int):
    """Go through photos with a bar on the terminal that names the work, if there is more than one.

    Drawn on a terminal only, so that a log holds nothing but paths and errors.
    """
    if count == 1:
        return photos
    from tqdm import tqdm

    return tqdm(photos, desc=what, total=count, unit="photo", disable=None)

"""Photos that are drawn one after another: which, where each drawing goes, and what went wrong."""

import glob
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from portrait_style.cli._exit_codes import DONE, USER_MISTAKE
from portrait_style.cli._options import option_reader
from portrait_style.cli._values import PHOTO, add_overwrite
from portrait_style.encoding import IMAGE_SUFFIXES, QUALITY, encode_image
from portrait_style.errors import ImageError, OutputError, PortraitStyleError
from portrait_style.image import check_image_output, read_photo, save_image
from portrait_style.image_folder import list_images
from portrait_style.settings import between
from portrait_style.terminal import print_path, report, with_progress
from portrait_style.transparency import parse_colour, with_alpha

# Stands for standard input and standard output.
STREAM = "-"
FORMATS = ("png", "jpg", "webp", "avif", "tiff", "bmp")


@dataclass(frozen=True)
class Work:
    """One photo, and what becomes of it.

    Attributes:
        source: str, path of the photo, or `STREAM`.
        output: `Path`, or `None` for standard output.
    """

    source: str
    output: Path | None


def add_batch(parser, label: str) -> None:
    """Add what commands that draw photos share; `label` names what stands in names of files."""
    add = parser.add_argument
    add(
        "photos",
        nargs="+",
        metavar="PHOTO",
        help=f"{PHOTO}; a folder of them; a pattern in quotes, such as 'photos/*.jpg'; "
        "or - for standard input",
    )
    add(
        "--output",
        default=None,
        metavar="FILE|DIR",
        help="a file for one photo, a folder for any number, in which folders are mirrored, "
        f"or - for standard output (default: PHOTO-{label}.png in this folder)",
    )
    add(
        "--format",
        choices=FORMATS,
        default=None,
        help="of results (default: that of the output's name, or png)",
    )
    add(
        "--quality",
        type=option_reader(int, between(1, 100)),
        default=QUALITY,
        metavar="1..100",
        help=f"of JPEG, WebP and AVIF (default: {QUALITY})",
    )
    add(
        "--flatten",
        type=option_reader(parse_colour),
        default=None,
        metavar="COLOUR",
        help="lay a photo that is transparent in places on a ground, such as white or #fafafa "
        "(default: the result is transparent there, where its format can be)",
    )
    existing = parser.add_mutually_exclusive_group()
    add_overwrite(existing)
    existing.add_argument(
        "--skip-existing",
        action="store_true",
        default=False,
        help="leave files that exist, and draw the others",
    )


def works_of(options, label: str) -> list[Work]:
    """Choose photos, and a place for what becomes of each.

    Args:
        options: has what `add_batch` adds.
        label: str, of the style or renderer.

    Raises:
        ImageError: if there is no photo in a folder, or of a pattern.
        OutputError: if a place cannot be written, or several drawings would go to it.
    """
    photos = [found for told in options.photos for found in _found(told, options.output)]
    if STREAM in options.photos and options.output is None or options.output == STREAM:
        if len(photos) > 1:
            raise OutputError(f"standard output is for one photo, not {len(photos)}; pass a folder")
        return [Work(photos[0][0], None)]
    works = _placed(photos, label, options)
    for work in works:
        if not (options.skip_existing and os.path.lexists(work.output)):
            check_image_output(work.output, options.overwrite)
    return works


def draw_all(works: list[Work], options, what: str, draw: Callable, mark: str | None = None) -> int:
    """Draw photos, several at once; one that cannot be read or written does not stop the others.

    Args:
        works: list of `Work`.
        options: has what `add_batch` adds.
        what: str, the command, for the progress bar.
        draw: uint8 (height, width, 3) -> a drawing of the same kind.
        mark: str, as for `encode_image`.

    Returns:
        The exit code.
    """
    mistakes = skipped = 0
    # What was drawn is told in the order of the photos, whichever was done first.
    for done in with_progress(_outcomes(works, options, draw, mark), what, len(works)):
        if isinstance(done, PortraitStyleError):
            report(done)
            mistakes += 1
        elif done is None:
            skipped += 1
        elif done != STREAM:
            print_path(done)
    if skipped:
        report(f"{skipped} of {len(works)} were there already", kind="note")
    if mistakes and len(works) > 1:
        report(f"{mistakes} of {len(works)} photos were not drawn")
    return USER_MISTAKE if mistakes else DONE


def _outcomes(works: list[Work], options, draw: Callable, mark: str | None) -> Iterator:
    """Give what became of each photo: a path, `STREAM`, an error, or `None` for what was there."""

    def outcome(work):
        try:
            return _draw_one(work, options, draw, mark)
        except (ImageError, OutputError) as error:
            return error

    if len(works) == 1:
        yield outcome(works[0])
        return
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        yield from pool.map(outcome, works)
    finally:
        # What was interrupted does not go on with the rest.
        pool.shutdown(cancel_futures=True)


def _draw_one(work: Work, options, draw: Callable, mark: str | None) -> Path | str | None:
    # Another process may have drawn it by now.
    if options.skip_existing and work.output is not None and os.path.lexists(work.output):
        return None
    source = _standard_input() if work.source == STREAM else work.source
    pixels, alpha = read_photo(source, options.flatten)
    drawn = draw(pixels)
    if alpha is not None:
        drawn = with_alpha(drawn, alpha)
    if work.output is None:
        data = encode_image(drawn, f".{options.format or 'png'}", options.quality, mark)
        _write_standard_output(data)
        return STREAM
    return save_image(work.output, drawn, options.overwrite, options.quality, mark)


def _found(told: str, output: str | None) -> list[tuple[str, Path]]:
    """Name the photos that an argument stands for, and the folder of each below the output."""
    if told == STREAM:
        return [(STREAM, Path())]
    if os.path.isdir(told):
        return _found_in_folder(Path(told), Path(output or "."))
    if any(mark in told for mark in "*?[") and not os.path.lexists(told):
        paths = [path for path in sorted(glob.glob(told, recursive=True)) if os.path.isfile(path)]
        if not paths:
            raise ImageError(f"no file fits {told}; check the pattern")
        return [(path, Path()) for path in paths]
    return [(told, Path())]


def _found_in_folder(folder: Path, output: Path) -> list[tuple[str, Path]]:
    inside, results = folder.resolve(), output.resolve()
    if inside == results:
        raise OutputError(f"{folder} is what is drawn; name another folder with --output")
    # Results of an earlier call may lie below the photos.
    paths = [
        path
        for path in list_images(folder)
        if not (results.is_relative_to(inside) and path.resolve().is_relative_to(results))
    ]
    if not paths:
        raise ImageError(f"{folder} holds no picture; name a folder of photos")
    return [(str(path), path.parent.relative_to(folder)) for path in paths]


def _placed(photos: list[tuple[str, Path]], label: str, options) -> list[Work]:
    output = options.output or "."
    folder = Path(output)
    is_file = folder.suffix and not folder.is_dir() and not output.endswith(os.sep)
    if is_file and len(photos) == 1:
        told = _FORMAT_NAMES.get(folder.suffix.lower())
        if options.format and told and told != options.format:
            raise OutputError(f"{output} is not {options.format}; leave out --format")
        return [Work(photos[0][0], folder)]
    if is_file and folder.suffix.lower() in IMAGE_SUFFIXES:
        raise OutputError(f"{output} is one file for {len(photos)} photos; pass a folder")
    suffix = options.format or "png"
    stems = [place / _stem(path) for path, place in photos]
    names = [place / Path(path).name for path, place in photos]
    works: list[Work] = []
    seen: dict[Path, str] = {}
    for (path, _), stem, name in zip(photos, stems, names, strict=True):
        # A phone leaves a photo as HEIC and as JPEG side by side.
        chosen = name if stems.count(stem) > 1 and names.count(name) == 1 else stem
        target = folder / chosen.with_name(f"{chosen.name}-{label}.{suffix}")
        if target in seen:
            raise OutputError(f"{seen[target]} and {path} would both become {target}; rename one")
        seen[target] = path
        works.append(Work(path, target))
    return works


_FORMAT_NAMES = {
    ".jpg": "jpg",
    ".jpeg": "jpg",
    ".tif": "tiff",
    **{f".{name}": name for name in FORMATS},
}


def _stem(path: str) -> str:
    return "stdin" if path == STREAM else Path(path).stem


def _standard_input() -> bytes:
    stream = getattr(sys.stdin, "buffer", None)
    try:
        data = b"" if stream is None or stream.isatty() else stream.read()
    except (OSError, ValueError):  # closed
        data = b""
    if not data:
        raise ImageError("standard input is empty; pipe a picture into it")
    return data


def _write_standard_output(data: bytes) -> None:
    stream = sys.stdout.buffer
    if stream.isatty():
        raise OutputError("standard output is a terminal; name a file with --output")
    try:
        stream.write(data)
        stream.flush()
    except OSError as error:
        raise OutputError(f"cannot write to standard output: {error.strerror}") from error

"""The command line: `styles`, `stylize`, `train`.

Exit codes: 0 done, 1 our mistake, 2 the user's, 130 interrupted. TensorFlow is imported inside the
commands, after everything that can be checked without it.
"""

import argparse
import os
import re
import sys
import traceback
import warnings
from pathlib import Path

from portrait_style._version import __version__
from portrait_style.errors import ImageError, ModelError, OutputError, PortraitStyleError

DONE, OUR_MISTAKE, USER_MISTAKE, INTERRUPTED = 0, 1, 2, 130


class _MistakenArgument(PortraitStyleError):
    """An argument that training refuses."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: list of str, or `None` for those of the process.

    Returns:
        The exit code.
    """
    # TensorFlow reads it when it is imported.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as stop:
        return stop.code
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        return _run(options)


def _run(options) -> int:
    try:
        return options.command(options)
    except KeyboardInterrupt:
        _report("interrupted")
        return INTERRUPTED
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        if isinstance(error, PortraitStyleError):
            _report(error)
            return USER_MISTAKE
        _report(f"unexpected {type(error).__name__}: {error} (--debug shows where)")
        return OUR_MISTAKE


# Commands


def _styles(options) -> int:
    from portrait_style.presets import preset_names, read_preset_styles

    for preset in preset_names():
        print(preset)
        for style in read_preset_styles(preset).names:
            print(f"  {style}")
    return DONE


def _stylize(options) -> int:
    from portrait_style.image import check_output, load_image, save_image

    outputs = _output_paths(options.photos, options.style, options.output)
    for path in outputs:
        check_output(path, options.overwrite)
    _check_style(options.style, options.model)
    stylizer = code = None
    mistakes = 0
    for photo, path in _with_progress(list(zip(options.photos, outputs, strict=True))):
        try:
            pixels = load_image(photo)
        except ImageError as error:
            _report(error)
            mistakes += 1
            continue
        if stylizer is None:
            stylizer = _load_stylizer(options.model)
            code = stylizer.style_code(options.style)
        picture = stylizer.stylize(pixels, code, options.intensity, options.size)
        _print(save_image(path, picture, options.overwrite))
    return USER_MISTAKE if mistakes else DONE


def _train(options) -> int:
    weights = vars(options).get("perceptual_weights")
    if weights is not None and not os.path.isfile(weights):
        raise ModelError(f"{weights} does not exist; check --perceptual-weights")
    _quiet()
    from portrait_style.training.config import TrainingConfig
    from portrait_style.training.run import plan, train

    not_fields = ("command", "debug", "resume", "dry_run")
    fields = {name: value for name, value in vars(options).items() if name not in not_fields}
    try:
        config = TrainingConfig(**fields)
        if options.dry_run:
            print(plan(config))
        else:
            train(config, resume=options.resume)
            print(options.output)
    except (TypeError, ValueError) as error:
        raise _MistakenArgument(str(error)) from error
    return DONE


# Parts of `stylize`


def _output_paths(photos: list[str], style: str, output: str | None) -> list[Path]:
    """Choose a file for each photo.

    Raises:
        OutputError: if several photos would go to one file.
    """
    from portrait_style.image import IMAGE_SUFFIXES

    folder = Path(output or ".")
    is_file = folder.suffix and not folder.is_dir() and not output.endswith(os.sep)
    if is_file and len(photos) == 1:
        return [folder]
    if is_file and folder.suffix.lower() in IMAGE_SUFFIXES:
        raise OutputError(f"{output} is one file for {len(photos)} photos; pass a folder")
    style_name = Path(style).stem if Path(style).suffix.lower() in IMAGE_SUFFIXES else style
    paths = [folder / f"{Path(photo).stem}-{style_name}.png" for photo in photos]
    for i, path in enumerate(paths):
        if path in paths[:i]:
            first = photos[paths.index(path)]
            raise OutputError(f"{first} and {photos[i]} would both become {path}; rename one")
    return paths


def _check_style(style: str, model: str) -> None:
    """Refuse an unknown style or model before TensorFlow is imported, where that can be known."""
    from portrait_style.image import load_image
    from portrait_style.loading import generator_path
    from portrait_style.presets import is_preset, read_preset_styles
    from portrait_style.stylizer import check_style

    if not is_preset(model):
        generator_path(model)
        return
    names = read_preset_styles(model).names
    check_style(style, names)
    if style not in names:
        load_image(style)


def _load_stylizer(model: str):
    _quiet()
    from portrait_style.stylizer import PortraitStylizer

    return PortraitStylizer.load(model)


def _with_progress(items: list):
    if len(items) == 1:
        return items
    from tqdm import tqdm

    # Drawn on a terminal only, so that a log holds nothing but paths and errors.
    return tqdm(items, desc="stylize", unit="photo", disable=None)


# What is written


def _print(line, file=None) -> None:
    """Write a line, above the progress bar where there is one."""
    from tqdm import tqdm

    tqdm.write(str(line), file=file or sys.stdout)


def _report(message, kind: str = "error") -> None:
    """Write one line to stderr, whatever the message holds."""
    text = re.sub(r"\s+", " ", str(message)).strip()
    _print(f"portrait-style: {kind}: {text}", sys.stderr)


def _show_warning(message, category, filename, lineno, file=None, line=None) -> None:
    _report(message, kind="warning")


def _quiet() -> None:
    """Import TensorFlow without what its C++ parts print before they read the log level."""
    sys.stderr.flush()
    saved, silence = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silence, 2)
        import tensorflow as tf

        # The first look for devices is the last to print.
        tf.config.list_physical_devices()
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(silence)


# Arguments


class _Parser(argparse.ArgumentParser):
    """Reports a mistake in one line."""

    def error(self, message):
        """Print the mistake and leave with 2."""
        _report(f"{message}; see {self.prog} --help")
        self.exit(USER_MISTAKE)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="portrait-style",
        description="Stylize portraits, and train styles of your own.",
        epilog="example: portrait-style stylize me.jpg --style oil",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_add_styles, _add_stylize, _add_train):
        command = add(commands)
        command.formatter_class = argparse.RawDescriptionHelpFormatter
        command.add_argument("--debug", action="store_true", help="show where an error arose")
    return parser


def _add_styles(commands):
    command = commands.add_parser(
        "styles",
        help="list the bundled presets and their styles",
        description="List the bundled presets, and indented below each its styles.",
        epilog="example: portrait-style styles",
    )
    command.set_defaults(command=_styles)
    return command


def _add_stylize(commands):
    command = commands.add_parser(
        "stylize",
        help="stylize photos",
        description="Stylize photos in a bundled style or in that of a picture.",
        epilog=(
            "examples:\n"
            "  portrait-style stylize me.jpg --style oil --output me-in-oil.png\n"
            "  portrait-style stylize photos/*.jpg --style engraving.png --output engraved/"
        ),
    )
    add = command.add_argument
    add("photos", nargs="+", metavar="PHOTO", help="JPEG, PNG, WebP or BMP file")
    add("--style", required=True, metavar="NAME|IMAGE", help="a style's name, or a picture")
    add("--intensity", type=_intensity, default=1.0, metavar="0..1", help="default: 1")
    add(
        "--model",
        default="mobile",
        metavar="PRESET|PATH",
        help="bundled preset, run folder or generator.keras (default: mobile)",
    )
    add(
        "--output",
        metavar="FILE|DIR",
        help="a file for one photo, a folder for any number "
        "(default: PHOTO-STYLE.png in this folder)",
    )
    add("--size", type=_size, metavar="N", help="pixels of the longer side (default: the photo's)")
    add("--overwrite", action="store_true", help="replace files that exist")
    command.set_defaults(command=_stylize)
    return command


def _add_train(commands):
    command = commands.add_parser(
        "train",
        help="train styles from a folder of pictures",
        description="Learn every sub-folder of --styles as a style.",
        epilog=(
            "example:\n  portrait-style train --photos photos --styles styles --output runs/first"
        ),
        # What is not given is left to the defaults of `TrainingConfig`.
        argument_default=argparse.SUPPRESS,
    )
    add = command.add_argument
    add("--photos", required=True, metavar="DIR", help="photos of faces; sub-folders count too")
    add(
        "--styles", required=True, metavar="DIR", help="a folder a style, or one folder of pictures"
    )
    add("--output", required=True, metavar="RUN", help="folder for the run, new or empty")
    add("--preset", choices=("mobile", "large"), help="size of the generator (default: mobile)")
    add("--steps", type=int, metavar="N", help="training steps (default: 4000)")
    add("--size", type=int, metavar="N", help="pixels, a multiple of 16 (default: 128)")
    add("--batch", type=int, metavar="N", help="pictures a step (default: 8)")
    add(
        "--perceptual",
        choices=("compact", "vgg16", "vgg19"),
        help="network that judges content and style (default: compact)",
    )
    add("--perceptual-weights", metavar="FILE", help="its weights (default: bundled or downloaded)")
    add("--initial", metavar="PRESET|PATH", help="trained networks to start from")
    add("--seed", type=int, metavar="N", help="default: 0")
    add("--resume", action="store_true", default=False, help="go on with the run in --output")
    add("--dry-run", action="store_true", default=False, help="say what would be done")
    command.set_defaults(command=_train, debug=False)
    return command


def _intensity(text: str) -> float:
    from portrait_style.stylizer import check_intensity

    return _number(text, float, check_intensity)


def _size(text: str) -> int:
    from portrait_style.stylizer import check_size

    return _number(text, int, check_size)


def _number(text: str, kind: type, check):
    try:
        number = kind(text)
        check(number)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return number

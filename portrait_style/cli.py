"""The command line: `styles`, `stylize`, `interpolate`, `optimize`, `discover`, `feedback`,
`train`, `adapt`, `evaluate`, `export`, `benchmark`.

Exit codes: 0 done, 1 our mistake, 2 the user's, 130 interrupted, 143 terminated. TensorFlow is
imported inside the commands, after everything that can be checked without it.
"""

import contextlib
import importlib.util
import os
import traceback
import warnings
from pathlib import Path

from portrait_style.arguments import parser
from portrait_style.errors import (
    ArtefactError,
    ImageError,
    ModelError,
    PortraitStyleError,
)
from portrait_style.terminal import import_tensorflow_quietly, print_line, report, show_warning

# What the parser adds to the arguments of `TrainingConfig`, `evaluate` and `export_model`.
_NOT_FIELDS = ("command", "debug", "resume", "dry_run")
DONE, OUR_MISTAKE, USER_MISTAKE, INTERRUPTED = 0, 1, 2, 130


class _MistakenArgument(PortraitStyleError):
    """An argument that a command refuses."""


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
        options = parser().parse_args(arguments)
    except SystemExit as stop:
        return stop.code
    with warnings.catch_warnings():
        warnings.showwarning = show_warning
        return _run(options)


def _run(options) -> int:
    try:
        return _COMMANDS[options.command](options)
    except KeyboardInterrupt as stop:
        report(str(stop) or "interrupted")
        return getattr(stop, "exit_code", INTERRUPTED)
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        if isinstance(error, ArtefactError):
            report(error)
            return OUR_MISTAKE
        if isinstance(error, PortraitStyleError):
            report(error)
            return USER_MISTAKE
        report(f"unexpected {type(error).__name__}: {error} (--debug shows where)")
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
    from portrait_style.output_paths import output_paths

    outputs = output_paths(options.photos, options.style, options.output)
    for path in outputs:
        check_output(path, options.overwrite)
    _check_style(options.style, options.model)
    stylizer = code = None
    mistakes = 0
    for photo, path in _with_progress(list(zip(options.photos, outputs, strict=True))):
        try:
            pixels = load_image(photo)
        except ImageError as error:
            report(error)
            mistakes += 1
            continue
        if stylizer is None:
            stylizer = _load_stylizer(options.model)
            with _mistakes_named():
                code = stylizer.style_code(options.style)
        picture = stylizer.stylize(pixels, code, options.intensity, options.size)
        print_line(save_image(path, picture, options.overwrite))
    return USER_MISTAKE if mistakes else DONE


def _feedback(options) -> int:
    _check_installed("feedback", ("sklearn",))
    from portrait_style.personalization.command import run_step

    with _mistakes_named():
        for line in run_step(options):
            print(line)
    return DONE


def _interpolate(options) -> int:
    from portrait_style.image import load_image
    from portrait_style.interpolation import check_film, interpolate, save_film

    check_film(options.output, options.overwrite)
    for style in (options.start, options.end):
        _check_style(style, options.model)
    photo = load_image(options.photo)
    stylizer = _load_stylizer(options.model)
    with _mistakes_named():
        pictures = interpolate(
            stylizer, photo, options.start, options.end, options.frames, options.size
        )
    print_line(save_film(options.output, pictures, options.overwrite))
    return DONE


def _optimize(options) -> int:
    from portrait_style.image import check_output, load_image, save_image

    check_output(options.output, options.overwrite)
    photo, style_picture = load_image(options.photo), load_image(options.style)
    _check_perceptual_weights(options.perceptual_weights)
    import_tensorflow_quietly()
    from portrait_style.models.feature_extractor import FeatureExtractor
    from portrait_style.optimization import STYLE_BLOCKS, optimize_picture

    given = ("size", "content_weight", "style_weight", "smoothness_weight", "keep_colours")
    with _mistakes_named():
        network = FeatureExtractor(
            options.perceptual, options.perceptual_weights or "pretrained", STYLE_BLOCKS
        )
        picture = optimize_picture(
            photo,
            style_picture,
            network,
            steps=options.iterations,
            **{name: getattr(options, name) for name in given},
            progress=True,
        )
    print_line(save_image(options.output, picture, options.overwrite))
    return DONE


def _discover(options) -> int:
    _check_installed("discover", ("matplotlib", "scipy", "sklearn", "threadpoolctl"))
    import_tensorflow_quietly()
    from portrait_style.discovery import discover

    from_user = {name: value for name, value in vars(options).items() if name not in _NOT_FIELDS}
    with _mistakes_named():
        made = discover(**from_user, progress=True)
    print(made.table())
    print(Path(options.output) / "index.html")
    return DONE


def _train(options) -> int:
    _check_perceptual_weights(vars(options).get("perceptual_weights"))
    import_tensorflow_quietly()
    from portrait_style.training.config import TrainingConfig
    from portrait_style.training.run import plan, train

    fields = {name: value for name, value in vars(options).items() if name not in _NOT_FIELDS}
    with _mistakes_named():
        config = TrainingConfig(**fields)
        if options.dry_run:
            print(plan(config))
        else:
            train(config, resume=options.resume)
            print(options.output)
    return DONE


def _adapt(options) -> int:
    import_tensorflow_quietly()
    from portrait_style.training.adaptation import adapt

    from_user = {name: value for name, value in vars(options).items() if name not in _NOT_FIELDS}
    with _mistakes_named():
        made = adapt(**from_user, progress=True)
    print(made.table())
    print(options.output)
    return DONE


def _evaluate(options) -> int:
    _check_installed("evaluate", ("cv2", "matplotlib", "scipy", "sklearn", "threadpoolctl"))
    import_tensorflow_quietly()
    from portrait_style.evaluation import evaluate

    from_user = {name: value for name, value in vars(options).items() if name not in _NOT_FIELDS}
    with _mistakes_named():
        made = evaluate(**from_user, progress=True)
    print(made.table())
    for line in made.reasons():
        print(line)
    print(Path(options.output) / "report.html")
    return DONE


def _export(options) -> int:
    from_user = _prepare_export(options)
    from portrait_style.export.exporter import export_model

    with _mistakes_named():
        made = export_model(**from_user, progress=True)
    for artefact in made.artefacts:
        print(made.folder / artefact.path)
    print(made.folder / "report.html")
    return DONE


def _benchmark(options) -> int:
    from_user = _prepare_export(options)
    from portrait_style.export.benchmark_table import benchmark_model

    with _mistakes_named():
        print(benchmark_model(**from_user, progress=True))
    return DONE


def _prepare_export(options) -> dict:
    """Check what is installed, import TensorFlow, and return the user's arguments."""
    _check_installed(
        "export", ("ai_edge_litert", "onnx", "onnxruntime", "skimage", "tf2onnx", "threadpoolctl")
    )
    import_tensorflow_quietly()
    return {name: value for name, value in vars(options).items() if name not in _NOT_FIELDS}


@contextlib.contextmanager
def _mistakes_named():
    """Report an argument out of its range as the user's mistake."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise _MistakenArgument(str(error)) from error


def _check_perceptual_weights(path: str | None) -> None:
    if path is not None and not os.path.isfile(path):
        raise ModelError(f"{path} does not exist; check --perceptual-weights")


def _check_installed(extra: str, modules: tuple[str, ...]) -> None:
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise _MistakenArgument(
            f"{', '.join(missing)} must be installed for this: "
            f"pip install 'portrait-style[{extra}]'"
        )


_COMMANDS = {
    "styles": _styles,
    "stylize": _stylize,
    "interpolate": _interpolate,
    "optimize": _optimize,
    "discover": _discover,
    "feedback": _feedback,
    "train": _train,
    "adapt": _adapt,
    "evaluate": _evaluate,
    "export": _export,
    "benchmark": _benchmark,
}


# Parts of `stylize` and `interpolate`


def _check_style(style: str, model: str) -> None:
    """Refuse an unknown style or model before TensorFlow is imported, where that can be known."""
    from portrait_style.loading import generator_path
    from portrait_style.presets import is_preset, read_preset_styles
    from portrait_style.styles.expression import parse_style

    if not is_preset(model):
        generator_path(model)
        return
    bank = read_preset_styles(model)
    with _mistakes_named(), warnings.catch_warnings():
        # The stylizer parses again, and then says what there is to say.
        warnings.simplefilter("ignore")
        terms = parse_style(style, bank.names)
    for term in terms:
        _check_source(term.source, bank)


def _check_source(source: str, bank) -> None:
    """Refuse a part of a style that is a file which cannot be used."""
    from portrait_style.image import load_image
    from portrait_style.personalization.profile import is_profile, read_profile_code
    from portrait_style.styles.discovered import read_discovered
    from portrait_style.styles.expression import split_discovered
    from portrait_style.styles.random_style import split_random

    if source in bank.names:
        return
    if drawn := split_random(source):
        if drawn.style is not None:
            _check_source(drawn.style, bank)
    elif found := split_discovered(source):
        read_discovered(found[0])
    elif is_profile(source):
        read_profile_code(source, bank)
    else:
        load_image(source)


def _load_stylizer(model: str):
    import_tensorflow_quietly()
    from portrait_style.stylizer import PortraitStylizer

    return PortraitStylizer.load(model)


def _with_progress(items: list):
    if len(items) == 1:
        return items
    from tqdm import tqdm

    # Drawn on a terminal only, so that a log holds nothing but paths and errors.
    return tqdm(items, desc="stylize", unit="photo", disable=None)

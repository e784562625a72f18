"""`styles`, `stylize` and `interpolate`: what the bundled and other models know and draw."""

import warnings

from portrait_style.commands.checks import DONE, USER_MISTAKE
from portrait_style.errors import ImageError, OutputError
from portrait_style.terminal import import_tensorflow_quietly, print_line, report


def styles(options) -> int:
    """List the bundled presets and their styles."""
    from portrait_style.presets import preset_names, read_preset_styles

    for preset in preset_names():
        print(preset)
        for style in read_preset_styles(preset).names:
            print(f"  {style}")
    return DONE


def stylize(options) -> int:
    """Stylize photos; one that cannot be read or written does not stop the others."""
    from portrait_style.image import check_output, load_image, save_image
    from portrait_style.output_paths import output_paths

    outputs = output_paths(options.photos, options.style, options.output)
    for path in outputs:
        check_output(path, options.overwrite)
    check_style(options.style, options.model)
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
            code = stylizer.style_code(options.style)
        picture = stylizer.stylize(pixels, code, options.intensity, options.size)
        try:
            print_line(save_image(path, picture, options.overwrite))
        except OutputError as error:
            report(error)
            mistakes += 1
    return USER_MISTAKE if mistakes else DONE


def interpolate(options) -> int:
    """Draw a photo on the way from one style to another."""
    from portrait_style.image import load_image
    from portrait_style.interpolation import check_film, interpolate, save_film

    check_film(options.output, options.overwrite)
    for style in (options.start, options.end):
        check_style(style, options.model)
    photo = load_image(options.photo)
    stylizer = _load_stylizer(options.model)
    pictures = interpolate(
        stylizer, photo, options.start, options.end, options.frames, options.size
    )
    print_line(save_film(options.output, pictures, options.overwrite))
    return DONE


def check_style(style: str, model: str) -> None:
    """Refuse an unknown style or model before TensorFlow is imported, where that can be known."""
    from portrait_style.loading import generator_path
    from portrait_style.presets import is_preset, read_preset_styles
    from portrait_style.styles.expression import parse_style

    if not is_preset(model):
        generator_path(model)
        return
    bank = read_preset_styles(model)
    with warnings.catch_warnings():
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

"""The steps of the command `feedback`."""

import shutil
from pathlib import Path

from portrait_style.errors import ModelError, OutputError, ProfileError
from portrait_style.image import load_image
from portrait_style.model_files.trained_model import TrainedModel, open_model
from portrait_style.output_files import check_writable
from portrait_style.personalization.drawing import SHEET, draw_round, round_folder, write_folder
from portrait_style.personalization.session import FeedbackSession
from portrait_style.styles.profile import check_new_profile, read_profile
from portrait_style.stylizer import PortraitStylizer
from portrait_style.terminal import import_tensorflow_quietly


def run_step(options) -> list:
    """Run a step of the command `feedback`.

    Args:
        options: what the parser of `feedback` made.

    Returns:
        Lines to print.
    """
    return _STEPS[options.step](options)


def _command_start(options) -> list:
    """Take the step `start` of the command `feedback`."""
    check_new_profile(options.profile, options.overwrite)
    folder = round_folder(_command_output(options), 1, options.overwrite)
    photos = _command_photos(options.photos)
    model = _command_model(options.model)
    session = FeedbackSession.start(model.bank, options.seed)
    return _command_round(session, model, photos, folder, options)


def _command_next(options) -> list:
    """Take the step `next` of the command `feedback`."""
    read_profile(options.profile)
    photos = _command_photos(options.photos)
    model = _command_model(options.model)
    session = FeedbackSession.load(options.profile, model.bank)
    folder = round_folder(_command_output(options), session.number + 1, options.overwrite)
    check_writable(options.profile)
    session.next()
    return _command_round(session, model, photos, folder, options)


def _command_choose(options) -> list:
    """Take the step `choose` of the command `feedback`."""
    profile = read_profile(options.profile)
    if options.liked is not None:
        profile.rounds[-1].choose(options.liked)
    elif len(options.better) == 2:
        profile.rounds[-1].choose_better(*options.better)
    else:
        raise ProfileError("--better takes two numbers, such as 2,5")
    profile.save(options.profile)
    return [options.profile]


def _command_save(options) -> list:
    """Take the step `save` of the command `feedback`."""
    if bool(options.photos) != options.refine:
        raise ProfileError("--refine and a photo to refine on belong together; pass both or none")
    read_profile(options.profile)
    photos = _command_photos(options.photos)
    model = _command_model(options.model)
    session = FeedbackSession.load(options.profile, model.bank)
    session.settle()
    lines = [options.profile]
    if options.refine:
        before, after = _command_refine(session, model, list(photos.values()), options.steps)
        lines.append(f"distance from the mean style of what you liked: {before:.4f} -> {after:.4f}")
    session.profile.save(options.profile)
    return lines


_STEPS = {
    "start": _command_start,
    "next": _command_next,
    "choose": _command_choose,
    "save": _command_save,
}


def _command_round(
    session: FeedbackSession, model: TrainedModel, photos: dict, folder: Path, options
) -> list:
    """Draw the round, then write pictures and profile, both or none."""
    import_tensorflow_quietly()
    stylizer = PortraitStylizer.of(model)
    files = draw_round(stylizer, photos, session.codes, options.size)
    write_folder(folder, files)
    try:
        session.profile.save(options.profile)
    except OutputError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return [folder / SHEET]


def _command_refine(
    session: FeedbackSession, model: TrainedModel, photos: list, steps: int
) -> tuple[float, float]:
    import_tensorflow_quietly()
    from portrait_style.personalization.refinement import refine_code

    liked, directions = session.liked_codes(), session.region.directions
    code, before, after = refine_code(
        model.generator, session.code, liked, directions, photos, steps
    )
    session.profile.code = code
    return before, after


def _command_model(source: str) -> TrainedModel:
    """Open the model, whose styles are what codes are made of."""
    model = open_model(source)
    if model.bank is None:
        raise ModelError(f"{source} names no styles to mix; name a preset or a finished run")
    return model


def _command_photos(paths: list[str]) -> dict:
    """Read the photos, by names that can be told apart."""
    photos = {Path(path).stem: load_image(path) for path in paths}
    if len(photos) < len(paths):
        raise OutputError("two photos have the same name; rename one")
    return photos


def _command_output(options) -> Path:
    return Path(options.output or Path(options.profile).with_suffix(""))

"""Transfer learning: teach a trained generator one more style, from pictures or from pairs."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np

from portrait_style.errors import ModelError
from portrait_style.functional.moments import STYLE_BLOCKS
from portrait_style.image import crop_square, save_image, to_model_range
from portrait_style.model_files.keras_files import ADAPTATION_FILE
from portrait_style.model_files.trained_model import open_model, save_models
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.output_files import check_output_folder, write_atomically
from portrait_style.quality.fidelity import psnr
from portrait_style.styles.bank import StyleBank, check_style_name
from portrait_style.styles.codes import STYLE_IMAGE_SIZE, code_apart, code_spread, mix_codes
from portrait_style.training.adaptation.config import AdaptationConfig
from portrait_style.training.adaptation.lesson import Lesson, lesson_of
from portrait_style.training.adaptation.looks import BestLook
from portrait_style.training.adaptation.model import StyleAdaptation
from portrait_style.training.adaptation.trial import BATCH
from portrait_style.training.callbacks.collapse import StopOnNaN

SHEET_FILE = "sheet.png"
ENCODER_ALONE, ADAPTED = "encoder alone", "adapted"
# Moving what was learned to the kernels rounds it: less than this is nothing gained.
LEAST_GAIN = 1e-3


@dataclass(frozen=True)
class Adaptation:
    """What came of a run of adaptation.

    Attributes:
        style: str, name of the new style.
        encoder_alone: float, how far photos drawn with the style encoder's code are from what they
            should be before anything was learned, by `measure`, 0 or more.
        adapted: float, the same in the best look while it was learned.
        known_psnr: dict of name to float, dB between photos drawn in each of the other styles
            before and after.
        kept: str, "adapted", or "encoder alone" where that is as near: then nothing was changed,
            and the style's code is the encoder's.
        measure: str, "style distance", or "distance to the truth" of pairs.
        looks: dict of training steps taken to float, `measure` after them.
    """

    style: str
    encoder_alone: float
    adapted: float
    known_psnr: dict
    kept: str
    measure: str
    looks: dict

    def table(self) -> str:
        """Two lines of text."""
        least = min(self.known_psnr.values(), default=np.inf)
        return (
            f"{self.style}: {self.measure} {self.encoder_alone:.3f} with the encoder alone, "
            f"{self.adapted:.3f} adapted; kept: {self.kept}\n"
            f"styles known before: {least:.1f} dB or more between their pictures then and now"
        )


def adapt(
    model: str | os.PathLike,
    styles: str | os.PathLike | None = None,
    output: str | os.PathLike = "",
    photos: str | os.PathLike | None = None,
    *,
    progress: bool = False,
    **settings,
) -> Adaptation:
    """Learn one more style, and write a model that knows it beside all others.

    It is learned from pictures of the style, or by `pairs=` or `render=` from what photos are to
    become. What was learned is kept only where it draws photos that were tried nearer to that than
    the style encoder's code does alone.

    Args:
        model: name of a preset, or path of a model with its style encoder and named styles.
        styles: path of a folder of pictures of the style, or of one picture; `None` with `pairs`
            or `render`. Defaults to `None`.
        output: folder to be written, new or empty: `generator.keras`, `style_encoder.keras`,
            `mapping_network.keras` where the model has one, `sheet.png` (photo, style picture or
            truth, with the encoder alone, adapted) and `adaptation.json` (the settings and
            figures). It must be given.
        photos: path of a folder of photos to draw while learning, or `None` for the faces that
            come with the package. Defaults to `None`.
        progress: bool, whether to show progress bars. Defaults to `False`.
        **settings: further fields of `AdaptationConfig`: `pairs`, path of a folder that holds
            `before/` and `after/`; `render`, name of a renderer that draws the photos; `name`,
            `steps`, `size`, `seed`.

    Returns:
        `Adaptation`.

    Raises:
        ModelError: if the model lacks what is needed, or knows a style of that name.
        DatasetError, ImageError: if the pictures cannot be used.
        OutputError: if the output folder is not empty or cannot be written.
        DivergenceError: if a loss is not finite.
        ArgumentError: if a setting is out of its range, there is no such renderer, or not exactly
            one of `styles`, `pairs` and `render` is given.
    """
    config = AdaptationConfig(model, styles, output, photos, **settings)
    return run_adaptation(config, progress)


def run_adaptation(config: AdaptationConfig, progress: bool = False) -> Adaptation:
    """Do what `adapt` does.

    Args:
        config: `AdaptationConfig`.
        progress: bool, whether to show progress bars. Defaults to `False`.
    """
    output = Path(config.output)
    check_output_folder(output, remedy="choose another --output")
    model = open_model(config.model)
    model.check_whole()
    generator, style_encoder, bank = *model.networks, model.bank
    name = _name_of_adaptation(config, bank)
    lesson = lesson_of(config, progress)
    trial = lesson.trial(generator)
    codes = _encode_pictures(style_encoder, lesson.pictures)
    before = {known: trial.draw(bank.code(known)) for known in bank.names}
    learned = _learn_style(trial, lesson, bank, mix_codes(codes), config, progress)
    spread = round(code_spread(codes, learned.style_code), 4)
    details = {"medium": lesson.medium, "description": lesson.description}
    bank.add(name, learned.style_code, spread=spread, **details)
    made = Adaptation(
        style=name,
        encoder_alone=learned.encoder_alone,
        adapted=learned.best.least,
        known_psnr={
            known: float(np.mean(psnr(drawn, trial.draw(bank.code(known)))))
            for known, drawn in before.items()
        },
        kept=learned.kept,
        measure=trial.measure,
        looks=learned.best.distances,
    )
    generator.styles = bank.to_config()
    networks = generator, style_encoder, model.mapping_network
    _write_adaptation(output, networks, made, asdict(config), learned.sheet)
    return made


class _Learned(NamedTuple):
    """A style as it is kept.

    Attributes:
        style_code: (code_size,), what it is drawn by.
        encoder_alone, kept: as of `Adaptation`.
        best: `BestLook`.
        sheet: uint8 (height, width, 3).
    """

    style_code: np.ndarray
    encoder_alone: float
    kept: str
    best: BestLook
    sheet: np.ndarray


def _learn_style(trial, lesson, bank, seen_code, config, progress) -> _Learned:
    """Teach a trial's generator a style; what draws no better than a seen code is not kept."""
    drawn = trial.draw(seen_code)
    encoder_alone = trial.distance(drawn)
    adaptation = _new_adaptation(trial.generator, bank, seen_code)
    best = _take_steps(adaptation, lesson, trial, config, progress)
    if best.least < (1.0 - LEAST_GAIN) * encoder_alone:
        adaptation.settle()
        style_code, kept = adaptation.style_code, ADAPTED
    else:
        adaptation.leave()
        style_code, kept = seen_code, ENCODER_ALONE
    columns = {ENCODER_ALONE: drawn, ADAPTED: best.drawn}
    sheet = trial.sheet({f"{x} (kept)" if x == kept else x: columns[x] for x in columns})
    return _Learned(style_code, encoder_alone, kept, best, sheet)


def _encode_pictures(style_encoder, pictures) -> np.ndarray:
    """Read the codes of uint8 pictures, a row each."""
    squares = np.stack([crop_square(x, STYLE_IMAGE_SIZE) for x in pictures])
    return style_encoder.predict(to_model_range(squares), batch_size=BATCH, verbose=0)


def _new_adaptation(generator, bank: StyleBank, seen_code) -> StyleAdaptation:
    """Begin with the picture of a code."""
    known = [bank.photo_code, *(bank.code(name) for name in bank.names)]
    try:
        style_code, own = code_apart(seen_code, known)
    except ValueError as error:
        raise ModelError(f"the model knows as many styles as it can ({len(bank.names)})") from error
    extractor = FeatureExtractor(num_blocks=STYLE_BLOCKS)
    return StyleAdaptation(generator, extractor, style_code, own, seen_code)


def _take_steps(adaptation, lesson: Lesson, trial, config: AdaptationConfig, progress) -> BestLook:
    """Take the steps, and go back to where the best look was."""
    steps = config.steps or lesson.steps
    best = BestLook(trial, steps)
    keras.utils.set_random_seed(config.seed)
    schedule = keras.optimizers.schedules.CosineDecay(lesson.learning_rate, steps, alpha=0.05)
    adaptation.compile(
        keras.optimizers.Adam(schedule, beta_1=0.5, beta_2=0.99), lesson.loss_weights
    )
    adaptation.fit(
        lesson.sampler.dataset(num_batches=steps),
        callbacks=[StopOnNaN(), best],
        shuffle=False,
        verbose="auto" if progress else 0,
    )
    return best


def _name_of_adaptation(config: AdaptationConfig, bank: StyleBank) -> str:
    name = config.name or config.render or _name_of_source(Path(config.pairs or config.styles))
    check_style_name(name)
    if name in bank.names:
        raise ModelError(f"the model knows a style called {name!r} already; choose another --name")
    return name


def _name_of_source(path: Path) -> str:
    path = path.resolve()
    return path.name if path.is_dir() else path.stem


def _write_adaptation(output, networks, made: Adaptation, settings, sheet) -> None:
    save_image(output / SHEET_FILE, sheet, overwrite=True)
    record = {"arguments": settings, **asdict(made)}
    write_atomically(output / ADAPTATION_FILE, (json.dumps(record, indent=2) + "\n").encode())
    # The generator last: a folder that has it is whole.
    save_models(output, *networks)

"""Transfer learning: teach a trained generator one more style, from a few pictures or one."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from portrait_style.errors import DatasetError, ModelError
from portrait_style.functional.moments import STYLE_BLOCKS
from portrait_style.image import crop_square, load_image, save_image, to_model_range
from portrait_style.image_folder import ImageFolder, evenly_spaced
from portrait_style.model_files.trained_model import open_model, save_models
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.output_files import check_output_folder, write_atomically
from portrait_style.quality.fidelity import psnr
from portrait_style.styles.bank import StyleBank, check_style_name
from portrait_style.styles.codes import STYLE_IMAGE_SIZE, code_apart, code_spread, mix_codes
from portrait_style.training.adaptation.config import STEPS, STEPS_OF_ONE, AdaptationConfig
from portrait_style.training.adaptation.model import StyleAdaptation
from portrait_style.training.adaptation.trial import BATCH, COMPARED, Trial
from portrait_style.training.callbacks.collapse import StopOnNaN
from portrait_style.training.dataset import STORED_SCALE, BatchSampler

LEARNING_RATE = 3e-3
# Photos that the new style is tried on.
TRIED = 8
REPORT_FILE, SHEET_FILE = "adaptation.json", "sheet.png"


@dataclass(frozen=True)
class Adaptation:
    """What came of a run of adaptation.

    Attributes:
        style: str, name of the new style.
        encoder_alone: float, mean style distance of photos drawn with the style encoder's code
            before anything was learned, 0 or more.
        adapted: float, the same after it.
        known_psnr: dict of name to float, dB between photos drawn in each of the other styles
            before and after.
    """

    style: str
    encoder_alone: float
    adapted: float
    known_psnr: dict

    def table(self) -> str:
        """Two lines of text."""
        least = min(self.known_psnr.values(), default=np.inf)
        return (
            f"{self.style}: style distance {self.encoder_alone:.3f} with the encoder alone, "
            f"{self.adapted:.3f} adapted\n"
            f"styles known before: {least:.1f} dB or more between their pictures then and now"
        )


def adapt(
    model: str | os.PathLike,
    styles: str | os.PathLike,
    output: str | os.PathLike,
    photos: str | os.PathLike | None = None,
    *,
    progress: bool = False,
    **settings,
) -> Adaptation:
    """Learn one more style, and write a model that knows it beside all others.

    Args:
        model: name of a preset, or path of a model with its style encoder and named styles.
        styles: path of a folder of pictures of the style, or of one picture.
        output: folder to be written, new or empty: `generator.keras`, `style_encoder.keras`,
            `mapping_network.keras` where the model has one, `sheet.png` (photo, style picture,
            with the encoder alone, adapted) and `adaptation.json` (the settings and figures).
        photos: path of a folder of photos to draw while learning, or `None` for the style pictures
            themselves, which is enough for colours and grain but shows the generator few faces.
            Defaults to `None`.
        progress: bool, whether to show progress bars. Defaults to `False`.
        **settings: further fields of `AdaptationConfig`.

    Returns:
        `Adaptation`.

    Raises:
        ModelError: if the model lacks what is needed, or knows a style of that name.
        DatasetError, ImageError: if the pictures cannot be used.
        OutputError: if the output folder is not empty or cannot be written.
        DivergenceError: if a loss is not finite.
        ArgumentError: if a setting is out of its range.
    """
    return run_adaptation(AdaptationConfig(model, styles, output, photos, **settings), progress)


def run_adaptation(config: AdaptationConfig, progress: bool = False) -> Adaptation:
    """Do what `adapt` does.

    Args:
        config: `AdaptationConfig`.
        progress: bool, whether to show progress bars. Defaults to `False`.
    """
    output, size = Path(config.output), config.size
    check_output_folder(output, remedy="choose another --output")
    model = open_model(config.model)
    model.check_whole()
    generator, style_encoder, bank = *model.networks, model.bank
    style_pictures = _read_adaptation_pictures(config.styles, size, progress)
    all_photos = (
        style_pictures
        if config.photos is None
        else _read_adaptation_pictures(config.photos, size, progress)
    )
    photo_pictures, tried = _split_adaptation_photos(all_photos)
    name = _name_of_adaptation(config, bank)
    sampler = BatchSampler(
        photo_pictures, [style_pictures], [], size, BATCH, seed=config.seed, augment=True
    )
    steps = config.steps or (STEPS if len(style_pictures) > 1 else STEPS_OF_ONE)

    trial = Trial(generator, tried, style_pictures, size)
    seen = np.stack(
        [crop_square(x, STYLE_IMAGE_SIZE) for x in evenly_spaced(style_pictures, COMPARED)]
    )
    codes = style_encoder.predict(to_model_range(seen), batch_size=BATCH, verbose=0)
    seen_code = mix_codes(codes)
    before = {known: trial.draw(bank.code(known)) for known in bank.names}
    alone = trial.draw(seen_code)
    style_code = _run_adaptation_steps(
        generator, bank, seen_code, sampler, steps, config.seed, progress
    )
    bank.add(name, style_code, spread=round(code_spread(codes, style_code), 4))
    adapted = trial.draw(style_code)
    made = Adaptation(
        style=name,
        encoder_alone=trial.style_distance(alone),
        adapted=trial.style_distance(adapted),
        known_psnr={
            known: float(np.mean(psnr(drawn, trial.draw(bank.code(known)))))
            for known, drawn in before.items()
        },
    )
    generator.styles = bank.to_config()
    networks = generator, style_encoder, model.mapping_network
    _write_adaptation(output, networks, made, asdict(config), trial.sheet(alone, adapted))
    return made


def _run_adaptation_steps(generator, bank, seen_code, sampler, steps, seed, progress) -> np.ndarray:
    """Teach the generator the new style; return its code."""
    known = [bank.photo_code, *(bank.code(name) for name in bank.names)]
    try:
        style_code, own = code_apart(seen_code, known)
    except ValueError as error:
        raise ModelError(f"the model knows as many styles as it can ({len(bank.names)})") from error
    keras.utils.set_random_seed(seed)
    extractor = FeatureExtractor(num_blocks=STYLE_BLOCKS)
    adaptation = StyleAdaptation(generator, extractor, style_code, own, seen_code)
    schedule = keras.optimizers.schedules.CosineDecay(LEARNING_RATE, steps, alpha=0.05)
    adaptation.compile(keras.optimizers.Adam(schedule, beta_1=0.5, beta_2=0.99))
    adaptation.fit(
        sampler.dataset(num_batches=steps),
        callbacks=[StopOnNaN()],
        shuffle=False,
        verbose="auto" if progress else 0,
    )
    adaptation.settle()
    return style_code


def _name_of_adaptation(config: AdaptationConfig, bank: StyleBank) -> str:
    name = config.name or Path(config.styles).resolve().stem
    check_style_name(name)
    if name in bank.names:
        raise ModelError(f"the model knows a style called {name!r} already; choose another --name")
    return name


def _read_adaptation_pictures(source, size: int, progress: bool) -> list[np.ndarray]:
    """Read a folder of pictures, or one picture."""
    if Path(source).is_dir():
        folder = ImageFolder(source, kept_side=round(STORED_SCALE * size), progress=progress)
        return [folder[i] for i in range(len(folder))]
    if not Path(source).exists():
        raise DatasetError(f"{source} does not exist; name a folder of pictures, or one picture")
    return [load_image(source)]


def _split_adaptation_photos(photos) -> tuple[list, list]:
    """Split photos into those to learn with and those to try the style on; few are both."""
    if len(photos) < 4 * TRIED:
        return photos, evenly_spaced(photos, TRIED)
    tried = range(0, len(photos), -(-len(photos) // TRIED))
    return [x for i, x in enumerate(photos) if i not in tried], [photos[i] for i in tried]


def _write_adaptation(output, networks, made: Adaptation, settings, sheet) -> None:
    save_image(output / SHEET_FILE, sheet, overwrite=True)
    record = {"arguments": settings, **asdict(made)}
    write_atomically(output / REPORT_FILE, (json.dumps(record, indent=2) + "\n").encode())
    # The generator last: a folder that has it is whole.
    save_models(output, *networks)

"""Transfer learning: teach a trained generator one more style, from a few pictures or one."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np

from portrait_style.errors import ArgumentError, DatasetError, ModelError
from portrait_style.image import crop_square, load_image, save_image, to_model_range
from portrait_style.loading import load_mapping_network, load_whole_model, save_models
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.output_files import check_output_folder, write_atomically
from portrait_style.quality.fidelity import psnr
from portrait_style.styles.bank import StyleBank, check_style_name
from portrait_style.styles.codes import code_apart, code_spread, mix_codes
from portrait_style.stylizer import STYLE_IMAGE_SIZE
from portrait_style.training.callbacks import StopOnNaN
from portrait_style.training.dataset import STORED_SCALE, PairSampler
from portrait_style.training.image_folder import ImageFolder, spread
from portrait_style.training.objective import STYLE_BLOCKS
from portrait_style.training.style_adaptation import StyleAdaptation
from portrait_style.training.trial import BATCH, COMPARED, Trial

STEPS, STEPS_OF_ONE = 300, 250
LEARNING_RATE = 3e-3
# Photos that the new style is tried on.
TRIED = 8
REPORT_FILE, SHEET_FILE = "adaptation.json", "sheet.png"


@dataclass(frozen=True)
class Adaptation:
    """What came of it.

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
    model, styles, output, photos=None, name=None, steps=None, size=128, seed=0, progress=False
) -> Adaptation:
    """Learn one more style, and write a model that knows it beside all others.

    Args:
        model: name of a preset, or path of a model with its style encoder and named styles.
        styles: path of a folder of pictures of the style, or of one picture.
        output: folder to be written, new or empty: `generator.keras`, `style_encoder.keras`,
            `mapping_network.keras` where the model has one, `sheet.png` (photo, style picture,
            with the encoder alone, adapted) and `adaptation.json` (the arguments and figures).
        photos: path of a folder of photos to draw while learning, or `None` for the style pictures
            themselves, which is enough for colours and grain but shows the generator few faces.
            Defaults to `None`.
        name: str, of the new style. Defaults to the name of the folder or file.
        steps: int. Defaults to 300, of a single picture to 250.
        size: int, pixels of the square views, a multiple of 16, 32 or more. Defaults to 128.
        seed: int, chooses order and augmentation. Defaults to 0.
        progress: bool, whether to show progress bars. Defaults to `False`.

    Returns:
        `Adaptation`.

    Raises:
        ModelError: if the model lacks what is needed, or knows a style of that name.
        DatasetError, ImageError: if the pictures cannot be used.
        OutputError: if the output folder is not empty or cannot be written.
        DivergenceError: if a loss is not finite.
        ArgumentError: if `steps`, `size` or `seed` is out of range.
    """
    arguments = {k: str(v) if isinstance(v, Path) else v for k, v in locals().items()}
    output = Path(output)
    _check(output, steps, size, seed)
    generator, style_encoder, bank = load_whole_model(model)
    style_pictures = _read(styles, size, progress)
    all_photos = style_pictures if photos is None else _read(photos, size, progress)
    photo_pictures, tried = _hold_out(all_photos)
    name = _new_name(name, styles, bank)
    sampler = PairSampler(photo_pictures, [style_pictures], size, seed, augment=True)
    steps = steps or (STEPS if len(style_pictures) > 1 else STEPS_OF_ONE)

    trial = Trial(generator, tried, style_pictures, size)
    seen = np.stack([crop_square(x, STYLE_IMAGE_SIZE) for x in spread(style_pictures, COMPARED)])
    codes = style_encoder.predict(to_model_range(seen), batch_size=BATCH, verbose=0)
    seen_code = mix_codes(codes)
    before = {known: trial.draw(bank.code(known)) for known in bank.names}
    alone = trial.draw(seen_code)
    style_code = _learn(generator, bank, seen_code, sampler, steps, seed, progress)
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
    networks = generator, style_encoder, load_mapping_network(model)
    _write(output, networks, made, arguments, trial.sheet(alone, adapted))
    return made


def _learn(generator, bank, seen_code, sampler, steps, seed, progress) -> np.ndarray:
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
        sampler.dataset(BATCH, num_batches=steps),
        callbacks=[StopOnNaN()],
        shuffle=False,
        verbose="auto" if progress else 0,
    )
    adaptation.settle()
    return style_code


def _check(output: Path, steps, size, seed) -> None:
    check_output_folder(output, remedy="choose another --output")
    if steps is not None and steps < 1:
        raise ArgumentError(f"`steps` must be 1 or more. Received: steps={steps}.")
    if size < 32 or size % 16:
        raise ArgumentError(f"`size` must be a multiple of 16, 32 or more. Received: size={size}.")
    if seed < 0:
        raise ArgumentError(f"`seed` must be 0 or more. Received: seed={seed}.")


def _new_name(name, styles, bank: StyleBank) -> str:
    name = name or Path(styles).resolve().stem
    check_style_name(name)
    if name in bank.names:
        raise ModelError(f"the model knows a style called {name!r} already; choose another --name")
    return name


def _read(source, size: int, progress: bool) -> list[np.ndarray]:
    """Read a folder of pictures, or one picture."""
    if Path(source).is_dir():
        folder = ImageFolder(source, round(STORED_SCALE * size), progress=progress)
        return [folder[i] for i in range(len(folder))]
    if not Path(source).exists():
        raise DatasetError(f"{source} does not exist; name a folder of pictures, or one picture")
    return [load_image(source)]


def _hold_out(photos) -> tuple[list, list]:
    """Split photos into those to learn with and those to try the style on; few are both."""
    if len(photos) < 4 * TRIED:
        return photos, spread(photos, TRIED)
    tried = range(0, len(photos), -(-len(photos) // TRIED))
    return [x for i, x in enumerate(photos) if i not in tried], [photos[i] for i in tried]


def _write(output, networks, made: Adaptation, arguments, sheet) -> None:
    save_image(output / SHEET_FILE, sheet, overwrite=True)
    record = {"arguments": arguments, **asdict(made)}
    write_atomically(output / REPORT_FILE, (json.dumps(record, indent=2) + "\n").encode())
    # The generator last: a folder that has it is whole.
    save_models(output, *networks)

"""Put the networks of a preset beside it as TFLite files, which draw without TensorFlow.

python -m portrait_style.export.lite_preset FOLDER...
"""

import argparse
from pathlib import Path

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from portrait_style.errors import ModelError, PortraitStyleError
from portrait_style.export.comparison import compare
from portrait_style.export.parity import Parity, Threshold, check_parity
from portrait_style.export.program import IMAGE_SHAPE, Program, SavedProgram, style_encoder_program
from portrait_style.export.tflite_precision import CONVERSIONS
from portrait_style.image import crop_square, load_image, to_model_range
from portrait_style.image_folder import bundled_photos, list_images
from portrait_style.model_files.lite_networks import (
    ENCODER_LITE,
    GENERATOR_LITE,
    MAPPING_LITE,
    LiteNetworks,
)
from portrait_style.model_files.preset import Preset
from portrait_style.models.strided_generator import StridedGenerator
from portrait_style.output_files import write_atomically
from portrait_style.styles.codes import STYLE_IMAGE_SIZE

# What each file must reach beside its Keras model, over all photos, styles and sizes.
THRESHOLD = Threshold(psnr=60.0, worst_psnr=60.0, correlation=0.9999)
PHOTOS = 8
# Height and width of the pictures that are compared.
SIZES = ((128, 128), (256, 192), (304, 400))
# Of the programs as they are converted; the interpreter takes any.
_TRACED = 128


def write_lite_networks(folder, progress: bool = False) -> dict[str, Parity]:
    """Convert the networks of a preset to TFLite, and hold each file against its Keras model.

    Args:
        folder: path of the preset.
        progress: bool, whether to show a bar. Defaults to `False`.

    Returns:
        dict of file name to `Parity`.

    Raises:
        ModelError: if there is no preset, or it is damaged.
        ParityError: if a file falls short; then none is left.
        OutputError: if a file cannot be written.
    """
    folder = Path(folder)
    preset = Preset(folder)
    if isinstance(preset.load_generator(), StridedGenerator):
        raise ModelError(f"{folder} is of version 0, whose layout is tied to one size; train anew")
    contents = {
        name: _converted(program)
        for name, program in lite_programs(preset).items()
        if program is not None
    }
    try:
        for name, content in contents.items():
            write_atomically(folder / name, content)
        return check_lite_networks(preset, progress)
    except BaseException:
        for name in contents:
            (folder / name).unlink(missing_ok=True)
        raise


def lite_programs(preset: Preset) -> dict[str, Program | None]:
    """The programs that become files, by name of the file; `None` for what the preset lacks."""
    generator, mapping_network = preset.load_generator(), preset.load_mapping_network()
    mapping = None
    if mapping_network is not None:
        shapes = {
            "noise": (None, mapping_network.noise_size),
            "style_code": (None, mapping_network.code_size),
        }
        mapping = Program(
            "mapping_network",
            shapes,
            "style_code",
            lambda **inputs: mapping_network(inputs),
            mapping_network,
            multiple=1,
        )
    drawing = Program(
        "generator",
        {"photo": IMAGE_SHAPE, "style_code": (None, generator.code_size)},
        "image",
        lambda **inputs: generator(inputs, training=False),
        generator,
        generator.multiple,
    )
    return {
        GENERATOR_LITE: drawing,
        ENCODER_LITE: style_encoder_program(preset.load_style_encoder()),
        MAPPING_LITE: mapping,
    }


def check_lite_networks(preset: Preset, progress: bool = False) -> dict[str, Parity]:
    """Compare what the TFLite files of a preset compute with what Keras does.

    Args:
        preset: `Preset`.
        progress: bool, whether to show a bar. Defaults to `False`.

    Returns:
        dict of file name to `Parity`, over every style, `PHOTOS` photos and `SIZES`.

    Raises:
        ModelError: if there are no such files.
        ParityError: if a file falls short.
    """
    lite = preset.load_lite_networks()
    if lite is None:
        raise ModelError(f"{preset.folder} holds no TFLite files to compare")
    paths = list_images(bundled_photos())
    photos = [load_image(path) for path in paths[:: len(paths) // PHOTOS][:PHOTOS]]
    found = {GENERATOR_LITE: _drawing_parity(preset, lite, photos, progress)}
    pictures = np.stack([to_model_range(crop_square(x, STYLE_IMAGE_SIZE)) for x in photos])
    expected = np.asarray(preset.load_style_encoder()(pictures, training=False))
    found[ENCODER_LITE] = compare(
        expected, np.concatenate([lite.style_encoder(x[None]) for x in pictures])
    )
    if lite.mapping_network is not None:
        found[MAPPING_LITE] = _mapping_parity(preset, lite)
    for name, parity in found.items():
        check_parity(name, parity, THRESHOLD)
    return found


def _drawing_parity(preset: Preset, lite: LiteNetworks, photos, progress: bool) -> Parity:
    """Compare drawings of every style, size by size; return the parity of the worst size."""
    generator, bank, parities = preset.load_generator(), preset.bank, []
    with tqdm(total=len(SIZES) * len(bank.names), desc="compare", disable=not progress) as bar:
        for height, width in SIZES:
            cut = (crop_square(photo, max(height, width))[:height, :width] for photo in photos)
            views = [to_model_range(view)[None] for view in cut]
            expected, drawn = [], []
            for name in bank.names:
                for view in views:
                    inputs = {"photo": view, "style_code": bank.code(name)[None]}
                    expected.append(np.asarray(generator(inputs, training=False)))
                    drawn.append(lite.generator(inputs))
                bar.update()
            parities.append(compare(np.concatenate(expected), np.concatenate(drawn)))
    return min(parities, key=lambda parity: parity.worst_psnr)


def _mapping_parity(preset: Preset, lite: LiteNetworks) -> Parity:
    network, bank = preset.load_mapping_network(), preset.bank
    codes = np.stack([bank.code(name) for name in bank.names])
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((len(codes), network.noise_size), np.float32)
    expected = np.asarray(network({"noise": noise, "style_code": codes}))
    rows = [
        lite.mapping_network({"noise": n[None], "style_code": c[None]})
        for n, c in zip(noise, codes, strict=True)
    ]
    return compare(expected, np.concatenate(rows))


def _converted(program: Program) -> bytes:
    saved = SavedProgram(program, program.size or _TRACED)
    converter = tf.lite.TFLiteConverter.from_saved_model(saved.folder)
    return CONVERSIONS["float16"](converter, _TRACED, None)


def main(argv=None) -> None:
    """Write the TFLite files of presets, from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m portrait_style.export.lite_preset", description=__doc__.splitlines()[0]
    )
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="of a preset")
    for folder in parser.parse_args(argv).folders:
        try:
            found = write_lite_networks(folder, progress=True)
        except PortraitStyleError as error:
            parser.error(str(error))
        for name, parity in found.items():
            size = (Path(folder) / name).stat().st_size
            print(f"{folder}/{name}: {size / 1e6:.2f} MB, {parity.worst_psnr:.0f} dB at worst")


if __name__ == "__main__":
    main()

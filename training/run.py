"""A training run from configuration to saved generator."""

import dataclasses
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from portrait_style.errors import DatasetError
from portrait_style.image import save_image
from portrait_style.image_folder import (
    bundled_photos,
    evenly_spaced,
    in_validation,
    list_images,
    read_squares,
    style_folders_of,
)
from portrait_style.renderers import find_renderer
from portrait_style.training.callbacks.collapse import CollapseMonitor, StopOnNaN
from portrait_style.training.callbacks.guidance import guidance_for
from portrait_style.training.callbacks.interruption import Interruption
from portrait_style.training.callbacks.report import write_report
from portrait_style.training.callbacks.run_files import (
    Checkpoints,
    MetricsLog,
    Report,
    SampleSheets,
)
from portrait_style.training.config import TrainingConfig
from portrait_style.training.dataset import DataConfig, batch_sampler
from portrait_style.training.epochs import epoch_steps, fit
from portrait_style.training.fitting.mapping import fit_mapping_network
from portrait_style.training.fitting.style_codes import (
    bank_of_style_codes,
    read_codes,
    read_photo_code,
    style_code_of,
)
from portrait_style.training.gan import PortraitStyleGAN, build_gan
from portrait_style.training.networks import IMAGE_SHAPE
from portrait_style.training.pairs import AFTER, check_partners
from portrait_style.training.run_folder import RunFolder
from portrait_style.training.sources import Sources, sources_of
from portrait_style.training.step.ema import copy_weights

VALIDATION_BATCHES = 2
SAMPLE_PHOTOS, SAMPLE_SCALE = 4, 2
# Of each style, before training.
PICTURES_ENCODED = 48


def plan(config: TrainingConfig) -> str:
    """Describe what `train` would do, without reading a picture.

    Raises:
        DatasetError: if a folder is missing or empty.
    """
    lines = [f"photos     {_planned_counts(config.photos or bundled_photos(), config)}"]
    for name, folder in (style_folders_of(config.styles) if config.styles else {}).items():
        lines.append(f"style      {name}: {_planned_counts(folder, config)}")
    for folder in map(Path, config.pairs):
        check_partners(folder)
        lines.append(
            f"pairs      {folder.resolve().name}: {_planned_counts(folder / AFTER, config)}"
        )
    for name in config.render:
        lines.append(f"render     {name}: {find_renderer(name).DESCRIPTION}")
    lines += [
        f"generator  {config.generator_size}",
        f"perceptual {config.perceptual}",
        f"training   {config.steps} steps of {config.batch} pictures at {config.size} px",
        f"output     {config.output}: a sheet and a checkpoint every {config.sample_every} steps",
    ]
    return "\n".join(lines)


def train(config: TrainingConfig, resume: bool = False, callbacks=(), measures=None) -> RunFolder:
    """Train, and leave a run folder with the averaged generator and its named styles.

    Args:
        config: `TrainingConfig`.
        resume: bool, whether to go on with the run in `config.output`. Defaults to `False`.
        callbacks: Keras callbacks of your own; figures are written before they are called, and
            checkpoints after it. Defaults to none.
        measures: dict of "content" and "style" to a `Measure` each, of quality while training, or
            `None` for those that `evaluate` reports. Defaults to `None`.

    Returns:
        `RunFolder`.

    Raises:
        DatasetError: if the folders do not hold enough pictures.
        RunFolderError: if the output folder is in use, or is not the run to resume.
        OutputError: if the run cannot be written, such as on a full disk.
        DivergenceError: if a loss or a weight is not finite.
        TrainingInterruptedError: on SIGINT or SIGTERM, after a checkpoint.
    """
    run_folder = RunFolder(config.output)
    if resume:
        run_folder.check_resumable(config)
    else:
        run_folder.check_unused()
    if config.deterministic:
        tf.config.experimental.enable_op_determinism()
    sources = sources_of(config, progress=True)
    sampler, held_out = _data_of_run(config, sources)
    sample_photos, references = _samples_of_run(config, sources)
    keras.utils.set_random_seed(config.seed)
    gan = build_gan(config, sources)
    codes = _codes_of_run(sampler, sources, gan.style_encoder)
    _tell_codes_of_pairs(sampler, held_out, codes)
    validation = held_out and held_out.dataset(num_batches=VALIDATION_BATCHES).cache()
    first_step = _start_training_run(run_folder, config, gan, resume)
    steps = epoch_steps(config)
    sheets = SampleSheets(run_folder, steps, sample_photos, references, codes)
    interruption = Interruption(run_folder, steps, first_step)
    all_callbacks = [
        StopOnNaN(),
        MetricsLog(run_folder, first_step),
        sheets,
        Report(run_folder, config),
        keras.callbacks.TensorBoard(str(run_folder.logs), write_graph=False),
        *callbacks,
        # After all that belongs to the step: it is not done again by a resumed run.
        Checkpoints(run_folder, steps),
        interruption,
    ]
    if config.adaptive:
        all_callbacks.append(CollapseMonitor())
    guidance = guidance_for(config, gan, run_folder, validation, measures)
    if guidance:
        # First: what it finds is logged, and what it decides is saved.
        all_callbacks.insert(0, guidance)
    with run_folder.writing():
        with interruption:
            fit(gan, config, sampler, validation, all_callbacks, first_step)
        if guidance:
            run_folder.restore_best(gan)
        finish_run(gan, config, sources, run_folder)
        sheets.set_model(gan)
        save_image(run_folder.sheet, sheets.draw(), overwrite=True)
        write_report(run_folder, config)
    return run_folder


def _start_training_run(run_folder: RunFolder, config: TrainingConfig, gan, resume: bool) -> int:
    """Make the run folder, or go back to its last checkpoint; return the steps taken."""
    if not resume:
        run_folder.create(config)
        return 0
    run_folder.take_up(config)
    first_step = run_folder.restore(gan)
    run_folder.cut_metrics(first_step)
    return first_step


def finish_run(
    gan: PortraitStyleGAN, config: TrainingConfig, sources: Sources, run_folder: RunFolder
) -> None:
    """Name the styles, fit the mapping network, and write all networks, the generator averaged."""
    encoder, held_out = gan.style_encoder, config.validation_fraction
    folders = sources.pictures
    codes = {name: read_codes(encoder, folder, held_out) for name, folder in folders.items()}
    photo_code = read_photo_code(gan.ema_generator, encoder, sources.photos[0], held_out)
    renderers = {name: find_renderer(name) for name in sources.rendered}
    media = {name: renderer.MEDIUM for name, renderer in renderers.items()}
    descriptions = {name: renderer.DESCRIPTION for name, renderer in renderers.items()}
    bank = bank_of_style_codes(photo_code, codes, media, descriptions)
    mapping_network = fit_mapping_network(codes, bank, config.seed, config.mapping_steps)
    shapes = {"photo": IMAGE_SHAPE, "style_code": (None, gan.generator.code_size)}
    generator = _network_of_run(gan.ema_generator, shapes, styles=bank.to_config())
    run_folder.save_model(mapping_network, run_folder.mapping_network)
    run_folder.save_model(gan.style_encoder, run_folder.style_encoder)
    run_folder.save_model(gan.discriminator, run_folder.discriminator)
    run_folder.save_model(generator, run_folder.generator)


def _network_of_run(average, shape, **changes):
    """Copy an averaged network, which is frozen, to one that can be trained further."""
    model = type(average).from_config({**average.get_config(), "trainable": True, **changes})
    model.build(shape)
    copy_weights(average, model)
    return model


def _data_of_run(config: TrainingConfig, sources: Sources):
    """Return the `BatchSampler` of a run, and that of what is held out or `None`."""
    data = DataConfig(
        photos=str(sources.photos[0]),
        styles=config.styles,
        pairs=tuple(map(str, sources.pairs.values())),
        rendered=tuple(map(str, sources.rendered.values())),
        size=config.size,
        batch_size=config.batch,
        validation_fraction=config.validation_fraction,
        seed=config.seed,
    )
    sampler = batch_sampler(data, progress=True)
    try:
        held_out = batch_sampler(dataclasses.replace(data, split="validation"))
    except DatasetError:
        # A folder of a few pictures may have none held out.
        held_out = None
    return sampler, held_out


def _codes_of_run(sampler, sources: Sources, style_encoder) -> dict[str, np.ndarray]:
    """Encode some pictures of each style: near the code that will name it."""
    pictures = [*(pairs.targets for pairs in sampler.pairs), *sampler.styles]
    return {
        name: style_code_of(style_encoder, evenly_spaced(some, PICTURES_ENCODED))
        for name, some in zip(sources.pictures, pictures, strict=True)
    }


def _tell_codes_of_pairs(sampler, held_out, codes: dict) -> None:
    """Let styles that pairs teach be learned under the code that will name them."""
    # Of styles, those that pairs teach come first.
    for number, code in enumerate(list(codes.values())[: len(sampler.pairs)]):
        sampler.pairs[number].code = code
        if held_out:
            held_out.pairs[number].code = code


def _samples_of_run(config: TrainingConfig, sources: Sources):
    """Photos and one picture a style, held out where the folder is large enough.

    They are twice as large as what training sees, as in use.
    """
    photos = _held_out_in_run(sources.photos[0], config, SAMPLE_PHOTOS)
    folders = sources.pictures
    references = [_held_out_in_run(folder, config, 1)[0] for folder in folders.values()]
    return photos, np.stack(references)


def _held_out_in_run(folder, config: TrainingConfig, count: int) -> np.ndarray:
    """Read pictures that a run holds out, or any of a folder that is too small."""
    side = SAMPLE_SCALE * config.size
    for split in ("validation", "all"):
        try:
            return read_squares(folder, split, count, side, config.validation_fraction)
        except DatasetError:
            if split == "all":
                raise


def _planned_counts(folder, config: TrainingConfig) -> str:
    """Say for the plan of a run how many files a folder has."""
    paths = list_images(folder)
    held_out = sum(in_validation(path, config.validation_fraction) for path in paths)
    return f"{len(paths)} files, {held_out} of them held out"

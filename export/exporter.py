"""From a trained generator to files that are known to be right."""

import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from portrait_style.errors import ArtefactError, ParityError
from portrait_style.export import jobs as making
from portrait_style.export.artefact import Artefact, measure_file, refuse
from portrait_style.export.bundle import comparison_strip, write_metadata, write_report
from portrait_style.export.calibration import calibration_inputs
from portrait_style.export.jobs import FORMATS, PRECISIONS, Job, check_arguments
from portrait_style.export.parity import check, compare
from portrait_style.export.pictures import inputs_for, portraits
from portrait_style.export.program import Program
from portrait_style.export.source import Source, check_size, load_source
from portrait_style.output_files import check_output_folder
from portrait_style.terminal import silenced

# Keras runs so many pictures at once.
_BATCH = 4


@dataclass(frozen=True)
class ExportReport:
    """What an export consists of.

    Attributes:
        folder: path.
        artefacts: list of `Artefact`, with sizes and parity.
    """

    folder: Path
    artefacts: list[Artefact]

    @property
    def refused(self) -> list[Artefact]:
        """The artefacts that must not be used."""
        return [artefact for artefact in self.artefacts if artefact.refused is not None]


def export_model(
    model,
    output,
    *,
    formats=FORMATS,
    quantize=PRECISIONS,
    style=None,
    size=256,
    photos=None,
    input_range=(-1.0, 1.0),
    overwrite=False,
    progress=False,
) -> ExportReport:
    """Write a generator in every format, run each file in its own runtime, and compare.

    Args:
        model: name of a preset, or path of a run folder, a `.keras` file or a SavedModel folder.
            One that is not of this package must map an image to an image.
        output: path of the folder to write, new or empty.
        formats: tuple of str, of `FORMATS`.
        quantize: tuple of str, of `PRECISIONS`: the TFLite files to write.
        style: str or `None`, a style to bake into further TFLite and ONNX files.
        size: int, height and width of the files of fixed size. Defaults to 256.
        photos: path of a folder of portraits to compare on, or `None`: then views of one portrait.
        input_range: pair of float, range of pixels of a network that is not of this package.
        overwrite: bool, whether the folder may hold files. Defaults to `False`.
        progress: bool, whether to show a progress bar. Defaults to `False`.

    Returns:
        `ExportReport`.

    Raises:
        ParityError: if a file's pictures are not those of the Keras model. Everything is written;
            the files at fault are marked as refused.
        ArtefactError: if a file does not run as it should, likewise.
        ModelError: if the model cannot be loaded, or there is no such style.
        DatasetError: if there are too few portraits.
        OutputError: if the folder is not empty or cannot be written.
        ValueError: if an argument is out of its range.
    """
    check_arguments(formats, quantize, size)
    folder = Path(output)
    check_output_folder(folder, overwrite)
    source = load_source(model, style, input_range)
    check_size(source.programs, size)
    planned = _planned(source, formats, quantize, size, photos)
    report = ExportReport(folder, [])
    references, errors = {}, []
    for job in tqdm(planned, desc="export", unit="file", disable=not progress):
        if job.program.name not in references:
            pictures = portraits(photos, job.program.size or size)
            inputs = inputs_for(job.program, pictures, source.bank)
            references[job.program.name] = inputs, _in_keras(job.program, inputs)
        error = _make(folder, job, *references[job.program.name])
        report.artefacts.append(job.artefact)
        if error is not None:
            refuse(folder, job.artefact, str(error))
            errors.append(error)
    name = os.path.basename(os.path.normpath(str(model)))
    write_metadata(folder, name, source.programs, size, report.artefacts)
    write_report(folder, name, report.artefacts)
    _raise_if_refused(report, errors)
    return report


def _planned(source: Source, formats, quantize, size, photos) -> list[Job]:
    jobs = []
    if "saved_model" in formats:
        jobs.append(
            making.saved_model_job(source.programs[0], source.generator, source.style_encoder)
        )
    for program in source.programs:
        if "tflite" in formats:
            fixed = program.size or size
            examples = None
            # Codes are few numbers, computed seldom: 8-bit arithmetic would only blur them.
            precisions = [p for p in quantize if p != "int8" or program.output == "image"]
            if "int8" in precisions:
                pictures = portraits(photos, fixed, last=True)
                examples = calibration_inputs(program, pictures, source.bank)
            jobs += making.tflite_jobs(program, fixed, precisions, examples)
        if "onnx" in formats:
            jobs.append(making.onnx_job(program))
    return jobs


def _make(folder: Path, job: Job, inputs: dict, reference: np.ndarray):
    """Write one file and judge it; return what is wrong with it, or `None`."""
    path = folder / job.artefact.path
    try:
        with silenced(), warnings.catch_warnings():
            # Converters talk of their own future.
            warnings.simplefilter("ignore")
            job.write(path)
        measure_file(folder, job.artefact)
        output = job.open(path)(**inputs)
        job.artefact.parity = compare(reference, output)
        if job.program.output == "image":
            job.artefact.strip = comparison_strip(reference, output)
        check(job.artefact.path, job.artefact.parity, job.threshold)
    except ArtefactError as error:
        return error
    return None


def _in_keras(program: Program, inputs: dict) -> np.ndarray:
    count = len(next(iter(inputs.values())))
    parts = [
        program.run(**{name: array[i : i + _BATCH] for name, array in inputs.items()})
        for i in range(0, count, _BATCH)
    ]
    return np.concatenate(parts)


def _raise_if_refused(report: ExportReport, errors: list[ArtefactError]) -> None:
    """Raise one error for all that was refused: `ParityError` where every file at least ran."""
    if errors:
        kind = ArtefactError if any(type(e) is ArtefactError for e in errors) else ParityError
        reasons = "; ".join(f"{a.path}: {a.refused}" for a in report.refused)
        raise kind(f"{len(errors)} of {len(report.artefacts)} files refused: {reasons}")

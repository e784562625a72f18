"""From a trained generator to files that are known to be right."""

import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from portrait_style.errors import ArtefactError, ParityError
from portrait_style.export.artefact import Artefact, measure_artefact, refuse
from portrait_style.export.bundle import bundle_strip, write_bundle_metadata, write_bundle_report
from portrait_style.export.comparison import compare
from portrait_style.export.config import ExportConfig
from portrait_style.export.formats import FORMATS, ExportedFile
from portrait_style.export.parity import check_parity
from portrait_style.export.pictures import inputs_for, portraits
from portrait_style.export.program import Program
from portrait_style.export.source import check_source_size, load_source
from portrait_style.output_files import check_output_folder
from portrait_style.terminal import silenced

# Keras runs so many pictures at once.
_BATCH = 4


@dataclass(frozen=True)
class ExportReport:
    """What an exporter's run made: files, and what was found of each.

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
    model: str | os.PathLike,
    output: str | os.PathLike,
    *,
    style: str | None = None,
    photos: str | os.PathLike | None = None,
    progress: bool = False,
    **settings,
) -> ExportReport:
    """Write a generator in every format, run each file in its own runtime, and compare.

    Args:
        model: name of a preset, or path of a run folder, a `.keras` file or a SavedModel folder.
            One that is not of this package must map an image to an image.
        output: path of the folder to write, new or empty.
        style: str or `None`, a style to bake into further TFLite and ONNX files.
        photos: path of a folder of portraits to compare on, or `None`: then views of one portrait.
        progress: bool, whether to show a progress bar. Defaults to `False`.
        **settings: further fields of `ExportConfig`.

    Returns:
        `ExportReport`.

    Raises:
        ParityError: if a file's pictures are not those of the Keras model. Everything is written;
            the files at fault are marked as refused.
        ArtefactError: if a file does not run as it should, likewise.
        ModelError: if the model cannot be loaded, or there is no such style.
        DatasetError: if there are too few portraits.
        OutputError: if the folder is not empty or cannot be written.
        ArgumentError: if a setting is out of its range.
    """
    config = ExportConfig(model, output, style=style, photos=photos, **settings)
    return run_export(config, progress)


def run_export(config: ExportConfig, progress: bool = False, formats=FORMATS) -> ExportReport:
    """Do what `export_model` does.

    Args:
        config: `ExportConfig`.
        progress: bool, whether to show a progress bar. Defaults to `False`.
        formats: dict of name to subclass of `ExportedFile`. Defaults to `formats.FORMATS`.
    """
    folder = Path(config.output)
    check_output_folder(folder, config.overwrite)
    source = load_source(config.model, config.style, config.input_range)
    check_source_size(source.programs, config.size)
    chosen = [kind for name, kind in formats.items() if name in config.formats]
    planned = [file for kind in chosen for file in kind.plan(source, config)]
    report = ExportReport(folder, [])
    references, errors = {}, []
    for file in tqdm(planned, desc="export", unit="file", disable=not progress):
        if file.program.name not in references:
            pictures = portraits(config.photos, file.program.size or config.size)
            inputs = inputs_for(file.program, pictures, source.bank)
            references[file.program.name] = inputs, _exported_in_keras(file.program, inputs)
        error = _export_file(folder, file, *references[file.program.name])
        report.artefacts.append(file.artefact)
        if error is not None:
            refuse(folder, file.artefact, str(error))
            errors.append(error)
    name = os.path.basename(os.path.normpath(config.model))
    write_bundle_metadata(folder, name, source.programs, config.size, report.artefacts)
    write_bundle_report(folder, name, report.artefacts)
    _raise_if_export_refused(report, errors)
    return report


def _export_file(folder: Path, file: ExportedFile, inputs: dict, reference: np.ndarray):
    """Write one file and judge it; return what is wrong with it, or `None`."""
    path = folder / file.artefact.path
    try:
        with silenced(), warnings.catch_warnings():
            # Converters talk of their own future.
            warnings.simplefilter("ignore")
            file.write(path)
        measure_artefact(folder, file.artefact)
        output = file.open(path)(**inputs)
        file.artefact.parity = compare(reference, output)
        if file.program.output == "image":
            file.artefact.strip = bundle_strip(reference, output)
        check_parity(file.artefact.path, file.artefact.parity, file.threshold)
    except ArtefactError as error:
        return error
    return None


def _exported_in_keras(program: Program, inputs: dict) -> np.ndarray:
    """Run the program that is exported where it comes from, some pictures at a time."""
    count = len(next(iter(inputs.values())))
    parts = [
        program.run(**{name: array[i : i + _BATCH] for name, array in inputs.items()})
        for i in range(0, count, _BATCH)
    ]
    return np.concatenate(parts)


def _raise_if_export_refused(report: ExportReport, errors: list[ArtefactError]) -> None:
    """Raise one error for all that was refused: `ParityError` where every file at least ran."""
    if errors:
        kind = ArtefactError if any(type(e) is ArtefactError for e in errors) else ParityError
        reasons = "; ".join(f"{a.path}: {a.refused}" for a in report.refused)
        raise kind(f"{len(errors)} of {len(report.artefacts)} files refused: {reasons}")

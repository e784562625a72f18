"""The task that writes a model in the formats of other runtimes."""

import json
import zipfile
from pathlib import Path

from portrait_style.errors import ArtefactError
from portrait_style.export.config import ExportConfig
from portrait_style.export.formats import FORMATS, ExportedFile
from portrait_style.studio.jobs.task import TaskContext
from portrait_style.terminal import import_tensorflow_quietly

EXPORTED, ARCHIVE = "exported", "exported.zip"
# Shares of the work: until the first file is written, and for the archive.
_STARTED, _PACKING = 0.1, 0.05


def run(context: TaskContext) -> None:
    """Export a model, compare what was written, and pack it.

    Args:
        context: `TaskContext` with the arguments "formats", "quantize" and "source": a preset, or
            the key of a job's folder and the name of the model in it, with a slash between.

    Raises:
        PortraitStyleError: if the model cannot be exported.
    """
    context.report(0.0, "opening the model", result={})
    import_tensorflow_quietly()
    from portrait_style.export.exporter import run_export

    folder = context.folder / EXPORTED
    config = ExportConfig(
        _source(context),
        str(folder),
        formats=tuple(context.arguments["formats"]),
        quantize=tuple(context.arguments["quantize"]),
        overwrite=True,
    )
    try:
        run_export(config, formats=_told_formats(context))
    except ArtefactError:
        # All is written, and the report says which files must not be used.
        if not (folder / "report.json").is_file():
            raise
    artefacts = _artefacts(folder)
    context.report(1.0 - _PACKING, "packing the files", result={})
    _pack(folder, context.folder / ARCHIVE)
    refused = sum(not artefact["ok"] for artefact in artefacts)
    told = f"wrote {len(artefacts) - refused} of {len(artefacts)} files"
    told += f"; {refused} would draw otherwise, and are marked as refused" if refused else ""
    context.report(1.0, told, result={"artefacts": artefacts})


def _source(context: TaskContext) -> str:
    folder, _, name = context.arguments["source"].rpartition("/")
    return str(context.files.path(folder) / name) if folder else name


def _told_formats(context: TaskContext) -> dict[str, type[ExportedFile]]:
    """Give the formats, each telling of the files that it writes."""
    planned: list[ExportedFile] = []
    written: list[ExportedFile] = []

    def told(kind: type[ExportedFile]) -> type[ExportedFile]:
        class Told(kind):  # type: ignore[misc, valid-type]
            """Tells that it is written."""

            @classmethod
            def plan(cls, source, config):
                """Plan the files, and count them."""
                files = super().plan(source, config)
                planned.extend(files)
                return files

            def write(self, path: Path) -> None:
                """Write the file, and tell of it."""
                share = len(written) / len(planned)
                progress = _STARTED + (1.0 - _STARTED - _PACKING) * share
                context.report(progress, f"writing {self.artefact.path}")
                super().write(path)
                written.append(self)

        return Told

    return {name: told(kind) for name, kind in FORMATS.items()}


def _artefacts(folder: Path) -> list[dict]:
    """Read of the report what the page shows."""
    found = []
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    for artefact in report["artefacts"]:
        parity = artefact["parity"] or {}
        entry = {"path": artefact["path"], "bytes": artefact["num_bytes"]}
        found.append({**entry, "psnr": parity.get("psnr"), "ok": artefact["refused"] is None})
    return found


def _pack(folder: Path, archive: Path) -> None:
    """Put a folder into an archive, whole or not at all."""
    written = archive.with_name(f"writing-{archive.name}")
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                packed.write(path, path.relative_to(folder).as_posix())
    written.replace(archive)

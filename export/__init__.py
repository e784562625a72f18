"""Export of a trained generator to the formats that it runs in."""

if __name__ != "portrait_style.export":
    raise ImportError(
        "import portrait_style.export, not export: a second copy of its classes could not be "
        "told from the first when a model is saved"
    )

from typing import TYPE_CHECKING

from portrait_style._lazy import hand_on

if TYPE_CHECKING:
    from portrait_style.export.exporter import ExportReport as ExportReport
    from portrait_style.export.exporter import export_model as export_model
else:
    __getattr__, __dir__, __all__ = hand_on(
        __name__,
        {
            "ExportReport": "portrait_style.export.exporter",
            "export_model": "portrait_style.export.exporter",
        },
    )

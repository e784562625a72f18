"""What determines an export, and a benchmark."""

from dataclasses import dataclass

from portrait_style.errors import ArgumentError
from portrait_style.export.formats import FORMATS
from portrait_style.settings import Range, between, check_settings, setting

PRECISIONS = ("float32", "float16", "dynamic", "int8")
_SIZES = between(32, 2048)


def parse_names(text: str) -> tuple[str, ...]:
    """Read names of what is exported, with commas between them."""
    return tuple(name.strip() for name in text.split(","))


def parse_range(text: str) -> tuple[float, float]:
    """Read the input range of what is exported: two numbers with a comma between them.

    Raises:
        ArgumentError: if it is something else.
    """
    try:
        low, high = (float(number) for number in text.split(","))
    except ValueError as error:
        raise ArgumentError(f"{text!r} is not two numbers like 0,255") from error
    return low, high


def _some_of_exported(known: tuple[str, ...]) -> Range:
    """Allow some of the formats, or precisions, that can be asked for."""
    return Range(f"of {known}", lambda values: bool(values) and set(values) <= set(known))


def _exported_precisions():
    """Make the setting that says which TFLite files to write, of export and benchmark."""
    return setting(
        "TFLite files to write",
        PRECISIONS,
        range=_some_of_exported(PRECISIONS),
        metavar="LIST",
        parse=parse_names,
    )


@dataclass(frozen=True)
class ExportConfig:
    """An export.

    Raises:
        ArgumentError: if a value is out of its range.
        TypeError: if a value is of another type.
    """

    model: str = setting(
        "bundled preset, run folder, .keras file, or SavedModel folder; one that is not of this "
        "package must map an image to an image",
        metavar="PRESET|PATH",
    )
    output: str = setting("folder to write, new or empty", metavar="DIR")
    formats: tuple[str, ...] = setting(
        "files to write",
        tuple(FORMATS),
        range=_some_of_exported(tuple(FORMATS)),
        metavar="LIST",
        parse=parse_names,
    )
    quantize: tuple[str, ...] = _exported_precisions()
    style: str | None = setting(
        "style to bake into further TFLite and ONNX files", None, metavar="NAME"
    )
    size: int = setting("pixels of the TFLite files' images", 256, range=_SIZES)
    photos: str | None = setting(
        "portraits to compare on, best such as were not trained on (default: views of one "
        "portrait)",
        None,
        metavar="DIR",
    )
    input_range: tuple[float, float] = setting(
        "range of pixels of a network that is not of this package",
        (-1.0, 1.0),
        metavar="LOW,HIGH",
        parse=parse_range,
        shown="-1,1",
    )
    overwrite: bool = setting("write into a folder that is not empty", False)

    def __post_init__(self):
        check_settings(self)


@dataclass(frozen=True)
class BenchmarkConfig:
    """A benchmark of TFLite files.

    Raises:
        ArgumentError: if a value is out of its range.
        TypeError: if a value is of another type.
    """

    model: str = setting("as for export", metavar="PRESET|PATH")
    peers: str | None = setting(
        "folder of NAME_SIZE.tflite files to run beside", None, metavar="DIR"
    )
    style: str | None = setting("style to bake into further files", None, metavar="NAME")
    size: int = setting("pixels", 256, range=_SIZES)
    photos: str | None = setting("portraits to calibrate int8 on", None, metavar="DIR")
    quantize: tuple[str, ...] = _exported_precisions()

    def __post_init__(self):
        check_settings(self)

"""Arguments that several commands share."""

from portrait_style.cli._options import option_reader
from portrait_style.errors import ArgumentError
from portrait_style.image import SIZE_RANGE
from portrait_style.medium import TEXTURE_RANGE

STYLE = (
    "a name, a picture, a profile (me.json), a shared style (x.style), FILE.json#NAME of a "
    "discovered style, random:SEED, random:SEED@STYLE for a variant of one, or a mix: "
    "oil:0.6,ink:0.4"
)
PHOTO = "JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF or BMP file"

size = option_reader(int, SIZE_RANGE)


def add_model(parser) -> None:
    """Add --model, which several commands share."""
    parser.add_argument(
        "--model",
        default="mobile",
        metavar="PRESET|PATH",
        help="bundled preset, run folder or generator.keras (default: mobile)",
    )


def add_no_mark(parser) -> None:
    """Add --no-mark, which several commands share."""
    parser.add_argument(
        "--no-mark",
        action="store_true",
        default=False,
        help="leave out the note in the file that a program made the picture",
    )


def add_overwrite(parser) -> None:
    """Add --overwrite, which several commands share."""
    parser.add_argument(
        "--overwrite", action="store_true", default=False, help="replace files that exist"
    )


def add_texture(parser, whose: str) -> None:
    """Add --texture, which several commands share; `whose` names what has a medium."""
    parser.add_argument(
        "--texture",
        type=option_reader(float, TEXTURE_RANGE),
        default=0.0,
        metavar="0..1",
        help=f"how much is seen of the {whose}'s paper, grain, canvas or screen (default: 0)",
    )


def _numbers_value(text: str) -> list[int]:
    """Read the value of an argument of several commands: whole numbers with commas between them."""
    try:
        return [int(number) for number in text.split(",")]
    except ValueError as error:
        raise ArgumentError(f"{text!r} is not a list of numbers like 1,4") from error


# Whole numbers with commas between them.
numbers = option_reader(_numbers_value)

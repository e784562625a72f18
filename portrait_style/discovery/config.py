"""What determines a discovery."""

from dataclasses import dataclass

from portrait_style.errors import ArgumentError
from portrait_style.settings import Range, at_least, check_settings, setting

AUTO = "auto"


def parse_clusters(text: str) -> int | str:
    """Read a number of clusters, or "auto", as a discovery is configured by.

    Raises:
        ArgumentError: if it is neither.
    """
    if text == AUTO:
        return text
    try:
        return int(text)
    except ValueError as error:
        raise ArgumentError(f"{text!r} is neither auto nor a whole number") from error


@dataclass(frozen=True)
class DiscoveryConfig:
    """A discovery; equal configurations give equal results.

    Raises:
        ArgumentError: if a value is out of its range.
        TypeError: if a value is of another type.
    """

    folder: str = setting(
        "folder of pictures; sub-folders count too", metavar="STYLE_DIR", option="folder"
    )
    output: str = setting("folder to write, new or empty", metavar="DIR")
    clusters: int | str = setting(
        "number of styles, or auto: as many as can be told apart",
        AUTO,
        metavar="auto|N",
        parse=parse_clusters,
        range=Range(
            '"auto" or a whole number from 1',
            lambda value: value == AUTO or (isinstance(value, int) and value >= 1),
        ),
    )
    model: str = setting("model that codes are for", "mobile", metavar="PRESET|PATH")
    seed: int = setting("of the halves and the map", 0, range=at_least(0))
    overwrite: bool = setting(
        "write into a folder that is not empty; names in its styles.json are kept", False
    )

    def __post_init__(self):
        check_settings(self)

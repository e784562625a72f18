"""What determines an evaluation."""

from dataclasses import dataclass

from portrait_style.errors import ArgumentError
from portrait_style.image import SIZE_RANGE
from portrait_style.perceptual_settings import PerceptualConfig
from portrait_style.settings import at_least, setting


@dataclass(frozen=True)
class EvaluationConfig(PerceptualConfig):
    """An evaluation; equal configurations give equal reports.

    Raises:
        ArgumentError: if a value is out of its range.
        TypeError: if a value is of another type.
    """

    model: str = setting(
        "bundled preset, preset folder, run folder or generator.keras", metavar="PRESET|PATH"
    )
    photos: str = setting("photos of faces; sub-folders count too", metavar="DIR")
    styles: str | None = setting(
        "a folder a style, as for train (default: those of --truth)", None, metavar="DIR"
    )
    output: str = setting(
        "folder to write, new or empty", "", metavar="DIR", shown=None, needed=True
    )
    truth: str | None = setting(
        "drawings that were to be learned: a folder a style, each called as its photo",
        None,
        metavar="DIR",
    )
    face_detector: str | None = setting(
        "YuNet as ONNX, to find faces and their landmarks", None, metavar="FILE"
    )
    face_embedding: str | None = setting(
        "SFace as ONNX, to tell whose they are", None, metavar="FILE"
    )
    limit: int = setting("photos at most, and a third of the style pictures", 60, range=at_least(1))
    size: int = setting("longer side of the results in pixels", 256, range=SIZE_RANGE)
    seed: int = setting("chooses pictures, pairs and resamples", 0, range=at_least(0))
    held_out: bool = setting("use only pictures that the model's training held out", False)
    overwrite: bool = setting("write into a folder that is not empty", False)

    def __post_init__(self):
        """Check types, ranges, and what belongs together."""
        super().__post_init__()
        if not self.output:
            raise ArgumentError("`output` must name a folder for the report. Received: output=''.")
        if not (self.styles or self.truth):
            raise ArgumentError(
                "`styles` or `truth` must name a folder of pictures. Received: none of them."
            )
        if self.face_embedding is not None and self.face_detector is None:
            raise ArgumentError(
                "`face_embedding` needs `face_detector`, which finds what it describes."
            )

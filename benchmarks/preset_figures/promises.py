"""What is promised of a preset, and figures held against it."""

from dataclasses import dataclass

ALL = "all styles"


@dataclass(frozen=True)
class Promise:
    """One measure, and what is promised of it.

    Attributes:
        says: str, what is measured, and in what.
        column: str, heading in the table of styles.
        bound: float, or `None` where nothing is promised or every figure has a bound of its own.
        at_least: bool, whether the bound is the least and not the largest value. Defaults to
            `True`.
        digits: int, behind the point. Defaults to 3.
    """

    says: str
    column: str
    bound: float | None = None
    at_least: bool = True
    digits: int = 3


@dataclass(frozen=True)
class Figure:
    """What was measured.

    Attributes:
        promise: str, one of `PROMISES`.
        of: str, a style or `ALL`.
        value: float, nan where it could not be measured.
        bound: float, or `None` where nothing is promised.
    """

    promise: str
    of: str
    value: float
    bound: float | None

    @property
    def met(self) -> bool | None:
        """Whether the promise is kept; a nan keeps none. `None` where nothing is promised."""
        if self.bound is None:
            return None
        if PROMISES[self.promise].at_least:
            return self.value >= self.bound
        return self.value <= self.bound

    @property
    def spare(self) -> float:
        """How far it is on the right side of its bound; below 0, it is on the wrong one."""
        spare = self.value - self.bound
        return spare if PROMISES[self.promise].at_least else -spare


# By the recipe's name.
LEARNED_MEAN = {"mobile": 0.36, "large": 0.40}
# The least bound of a drawing's movement in levels, and its share of the change from the photo.
MOVED_LEVELS, MOVED_SHARE = 3.0, 0.1

PROMISES = {
    "learned_mean": Promise("learned score, mean over drawn styles", "learned"),
    "learned_drawn": Promise("learned score of a drawn style", "learned", 0.18),
    "learned_photographic": Promise("learned score of a photographic look", "learned", 0.6),
    "own_style": Promise("share of drawings nearest to their own style", "own", 0.95, digits=2),
    "own_style_truth": Promise("the same of the renderer's own", "own r.", digits=2),
    "own_change": Promise("share nearest by the change from the photo", "change", digits=2),
    "own_change_truth": Promise("the same of the renderer's own", "change r.", digits=2),
    "identity": Promise("identity, median cosine of SFace", "identity", 0.6),
    "identity_lost": Promise("identity lost against the renderer's", "id. lost", 0.05, False),
    "found": Promise("share of faces found by YuNet", "found", 0.95),
    "found_lost": Promise("faces lost against the renderer's", "f. lost", 0.05, False),
    "groups": Promise("learned score of the worst group by the best's", "groups", 0.85),
    "groups_of_style": Promise("the same of a style", "groups"),
    "face_tone": Promise(
        "luminance of the face off the renderer's, worst group, levels", "tone", 8.0, False, 1
    ),
    "blotches": Promise("drawings with a blotch of colour", "blotches", 0.0, False, 0),
    "flat": Promise("spread of a flat grey's drawing, worst grey, levels", "flat", 1.0, False, 2),
    "intensity_zero": Promise("PSNR of intensity 0 and photo, mean, dB", "zero", 38.0, digits=1),
    "rising": Promise("share of drawings that leave the photo at every step", "rising", 0.99),
    "rising_of_style": Promise("the same of a style", "rising"),
    "moved": Promise(
        "change when the photo moves, worst shift, levels", "moved", None, False, digits=1
    ),
}


def figure(promise: str, of: str, value, bound: float | None = None) -> Figure:
    """Hold a value against what is promised.

    Args:
        promise: str, one of `PROMISES`.
        of: str, a style or `ALL`.
        value: number.
        bound: float, or `None` for the promise's.
    """
    return Figure(
        promise, of, float(value), PROMISES[promise].bound if bound is None else float(bound)
    )

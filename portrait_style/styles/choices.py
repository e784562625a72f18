"""A round: pictures that were shown together, and which of them pleased."""

from dataclasses import dataclass, field

import numpy as np

from portrait_style.errors import ProfileError


@dataclass
class Round:
    """One round: codes that were shown together, and which of them were chosen.

    Attributes:
        codes: (shown, code_size).
        comparisons: list of (better, worse), indices into `codes`.

    Example:
        >>> shown = Round(np.zeros((3, 64)))
        >>> shown.choose([2])
        >>> shown.comparisons
        [(1, 0), (1, 2)]
    """

    codes: np.ndarray
    comparisons: list[tuple[int, int]] = field(default_factory=list)

    def choose(self, liked) -> None:
        """Record which pictures pleased; replaces what was said before.

        Args:
            liked: list of int, numbers of pictures from 1: one or more, not all.

        Raises:
            ProfileError: if a number was not shown, or none or all are named.
        """
        liked = {self._index(number) for number in liked}
        others = [index for index in range(len(self.codes)) if index not in liked]
        if not liked or not others:
            raise ProfileError(f"choose one or more of the {len(self.codes)} pictures, not all")
        self.comparisons = [(i, j) for i in sorted(liked) for j in others]

    def choose_better(self, better: int, worse: int) -> None:
        """Record which of two pictures pleased more; adds to what was said before.

        Args:
            better, worse: int, numbers of pictures from 1.

        Raises:
            ProfileError: if a number was not shown, or both are the same.
        """
        pair = self._index(better), self._index(worse)
        if better == worse:
            raise ProfileError(f"picture {better} cannot be better than itself; name two pictures")
        self.comparisons.append(pair)

    def liked_codes(self) -> np.ndarray:
        """Return the codes that pleased more than another, (liked, code_size)."""
        return self.codes[sorted({better for better, _ in self.comparisons})]

    def _index(self, number: int) -> int:
        if number not in range(1, len(self.codes) + 1):
            raise ProfileError(
                f"picture {number} was not shown; the last round has 1 to {len(self.codes)}"
            )
        return number - 1

"""Named styles: what a trained generator can be asked for."""

import numpy as np

from portrait_style.errors import ModelError

# Between opposite codes the straight line passes through zero, which has no direction.
_SHORTEST = np.float32(1e-6)


class StyleBank:
    """Names and their style codes, and the code of photographs.

    Args:
        photo_code: (code_size,) numbers, the mean code of photographs: intensity 0.
        styles: dict of name to (code_size,) numbers, or `None` for an empty bank.

    Raises:
        ValueError: if a code has another length or is not finite.
    """

    def __init__(self, photo_code, styles=None):
        self.photo_code = _checked("photo_code", photo_code, np.size(photo_code))
        self._codes = {}
        for name, code in (styles or {}).items():
            self.add(name, code)

    @property
    def names(self) -> list[str]:
        """Names in the order in which they were added."""
        return list(self._codes)

    def add(self, name: str, code) -> None:
        """Add a style, or replace the one of that name.

        Raises:
            ValueError: if the name is empty or the code does not fit.
        """
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            raise ValueError(f"`name` must be one line of text. Received: name={name!r}.")
        self._codes[name] = _checked("code", code, self.photo_code.size)

    def code(self, name: str) -> np.ndarray:
        """Return the code of a style, (code_size,) float32.

        Raises:
            ModelError: if there is no such style.
        """
        if name not in self._codes:
            raise ModelError(f"no style is called {name!r}; known: {', '.join(self._codes)}")
        return self._codes[name]

    def intensity(self, code, amount: float) -> np.ndarray:
        """Go from the photo's code (0) to `code` (1).

        Codes lie on a sphere, and the generator knows no others: the way leads along the straight
        line between the two, lifted back to the sphere. Near the photo's code pictures hardly
        change, so the first steps are longer than the last: amount * (3 - amount) / 2 of the line.

        Args:
            code: (code_size,) numbers.
            amount: float in [0, 1].

        Returns:
            (code_size,) float32.

        Raises:
            ValueError: if `amount` is not in [0, 1].

        References:
            White, 2016, https://arxiv.org/abs/1609.04468
        """
        if not 0.0 <= amount <= 1.0:
            raise ValueError(f"`intensity` must be in [0, 1]. Received: intensity={amount}.")
        start, end = self.photo_code, np.asarray(code, np.float32)
        share = np.float32(amount * (3.0 - amount) / 2.0)
        line = start + share * (end - start)
        lengths = [np.linalg.norm(x) for x in (start, end, line)]
        length = lengths[0] + share * (lengths[1] - lengths[0])
        return line * (length / max(lengths[2], _SHORTEST))

    def to_config(self) -> dict:
        """Return plain lists of numbers, six decimals."""
        codes = {name: _rounded(code) for name, code in self._codes.items()}
        return {"photo_code": _rounded(self.photo_code), "styles": codes}

    @classmethod
    def from_config(cls, config: dict) -> "StyleBank":
        """Rebuild from `to_config`."""
        return cls(config["photo_code"], config["styles"])


def _rounded(code: np.ndarray) -> list[float]:
    return [round(float(number), 6) for number in code]


def _checked(name: str, code, size: int) -> np.ndarray:
    array = np.asarray(code, np.float32)
    if array.shape != (size,) or not np.isfinite(array).all():
        raise ValueError(
            f"`{name}` must be {size} finite numbers. Received: {name} of shape {array.shape}."
        )
    return array

"""Named styles: what a trained generator can be asked for."""

import numpy as np

from portrait_style.errors import ArgumentError, ModelError
from portrait_style.medium import Medium
from portrait_style.styles.codes import code_of_length, interpolate_codes, mix_codes
from portrait_style.styles.former_names import unknown_style


class StyleBank:
    """Names and their style codes, and the code of photographs.

    Args:
        photo_code: (code_size,) numbers, the mean code of photographs: intensity 0.
        styles: dict of name to (code_size,) numbers, or `None` for an empty bank.
        details: dict of name to dict with "spread", "licence", "medium" and "description", as `add`
            takes them, or `None`.

    Raises:
        ValueError: if a code has another length or is not finite.

    Example:
        >>> bank = StyleBank([0.0, 5.0], {"oil": [5.0, 0.0], "ink": [0.0, -5.0]})
        >>> bank.rename("ink", "pen")
        >>> bank.mix({"oil": 0.8, "pen": 0.6}).round(3).tolist()
        [4.0, -3.0]
    """

    def __init__(self, photo_code, styles=None, details=None):
        self.photo_code = _checked_bank_code("photo_code", photo_code, np.size(photo_code))
        self._codes, self._details = {}, {}
        for name, code in (styles or {}).items():
            self.add(name, code, **(details or {}).get(name, {}))

    @property
    def names(self) -> list[str]:
        """Names in the order in which they were added."""
        return list(self._codes)

    def add(
        self,
        name: str,
        code,
        spread: float | None = None,
        licence: str | None = None,
        medium: Medium | None = None,
        description: str | None = None,
    ) -> None:
        """Add a style, or replace the one of that name.

        Args:
            name: str, one line.
            code: (code_size,) numbers.
            spread: float, 0 or more, root mean square distance of the codes of the style's
                pictures from `code`, or `None` if it is not known.
            licence: str, one line on the terms of the pictures that the style was learned from,
                or `None`.
            medium: `Medium` that its pictures can be drawn on, or `None`.
            description: str, one line on what it looks like, or `None`.

        Raises:
            ArgumentError: if the name, the licence or the description is not one line of text.
            TypeError: if the medium is none.
            ValueError: if the code or the spread does not fit.
        """
        check_style_name(name)
        if spread is not None and not 0.0 <= spread < np.inf:
            raise ValueError(f"`spread` must be 0 or more. Received: spread={spread}.")
        for argument, text in (("licence", licence), ("description", description)):
            if text is not None:
                check_line_of_text(argument, text)
        if not isinstance(medium, Medium | None):
            raise TypeError(f"`medium` must be a Medium or None. Received: medium={medium!r}.")
        self._codes[name] = _checked_bank_code("code", code, self.photo_code.size)
        self._details[name] = {
            "spread": spread,
            "licence": licence,
            "medium": medium,
            "description": description,
        }

    def remove(self, name: str) -> None:
        """Take a style out.

        Raises:
            ModelError: if there is no such style.
        """
        self.code(name)
        del self._codes[name], self._details[name]

    def rename(self, name: str, new_name: str) -> None:
        """Give a style another name; its place in the order stays.

        Raises:
            ModelError: if there is no such style.
            ArgumentError: if the new name is not one line of text.
            ValueError: if it is taken.
        """
        self.code(name)
        check_line_of_text("new_name", new_name)
        if new_name != name and new_name in self._codes:
            raise ValueError(f"`new_name` must not be taken. Received: new_name={new_name!r}.")
        for entries in (self._codes, self._details):
            renamed = {new_name if key == name else key: value for key, value in entries.items()}
            entries.clear()
            entries.update(renamed)

    def code(self, name: str) -> np.ndarray:
        """Return the code of a style, (code_size,) float32.

        Raises:
            ModelError: if there is no such style.
        """
        if name not in self._codes:
            raise ModelError(unknown_style(name, self.names))
        return self._codes[name]

    def spread(self, name: str) -> float | None:
        """Return how far the style's pictures are from its code, or `None` if it is not known.

        Raises:
            ModelError: if there is no such style.
        """
        self.code(name)
        return self._details[name]["spread"]

    def licence(self, name: str) -> str | None:
        """Return the terms of the pictures that the style was learned from, or `None`.

        Raises:
            ModelError: if there is no such style.
        """
        self.code(name)
        return self._details[name]["licence"]

    def medium(self, name: str) -> Medium | None:
        """Return what the style's pictures can be drawn on, or `None`.

        Raises:
            ModelError: if there is no such style.
        """
        self.code(name)
        return self._details[name]["medium"]

    def description(self, name: str) -> str | None:
        """Return one line on what the style looks like, or `None`.

        Raises:
            ModelError: if there is no such style.
        """
        self.code(name)
        return self._details[name]["description"]

    def describe(self, name: str, description: str) -> None:
        """Say in one line what a style looks like; all else of it stays.

        Raises:
            ModelError: if there is no such style.
            ArgumentError: if the description is not one line of text.
        """
        self.code(name)
        check_line_of_text("description", description)
        self._details[name]["description"] = description

    def mix(self, weights: dict[str, float]) -> np.ndarray:
        """Return a weighted mix of styles, (code_size,) float32; see `mix_codes`.

        Raises:
            ModelError: if there is no such style.
            ValueError: if a weight is negative or all are 0.
        """
        return mix_codes([self.code(name) for name in weights], list(weights.values()))

    def interpolate(self, start: str, end: str, amount: float) -> np.ndarray:
        """Return a code on the way between two styles; see `interpolate_codes`.

        Raises:
            ModelError: if there is no such style.
            ValueError: if `amount` is not in [0, 1].
        """
        return interpolate_codes(self.code(start), self.code(end), amount)

    def intensity(self, code, amount: float) -> np.ndarray:
        """Go from the photo's code (0) to `code` (1).

        The generator knows codes of about one length: the way leads along the straight line between
        the two, lifted to a length between theirs. Near the photo's code pictures hardly
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
        lengths = [np.linalg.norm(x) for x in (start, end)]
        return code_of_length(line, lengths[0] + share * (lengths[1] - lengths[0]))

    def to_config(self) -> dict:
        """Return plain lists of numbers, six decimals; details only of styles that have some."""
        codes = {name: _rounded_bank_code(code) for name, code in self._codes.items()}
        known = {
            name: {key: value for key, value in details.items() if value is not None}
            for name, details in self._details.items()
        }
        media = {
            name: found.pop("medium").to_config()
            for name, found in known.items()
            if "medium" in found
        }
        details = {name: found for name, found in known.items() if found}
        config = {"photo_code": _rounded_bank_code(self.photo_code), "styles": codes}
        config |= {"style_details": details} if details else {}
        return config | ({"media": media} if media else {})

    @classmethod
    def from_config(cls, config: dict) -> "StyleBank":
        """Rebuild from what `to_config` returned: codes have six decimals."""
        details = {name: dict(found) for name, found in config.get("style_details", {}).items()}
        for name, medium in config.get("media", {}).items():
            details.setdefault(name, {})["medium"] = Medium.from_config(medium)
        return cls(config["photo_code"], config["styles"], details)


def _rounded_bank_code(code: np.ndarray) -> list[float]:
    return [round(float(number), 6) for number in code]


def check_style_name(name) -> None:
    """Make sure that a style of a bank can be called so.

    Raises:
        ArgumentError: if the name is not one line of text.
    """
    check_line_of_text("name", name)


def check_line_of_text(argument: str, text) -> None:
    """Make sure that a text of a style is one line.

    Raises:
        ArgumentError: if it is not, in the words of `argument`.
    """
    if not isinstance(text, str) or not text.strip() or not text.isprintable():
        raise ArgumentError(
            f"`{argument}` must be one line of text. Received: {argument}={text!r}."
        )


def _checked_bank_code(name: str, code, size: int) -> np.ndarray:
    array = np.asarray(code, np.float32)
    if array.shape != (size,) or not np.isfinite(array).all():
        raise ValueError(
            f"`{name}` must be {size} finite numbers. Received: {name} of shape {array.shape}."
        )
    return array

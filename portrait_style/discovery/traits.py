"""What can be measured on a picture and said in a plain word, and names made of such words."""

import numpy as np

from portrait_style.image import LUMA

# Colour, 0..255: what remains below is the tint of a scanner or the noise of JPEG.
_COLOURLESS, _COLOURFUL = 10.0, 45.0
_DARK, _LIGHT = 85.0, 190.0
# Share of pixels beside an edge, and of pixels that equal their neighbours.
_MANY_LINES, _SOME_LINES, _FLAT = 0.2, 0.06, 0.5
_EDGE, _EVEN = 32.0, 0.5
_BORDER = 12

NAMES = (
    "darkness_5",
    "darkness_25",
    "luminance",
    "luminance_75",
    "luminance_95",
    "blue",
    "red",
    "blue_deviation",
    "red_deviation",
    "colour",
    "colour_95",
    "ground",
    "lines",
    "flat",
)
# How much colour there is, whichever.
HUELESS = [NAMES.index(name) for name in ("blue_deviation", "red_deviation", "colour", "colour_95")]


def measure_traits(square) -> np.ndarray:
    """Measure light, colour, line and flatness.

    Args:
        square: uint8 array (side, side, 3).

    Returns:
        (14,) float64, the traits of `NAMES`; 0..255, `lines` and `flat` are shares of the pixels.
    """
    red, green, blue = np.moveaxis(square.astype(np.float64), -1, 0)
    light = sum(weight * plane for weight, plane in zip(LUMA, (red, green, blue), strict=True))
    blueness, redness = blue - light, red - light
    colour = np.hypot(blueness, redness)
    step = np.maximum(np.abs(np.diff(light, axis=0))[:, 1:], np.abs(np.diff(light, axis=1))[1:])
    rim = np.concatenate(
        [light[:_BORDER].ravel(), light[:, :_BORDER].ravel(), light[:, -_BORDER:].ravel()]
    )
    return np.array(
        [
            *np.percentile(light, (5, 25, 50, 75, 95)),
            blueness.mean(),
            redness.mean(),
            blueness.std(),
            redness.std(),
            *np.percentile(colour, (50, 95)),
            np.median(rim),
            np.mean(step > _EDGE),
            np.mean(step < _EVEN),
        ]
    )


def propose_names(clusters) -> list[str]:
    """Name clusters after their median traits; no name is given twice.

    Args:
        clusters: list of arrays (pictures, 14), see `measure_traits`.

    Returns:
        list of str, such as "monochrome lines on light ground".
    """
    medians = [dict(zip(NAMES, np.median(traits, axis=0), strict=True)) for traits in clusters]
    names = [_words_for_traits(traits) for traits in medians]
    for name in {name for name in names if names.count(name) > 1}:
        equals = [i for i, other in enumerate(names) if other == name]
        if len(equals) == 2:
            lighter = max(equals, key=lambda i: medians[i]["luminance"])
            for i in equals:
                names[i] = f"{'lighter' if i == lighter else 'darker'} {name}"
            continue
        # No comma and no colon: in a mix of styles they would end the name.
        for number, i in enumerate(equals, start=1):
            names[i] = f"{name} {number}"
    return names


def _words_for_traits(traits: dict[str, float]) -> str:
    return f"{_tint_trait(traits)} {_stroke_trait(traits)}{_ground_trait(traits['ground'])}"


def _tint_trait(traits) -> str:
    if traits["colour_95"] < _COLOURLESS:
        return "monochrome"
    tinted = traits["red"] > 0.0 > traits["blue"]
    # Paper and silver turn brown all over: the tint varies little.
    even = max(traits["red_deviation"], traits["blue_deviation"]) < 0.5 * np.hypot(
        traits["red"], traits["blue"]
    )
    if tinted and even:
        return "sepia"
    return "colourful" if traits["colour_95"] > _COLOURFUL else "muted"


def _stroke_trait(traits) -> str:
    if traits["lines"] > _MANY_LINES:
        return "lines"
    if traits["flat"] > _FLAT:
        outlined = "outlined " if traits["lines"] > _SOME_LINES else ""
        return f"{outlined}flat {'tones' if traits['colour_95'] < _COLOURLESS else 'colours'}"
    return "soft tones"


def _ground_trait(light: float) -> str:
    if light < _DARK:
        return " on dark ground"
    return " on light ground" if light > _LIGHT else ""

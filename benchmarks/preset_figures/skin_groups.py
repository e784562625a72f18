"""Is as much drawn of people with dark skin as of others, and is their skin as dark?"""

from collections.abc import Iterable, Sequence

import numpy as np
from renderers import face_tone

from portrait_style.models.face_parts import find_face
from preset_figures.learned_scores import learned_score
from preset_figures.promises import ALL, Figure, figure
from preset_figures.sitters import Sitter

# Terciles of the luminance of skin, from the darkest third of the photos to the lightest.
GROUPS = ("dark", "middle", "light")
# Renderers whose paint has the photo's own colours; the others have inks, papers or tones.
COLOUR_KEEPING = (
    "cartoon",
    "comic",
    "coloured_pencil",
    "faded_film",
    "gouache",
    "oil",
    "pastel",
    "watercolour",
)


def measure_tones(sitter: Sitter, styles: Iterable[str]) -> dict:
    """Measure the skin of a face, without eyes and mouth: in the photo, drawings and truth.

    Args:
        sitter: `Sitter`.
        styles: of renderers that keep colours.

    Returns:
        dict of "photo" to its mean luminance in levels, and of style to those of drawing and
        truth; empty where no face is found.
    """
    photo = sitter.photo
    parts = find_face(photo)
    skin = parts.face * (1.0 - parts.features)
    if np.isnan(tone := face_tone(photo, skin)):
        return {}
    pairs = {style: (sitter.drawing(style), sitter.truth(style)) for style in styles}
    found = {style: [face_tone(x, skin) for x in pair] for style, pair in pairs.items()}
    return {"photo": tone} | found


def group_by_skin(tones: dict[str, float]) -> dict[str, list[str]]:
    """Part people into thirds.

    Args:
        tones: dict of name to luminance of the skin in levels of 0..255.

    Returns:
        dict of group to names, from dark to light in each; the first groups have one more where
        they cannot be alike.
    """
    ordered = sorted(tones, key=lambda name: (tones[name], name))
    parts = np.array_split(np.arange(len(ordered)), len(GROUPS))
    return {group: [ordered[i] for i in part] for group, part in zip(GROUPS, parts, strict=True)}


def worst_to_best(scores: Sequence[float]) -> float:
    """Ratio of the least score to the largest; nan if that is not above 0, or a group is empty."""
    best = np.max(scores)
    return float(np.min(scores) / best) if best > 0.0 else float("nan")


def group_figures(seen: dict, tones: dict, rendered: Sequence[str]) -> list[Figure]:
    """Compare groups: by the score of what was learned, and by the luminance of faces.

    Args:
        seen: dict of photo to what `FeatureGauge.measure` returns.
        tones: dict of photo to what `measure_tones` returns.
        rendered: styles that a renderer draws.

    Returns:
        list of `Figure`: ratios of the mean scores over styles and of each style's, and of each
        style that keeps colours the largest difference of a group's mean luminance.
    """
    if not rendered:
        return []
    told = {name: x for name, x in tones.items() if x}
    groups = group_by_skin({name: x["photo"] for name, x in told.items()})
    scores = np.array(
        [[learned_score(seen, x, names) for x in rendered] for names in groups.values()]
    )
    figures = [figure("groups", ALL, worst_to_best(scores.mean(axis=1)))]
    for number, style in enumerate(rendered):
        figures.append(figure("groups_of_style", style, worst_to_best(scores[:, number])))
    for style in [x for x in rendered if x in COLOUR_KEEPING]:
        pairs = [[told[name][style] for name in names] for names in groups.values()]
        figures.append(figure("face_tone", style, worst_tone_difference(pairs)))
    return figures


def worst_tone_difference(groups: Sequence[Sequence]) -> float:
    """Largest difference of the mean luminance of drawings and truth.

    Args:
        groups: list of lists of pairs: luminance of the face in drawing and truth, in levels.

    Returns:
        float, levels; nan where a group has nobody.
    """
    if not all(groups):
        return float("nan")
    means = [np.mean(pairs, axis=0) for pairs in groups]
    return float(max(abs(drawn - true) for drawn, true in means))


def describe_groups(tones: dict) -> dict[str, dict]:
    """Tell how many are in each group, and from which to which luminance its skin goes."""
    told = {name: x["photo"] for name, x in tones.items() if x}
    return {
        group: {
            "photos": len(names),
            "luminance": [round(told[name], 1) for name in names[:1] + names[-1:]],
        }
        for group, names in group_by_skin(told).items()
    }

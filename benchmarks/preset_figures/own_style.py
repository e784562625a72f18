"""Are drawings nearer to the pictures of their own style than to those of any other?"""

from collections.abc import Iterable, Sequence

import numpy as np

from preset_figures.promises import Figure, figure

# Where a block of the network sees nothing in any style.
_EPSILON = 1e-12
# Added to moments before ratios are taken: a channel may see nothing. Moments are about 1.
_FAINT = 0.02


def moment_distances(moments: Sequence, means: Sequence) -> np.ndarray:
    """Squared distances of pictures from styles, mean over blocks.

    Each block is measured by the energy of all means, so that blocks count alike; it is one
    number for all styles: else those of little contrast would be far from everything.

    Args:
        moments: list of (pictures, numbers), one a block.
        means: list of (styles, numbers), one a block.

    Returns:
        (pictures, styles), 0 or more.
    """
    by_block = []
    for values, centres in zip(moments, means, strict=True):
        apart = np.mean((values[:, None] - centres[None]) ** 2, axis=-1)
        by_block.append(apart / max(np.mean(np.square(centres)), _EPSILON))
    return np.mean(by_block, axis=0)


def own_shares(pictures: dict[str, list], own: dict[str, list]) -> dict[str, float]:
    """Share of each style's pictures whose nearest mean is that of their own style.

    Args:
        pictures: dict of style to moments, see `FeatureGauge.moments`, of one or more pictures.
        own: the same of each style's own pictures, a style or more; others do not count.

    Returns:
        dict of style to a float in 0..1.
    """
    means = [np.stack(x) for x in zip(*(_means(rows) for rows in own.values()), strict=True)]
    shares = {}
    for number, style in enumerate(own):
        if style in pictures:
            distances = moment_distances(_by_block(pictures[style]), means)
            shares[style] = float(np.mean(np.argmin(distances, axis=1) == number))
    return shares


def changes_from(photos: Sequence, pictures: Sequence) -> list:
    """Tell how many times larger moments of pictures are than those of their photos.

    Args:
        photos, pictures: lists of moments, see `FeatureGauge.moments`, in the same order.

    Returns:
        list of the same lengths, natural logarithms of ratios.
    """
    return [
        [np.log(np.add(after, _FAINT) / np.add(before, _FAINT)) for before, after in pair]
        for pair in (zip(*both, strict=True) for both in zip(photos, pictures, strict=True))
    ]


def own_style_figures(seen: dict, photos: dict, styles: Iterable[str], own: dict) -> list[Figure]:
    """Find out whether drawings are of their own style, and whether the renderers' own are.

    Who is shown moves moments about as far as how it is drawn does: both are also told of the
    changes from the photo, which are of the drawing alone.

    Args:
        seen: dict of photo to what `FeatureGauge.measure` returns.
        photos: dict of photo to its own moments.
        styles: of the preset.
        own: dict of style to moments of the pictures of styles that no renderer draws.

    Returns:
        list of `Figure`.
    """
    drawn = {style: [x[style]["moments"] for x in seen.values()] for style in styles}
    truth = {
        style: [x[style]["true_moments"] for x in seen.values()]
        for style in drawn
        if all("true_moments" in x[style] for x in seen.values())
    }
    before = [photos[name] for name in seen]
    # Nobody sat for style pictures: they are held against the mean of all photos.
    usual = _means(before)
    changed = [
        {style: changes_from(before, rows) for style, rows in pictures.items()}
        for pictures in (drawn, truth)
    ]
    own_changed = {x: changes_from([usual] * len(rows), rows) for x, rows in own.items()}
    return [
        *_share_figures("own_style", drawn, truth, own),
        *_share_figures("own_change", *changed, own_changed),
    ]


def _share_figures(promise: str, drawn, truth, own) -> list[Figure]:
    """Shares of drawings and of the renderers' own, of which the promise's name tells."""
    found, known = [], truth | own
    for name, pictures in ((promise, drawn), (f"{promise}_truth", truth)):
        shares = own_shares(pictures, known) if known else {}
        found += [figure(name, style, share) for style, share in shares.items()]
    return found


def _by_block(rows: list) -> list[np.ndarray]:
    return [np.asarray(block) for block in zip(*rows, strict=True)]


def _means(rows: list) -> list[np.ndarray]:
    return [block.mean(axis=0) for block in _by_block(rows)]

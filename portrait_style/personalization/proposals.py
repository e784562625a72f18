"""Which codes to show next: varied ones first, then ones that may please."""

import numpy as np

from portrait_style.personalization.preference import PreferenceModel
from portrait_style.personalization.region import PlausibleRegion, standardized

ROUND_SIZE = 6
_CANDIDATES = 500
# So few that the farthest of them are not the strangest of all.
_FIRST_CANDIDATES = 100
# In lengths of a code: pictures that are nearer to one another look alike.
_APART = 0.1
# Less than 1 exploits more than it explores; a round of six shows variety anyway.
_BOLDNESS = 0.3
_BEST_OF, _BEST = 20_000, 100


def propose_first_round(region: PlausibleRegion, rng, shown=None) -> np.ndarray:
    """Choose codes as far as possible from each other, and from those shown before.

    Args:
        region: `PlausibleRegion`.
        rng: `numpy.random.Generator`.
        shown: (codes, code_size), or `None`: then the first is one in the middle.

    Returns:
        (6, code_size).
    """
    codes = region.sample(_FIRST_CANDIDATES, rng)
    coordinates = region.coordinates(codes)
    chosen = []
    if shown is None:
        chosen.append(int(np.argmin(np.sum(coordinates**2, axis=1))))
    near = [] if shown is None else list(region.coordinates(shown))
    while len(chosen) < ROUND_SIZE:
        taken = np.stack(near + [coordinates[index] for index in chosen])
        chosen.append(int(np.argmax(_distance_of_proposals(coordinates, taken))))
    return codes[chosen]


def propose_next_round(region: PlausibleRegion, model: PreferenceModel, rng) -> np.ndarray:
    """Choose the code that pleases most, and five by Thompson sampling, no two of them alike.

    Args:
        region: `PlausibleRegion`.
        model: fitted `PreferenceModel`.
        rng: `numpy.random.Generator`.

    Returns:
        (6, code_size).

    References:
        Thompson, 1933, https://doi.org/10.2307/2332286
    """
    codes = region.sample(_CANDIDATES, rng)
    coordinates = region.coordinates(codes)
    sampled = model.sample_utilities(coordinates, ROUND_SIZE - 1, rng, _BOLDNESS)
    chosen = []
    for utilities in [model.utility(coordinates), *sampled]:
        if chosen:
            apart = _distance_of_proposals(coordinates, coordinates[chosen])
            # Where nothing is far enough, the farthest has to do.
            enough = min(_APART, apart.max())
            utilities = np.where(apart >= enough, utilities, -np.inf)
        chosen.append(int(np.argmax(utilities)))
    return codes[chosen]


def propose_best_code(region: PlausibleRegion, model: PreferenceModel, rng) -> np.ndarray:
    """Average the codes that please most of all that are plausible: (code_size,)."""
    codes = region.sample(_BEST_OF, rng)
    best = np.argsort(-model.utility(region.coordinates(codes)))[:_BEST]
    return standardized(codes[best].mean(axis=0))


def _distance_of_proposals(coordinates, others) -> np.ndarray:
    """Distance of each from the nearest of the others."""
    return np.linalg.norm(coordinates[:, None] - others[None], axis=-1).min(axis=1)

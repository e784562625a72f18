import json

import numpy as np
import pytest
from flat_sitters import by_promise
from preset_figures import (
    learned_scores,
    likenesses,
    own_style,
)
from preset_figures.features import FeatureGauge
from preset_figures.sitters import Styles

from portrait_style.image import save_image
from portrait_style.renderers import render_all

# Nearest style


def test_distances_of_moments_by_hand():
    means = [np.array([[1.0, 1.0], [3.0, 1.0]]), np.array([[0.0], [2.0]])]
    pictures = [np.array([[1.0, 3.0]]), np.array([[2.0]])]
    # Energies 12 / 4 = 3 and 4 / 2 = 2; squares (0 + 4) / 2 and 4, (4 + 4) / 2 and 0.
    expected = [[(2 / 3 + 4 / 2) / 2, (4 / 3 + 0) / 2]]
    np.testing.assert_allclose(own_style.moment_distances(pictures, means), expected)


def test_share_of_pictures_that_are_nearest_to_their_own_style():
    own = {"oil": [[[0.0]], [[2.0]]], "ink": [[[5.0]]], "scroll": [[[11.0]]]}  # means 1, 5, 11
    drawn = {"oil": [[[0.0]], [[2.5]], [[3.5]], [[20.0]]], "scroll": [[[8.5]]], "lost": [[[1.0]]]}
    assert own_style.own_shares(drawn, own) == {"oil": 0.5, "scroll": 1.0}


def test_changes_are_ratios():
    (change,) = own_style.changes_from([[[0.98, 0.0]]], [[[1.98, 0.02]]])
    np.testing.assert_allclose(change, [np.log([2.0, 2.0])])


def test_drawings_are_held_against_renderers_and_style_pictures():
    def moments(oil, comic, true_oil, true_comic, ink):
        return {
            "oil": {"moments": [[oil]], "true_moments": [[true_oil]]},
            "comic": {"moments": [[comic]], "true_moments": [[true_comic]]},
            "ink": {"moments": [[ink]]},
        }

    # Anna's photo has three times the moments of Ben's; oil halves them, comic doubles them.
    seen = {"anna": moments(1.4, 5.0, 1.5, 6.0, 8.4), "ben": moments(0.6, 0.9, 0.5, 2.0, 8.0)}
    photos = {"anna": [[3.0]], "ben": [[1.0]]}
    figures = own_style.own_style_figures(seen, photos, ["oil", "comic", "ink"], {"ink": [[[9.0]]]})
    values: dict = {}
    for x in figures:
        values.setdefault(x.promise, {})[x.of] = x.value
    # Means are 1, 4 and 9.
    assert values["own_style"] == {"oil": 1.0, "comic": 0.5, "ink": 1.0}
    assert values["own_style_truth"] == {"oil": 1.0, "comic": 0.5}
    # Ratios are 1/2, 2 and 9/2; drawings have 0.47 and 0.6, 1.7 and 0.9, 2.8 and 8.
    assert values["own_change"] == {"oil": 1.0, "comic": 0.5, "ink": 0.5}
    assert values["own_change_truth"] == {"oil": 1.0, "comic": 1.0}
    assert by_promise(figures, "own_style")["comic"].met is False
    assert by_promise(figures, "own_change")["comic"].met is None


# Learned scores


def test_learned_scores_of_drawn_styles_and_looks():
    def seen(distance):
        return {"distance": distance, "photo_distance": 2.0}

    looked = {
        "anna": {"oil": seen(1.0), "comic": seen(1.8), "sepia": seen(1.0)},
        "ben": {"oil": seen(1.4), "comic": seen(1.6), "sepia": seen(1.0)},
    }
    photographic = {"oil": False, "comic": False, "sepia": True}
    figures = learned_scores.learned_figures(looked, photographic, "large")
    drawn = by_promise(figures, "learned_drawn")
    assert drawn["oil"].value == pytest.approx(0.4) and drawn["oil"].met
    assert drawn["comic"].value == pytest.approx(0.15) and not drawn["comic"].met
    sepia = by_promise(figures, "learned_photographic")["sepia"]
    assert sepia.value == pytest.approx(0.5) and not sepia.met
    (mean,) = by_promise(figures, "learned_mean").values()
    assert mean.value == pytest.approx(0.275) and mean.bound == 0.4


def test_truth_is_learned_whole_and_the_photo_not_at_all(sitter, extractor):
    styles = Styles(("oil", "sepia", "ink"), ("oil", "sepia"))
    photo, truth = sitter.photo, render_all(sitter.photo, ["oil", "sepia"])
    for style, drawing in {"oil": truth["oil"], "sepia": photo, "ink": photo}.items():
        save_image(sitter.drawing_file(style), drawing)
        if style in truth:
            save_image(sitter.truth_file(style), truth[style])
    gauge = FeatureGauge(extractor)
    seen = {"anna": gauge.measure(sitter, styles)}
    assert learned_scores.learned_score(seen, "oil") == pytest.approx(1.0, abs=1e-3)
    assert learned_scores.learned_score(seen, "sepia") == pytest.approx(0.0, abs=1e-3)
    assert set(seen["anna"]["ink"]) == {"moments"}
    # Means and deviations of each of four blocks, with six digits.
    assert list(map(len, seen["anna"]["ink"]["moments"])) == [128, 256, 512, 1024]
    np.testing.assert_allclose(gauge.moments(photo)[0], seen["anna"]["ink"]["moments"][0])
    json.dumps(seen)


# Identity


def test_identity_is_held_against_the_renderers_own():
    def faces(drawn, truth):
        return {"oil": {"drawn": drawn, "truth": truth}, "ink": {"drawn": drawn}}

    measured = [
        faces([True, 0.5], [True, 0.9]),
        faces([False, 0.7], [True, 0.6]),
        faces([True, 0.6], [False, 0.2]),
        {},  # no face in the photo
    ]
    figures = likenesses.likeness_figures(measured, Styles(("oil", "ink"), ("oil",)))
    values = {(x.promise, x.of): (round(x.value, 9), x.met) for x in figures}
    assert values == {
        ("identity", "oil"): (0.6, True),
        ("found", "oil"): (0.666666667, False),
        ("identity_lost", "oil"): (0.0, True),
        ("found_lost", "oil"): (0.0, True),
        ("identity", "ink"): (0.6, True),
        ("found", "ink"): (0.666666667, False),
    }

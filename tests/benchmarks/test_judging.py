import numpy as np
import pytest
from judging import agreement_lines, correlations

NAMES = ("content_retention", "style_distance", "kernel_distance", "identity", "faces_found")


def figures(content, style):
    ours = dict.fromkeys(NAMES, 1.0) | {"content_retention": content, "style_distance": style}
    theirs = {"content": 1.0 / content, "style": style**2, "kid": 1.0, "identity": 1, "found": 1}
    return theirs, ours


def test_same_order_is_one_in_the_direction_of_each_measure():
    theirs, ours = zip(*(figures(x, 1.0 - x) for x in (0.2, 0.5, 0.3, 0.9)), strict=True)
    found = correlations(theirs, ours)
    assert found["content"] == pytest.approx(1.0)
    assert found["style"] == pytest.approx(1.0)
    assert np.isnan(found["kid"])


def test_spearman_by_hand():
    # Ranks 1 2 3 against 1 3 2: 1 - 6 * (0 + 1 + 1) / (3 * 8).
    theirs = [{"style": value} for value in (0.1, 0.2, 0.3)]
    pairs = zip(theirs, (1.0, 9.0, 4.0), strict=True)
    complete = [
        ({"content": 1, "kid": 1, "identity": 1, "found": 1} | a, {"style_distance": b})
        for a, b in pairs
    ]
    found = correlations(*zip(*complete, strict=True))
    assert found == {"style": pytest.approx(0.5)}


def test_lines_say_where_all_values_are_alike():
    theirs, ours = zip(*(figures(x, x) for x in (0.2, 0.5)), strict=True)
    text = "\n".join(agreement_lines(theirs, ours))
    assert "Spearman over 2 folders" in text
    assert "faces_found with the judge's found: all alike" in text

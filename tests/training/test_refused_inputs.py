"""What cannot be trained on is told by `fit` itself, in one line.

No step is traced to its end: these take no time.
"""

import numpy as np
import pytest
from pair_data import LIGHT, Batches, dataset, slices

pytestmark = pytest.mark.slow


def enlarged(pairs, side):
    return {name: np.zeros((5, side, side, 3), "float32") for name in pairs}


def as_bytes(pairs):
    return {name: np.uint8((images + 1) * 127.5) for name, images in pairs.items()}


WRONG = {
    "odd sides": (lambda pairs: enlarged(pairs, 40), ValueError, r"`photo` must have sides.*16"),
    "too small": (lambda pairs: enlarged(pairs, 16), ValueError, "32 pixels or more in training"),
    "bytes": (as_bytes, TypeError, r"scale bytes by x / 127.5 - 1\. Received: photo.dtype=uint8"),
    "no style": (
        lambda pairs: {"photo": pairs["photo"]},
        ValueError,
        "'photo' and one or both of 'target' and 'style'",
    ),
    "more keys": (lambda pairs: {**pairs, "name": pairs["photo"]}, ValueError, "and no others"),
    "grey": (
        lambda pairs: {**pairs, "style": pairs["style"][..., :1]},
        ValueError,
        "`style` must be RGB pictures",
    ),
}


@pytest.fixture(scope="module")
def idle(make_eager):
    """A model that does not learn."""
    return make_eager(learning_rate=0.0)


@pytest.fixture(scope="module")
def traced(make_gan):
    """A model whose steps are traced."""
    return make_gan(LIGHT)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("given", ["dataset", "generator", "arrays", "batch"])
def test_what_cannot_be_trained_on_is_told_by_fit_itself(traced, pairs, wrong, given):
    change, kind, message = WRONG[wrong]
    changed_pairs = change(pairs)
    with pytest.raises(kind, match=message) as caught:
        if given == "batch":
            traced.train_on_batch(changed_pairs)
        elif given == "arrays":
            traced.fit(changed_pairs, batch_size=2, verbose=0)
        else:
            made = dataset if given == "dataset" else slices
            traced.fit(made(changed_pairs), verbose=0, shuffle=False)
    assert "\n" not in str(caught.value)
    assert traced.optimizer.iterations == 0


def test_photos_alone_cannot_be_trained_on(traced, pairs):
    with pytest.raises(ValueError, match="`y` is the style pictures"):
        traced.fit(pairs["photo"], verbose=0)


def test_validation_data_is_checked_too(traced, pairs):
    with pytest.raises(TypeError, match=r"x / 127.5 - 1"):
        traced.evaluate(dataset(as_bytes(pairs)), verbose=0)


def test_what_is_wrong_with_a_later_batch_is_told_as_well(idle, pairs):
    def batches(last):
        yield from list(slices(pairs))[1:]
        yield last

    with pytest.raises(TypeError, match="photo.dtype=uint8"):
        idle.fit(batches(as_bytes(pairs)), verbose=0, shuffle=False)
    with pytest.raises(ValueError, match="5 photos and 2 style pictures"):
        idle.evaluate(Batches(batches({**pairs, "style": pairs["style"][:2]})), verbose=0)
    with pytest.raises(ValueError, match="`style` must be of one height.*48 by 48"):
        idle.evaluate(batches((pairs["photo"], np.zeros((5, 48, 48, 3)))), verbose=0)

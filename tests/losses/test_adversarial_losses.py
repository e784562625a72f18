import math

import numpy as np
import pytest

from portrait_style.losses import adversarial

# Two scales of different size, each counts the same.
REAL = [np.array([[[2.0, 0.5]]]), np.array([[[-1.0]]])]
FAKE = [np.array([[[-2.0, 0.0]]]), np.array([[[0.5]]])]


def test_hinge_by_hand():
    # real: ((0 + 0.5) / 2 + 2) / 2; fake: ((0 + 1) / 2 + 1.5) / 2
    assert float(adversarial.hinge_discriminator_loss(REAL, FAKE)) == pytest.approx(1.125 + 1.0)
    # -((-2 + 0) / 2 + 0.5) / 2
    assert float(adversarial.hinge_generator_loss(FAKE)) == pytest.approx(0.25)


def test_non_saturating_by_hand():
    def softplus(x):
        return math.log1p(math.exp(x))

    real = ((softplus(-2.0) + softplus(-0.5)) / 2 + softplus(1.0)) / 2
    fake = ((softplus(-2.0) + softplus(0.0)) / 2 + softplus(0.5)) / 2
    generator = ((softplus(2.0) + softplus(0.0)) / 2 + softplus(-0.5)) / 2
    pair = adversarial.ADVERSARIAL_LOSSES["non_saturating"]
    assert float(pair.discriminator(REAL, FAKE)) == pytest.approx(real + fake, rel=1e-5)
    assert float(pair.generator(FAKE)) == pytest.approx(generator, rel=1e-5)


@pytest.mark.parametrize(
    ("name", "undecided"), [("hinge", 2.0), ("non_saturating", 2 * math.log(2))]
)
def test_undecided_discriminator(name, undecided):
    zeros = [np.zeros((2, 4, 4), "float32"), np.zeros((2, 2, 2), "float32")]
    loss = adversarial.ADVERSARIAL_LOSSES[name].discriminator(zeros, zeros)
    assert float(loss) == pytest.approx(undecided, rel=1e-6)


@pytest.mark.parametrize("name", adversarial.ADVERSARIAL_LOSSES)
def test_adversaries_pull_in_opposite_directions(name):
    pair = adversarial.ADVERSARIAL_LOSSES[name]
    low, high = [np.full((1, 2, 2), -0.5, "f4")], [np.full((1, 2, 2), 0.5, "f4")]
    assert float(pair.generator(high)) < float(pair.generator(low))
    assert float(pair.discriminator(high, low)) < float(pair.discriminator(low, high))


def test_r1_penalty_by_hand():
    gradient = np.zeros((2, 4, 4, 3), "float32")
    gradient[0, 0, 0, 0], gradient[1, 1, 2, 2] = 3.0, 4.0
    assert float(adversarial.r1_penalty(gradient)) == pytest.approx(0.5 * (9 + 16) / 2)

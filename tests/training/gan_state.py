"""What tests of the adversarial model ask of its state."""

import math

import numpy as np

from portrait_style.losses.weights import PAIR_LOSSES, LossWeights
from portrait_style.training.step.window import shifting_window

NETWORKS = (
    "generator",
    "discriminator",
    "style_encoder",
    "feature_extractor",
    "ema_generator",
)
# The loss on perturbed photos is there only where photos are perturbed, and those of pairs only
# where a batch has targets.
ELSEWHERE = ("r1", "consistency", *PAIR_LOSSES)
GENERATOR_LOSSES = [name for name in vars(LossWeights()) if name not in ELSEWHERE]
EVERYTHING = LossWeights(**{name: 1.0 for name in vars(LossWeights())})


def only(**weights):
    """Loss weights of which all others are 0."""
    return LossWeights(**{**dict.fromkeys(vars(LossWeights()), 0.0), **weights})


def snapshot(gan):
    """Copies of the weights of every network, by network and place."""
    return {name: [np.array(weight) for weight in getattr(gan, name).weights] for name in NETWORKS}


def changed(before, gan):
    """Names of the networks of which any bit has changed."""
    after = snapshot(gan)
    return {
        name
        for name in NETWORKS
        if any(a.tobytes() != b.tobytes() for a, b in zip(before[name], after[name], strict=True))
    }


def optimizer_state(gan):
    optimizers = (gan.optimizer, gan.discriminator_optimizer)
    return [np.array(v) for optimizer in optimizers for v in optimizer.variables]


def assert_equal_states(first, second):
    for name in NETWORKS:
        for a, b in zip(getattr(first, name).weights, getattr(second, name).weights, strict=True):
            np.testing.assert_array_equal(a, b, err_msg=a.path)
    for a, b in zip(optimizer_state(first), optimizer_state(second), strict=True):
        np.testing.assert_array_equal(a, b)


def generator_step(gan, batch):
    window = shifting_window(gan.optimizer.iterations)
    features = gan._features(window(batch["photo"])), gan._features(batch["style"])
    return gan.generator_step(batch, *features, window)


def finite(logs):
    return all(math.isfinite(float(value)) for value in logs.values())

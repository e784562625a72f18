import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from gan_state import GENERATOR_LOSSES, finite, generator_step, only

from portrait_style.losses.composition import weighted_sum
from portrait_style.losses.weights import LossWeights
from portrait_style.models.discriminator import Discriminator
from portrait_style.models.face_map import face_map
from portrait_style.training.step import objective
from portrait_style.training.step.window import shifting_window

pytestmark = pytest.mark.slow


class CountingDiscriminator(Discriminator):
    """Counts how often it is asked."""

    asked = 0

    def call(self, inputs, training=None):
        self.asked += 1
        return super().call(inputs, training=training)


@pytest.mark.parametrize("name", GENERATOR_LOSSES)
def test_a_step_computes_losses_of_positive_weight_only(make_gan, batch, name):
    discriminator = CountingDiscriminator(width=8)
    gan = make_gan(only(**{name: 2.0}), discriminator=discriminator)
    judged = {"discriminator"} if name == "adversarial" else set()
    logs = gan.train_step(batch)
    assert set(logs) == {name, "generator"} | judged
    assert float(logs["generator"]) == pytest.approx(2 * float(logs[name]), rel=1e-5)
    # By the generator, and of real and drawn pictures; a gradient penalty would ask once more.
    assert discriminator.asked == (3 if judged else 0)
    assert set(gan.test_step(batch)) == {name, "generator"}
    assert discriminator.asked == (4 if judged else 0)
    assert {metric.name for metric in gan.metrics} == set(logs)


def test_a_loss_of_weight_zero_is_not_computed(make_gan, batch):
    gan = make_gan(only(colour=1.0))
    compared, _ = generator_step(gan, batch)

    @tf.function
    def losses(weights):
        return weighted_sum(objective_of(gan, compared), weights)

    def operations(**weights):
        return len(losses.get_concrete_function(only(**weights)).graph.get_operations())

    # To weigh a loss, and to add it to the others, takes three.
    least = operations() + 5
    for name in GENERATOR_LOSSES:
        assert operations(**{name: 2.0}) > least, name


def objective_of(gan, compared, **changes):
    """The losses of a step, as functions."""
    changed = dataclasses.replace(compared, **changes)
    return objective.generator_objective(changed, gan.critic.generator_loss, gan._encode)


GROUND_SHARES = {"content": 0.05**3, "tone": 0.2, "total_variation": 0.25}


@pytest.fixture(scope="module")
def weighing_faces(make_gan):
    return make_gan(only(**dict.fromkeys(GROUND_SHARES, 1.0)), seed=1)


@pytest.mark.parametrize("name", GROUND_SHARES)
def test_what_counts_less_outside_of_faces(weighing_faces, batch, name):
    compared, _ = generator_step(weighing_faces, batch)

    def loss(share_of_face):
        face = share_of_face * tf.ones_like(compared.face)
        return float(objective_of(weighing_faces, compared, face=face)[name]())

    assert loss(1.0) > 0.1
    assert loss(0.0) == pytest.approx(GROUND_SHARES[name] * loss(1.0), rel=1e-4)


def test_steps_look_where_the_faces_are(weighing_faces, batch):
    gan = weighing_faces
    compared, logs = generator_step(gan, batch)
    np.testing.assert_allclose(compared.face, face_map(compared.photo_features), rtol=1e-5)
    # Measured by the averaged generator, and not through a window.
    images = batch["photo"], batch["style"], gan(batch)
    maps = [gan.feature_extractor(image) for image in images]
    measured = objective.picture_objective(images, maps, face_map(maps[0]))
    everywhere = objective.picture_objective(images, maps)
    found = gan.test_step(batch)
    for name in GROUND_SHARES:
        expected = float(objective_of(gan, compared)[name]())
        assert float(logs[name]) == pytest.approx(expected, rel=1e-4)
        assert float(found[name]) == pytest.approx(float(measured[name]()), rel=1e-4)
        assert float(found[name]) != pytest.approx(float(everywhere[name]()), rel=1e-2)


def test_a_stroke_counts_where_the_face_is():
    photo = np.full((1, 64, 64, 3), -0.7, "float32")
    photo[:, :32] = 0.7
    fake = photo.copy()
    fake[:, 40:60, 8:12] += 0.2  # within the left half
    left = np.zeros((1, 8, 8, 1), "float32")
    left[:, :, :4] = 1.0

    def tone(face):
        losses = objective.picture_objective((photo, photo, fake), ([], [], []), face)
        return float(losses["tone"]())

    assert tone(left) > 2.0 * tone(left[:, :, ::-1])
    assert tone(left) == pytest.approx(tone(None), rel=0.01)


def test_what_is_shown_moves_nothing_in_faces(make_gan, batch):
    compared, _ = generator_step(make_gan(only(adversarial=1.0)), batch)
    rng = np.random.default_rng(0)
    maps = [tf.constant(rng.uniform(size=(1, 64 // 2**i, 64 // 2**i, 2))) for i in range(5)]
    face = np.zeros((1, 8, 8, 1))
    face[:, :, :4] = 1.0  # the left half
    with tf.GradientTape() as tape:
        tape.watch(maps)
        judged = dataclasses.replace(compared, face=face, fake_features=maps).fake["features"]
        total = tf.add_n([tf.reduce_sum(x) for x in judged])
    *of_drawn, of_shown = tape.gradient(total, maps)
    for seen, own in zip(judged, maps, strict=True):
        np.testing.assert_allclose(seen, own)
    assert all(np.all(gradient == 1.0) for gradient in of_drawn)
    assert np.all(of_shown[:, :, :2] == 0.0) and np.all(of_shown[:, :, 2:] == 1.0)


def test_style_is_not_what_is_shown(make_gan, batch):
    gan = make_gan(only(style=1.0))
    compared, _ = generator_step(gan, batch)

    def style(features):
        images = compared.seen_photo, compared.batch["style"], compared.seen_image
        maps = compared.photo_features, compared.reference_features, features
        return float(objective.picture_objective(images, maps)["style"]())

    *drawn, shown = compared.fake_features
    assert style([*drawn, 2.0 * shown]) == style([*drawn, shown])
    assert style([*drawn[:3], 2.0 * drawn[3], shown]) != style([*drawn, shown])


def test_total_is_the_weighted_sum(make_gan, batch):
    weights = LossWeights(**{name: 0.1 * i for i, name in enumerate(vars(LossWeights()), start=1)})
    logs = make_gan(weights).train_step(batch)
    total = sum(getattr(weights, name) * float(logs[name]) for name in GENERATOR_LOSSES)
    assert float(logs["generator"]) == pytest.approx(total, rel=1e-5)


# The others are as slow, and not as different.
QUICK = ("adversarial", "content", "reconstruction")
MARKED = [
    name if name in QUICK else pytest.param(name, marks=pytest.mark.slow)
    for name in GENERATOR_LOSSES
]


@pytest.mark.parametrize("name", MARKED)
def test_each_loss_falls_when_trained_alone(make_gan, batch, name):
    # Adversarial: the generator against a discriminator that stays as it is.
    gan = make_gan(only(**{name: 1.0}), learning_rate=3e-3)

    @tf.function
    def step():
        return generator_step(gan, batch)[-1][name]

    # Nothing bounds the opinion of a discriminator that does not learn: later, pictures run away.
    values = [float(step()) for _ in range(10 if name == "adversarial" else 30)]
    assert np.isfinite(values).all()
    first, last = np.mean(values[:3]), np.mean(values[-3:])
    assert last < first - 0.05 * abs(first)


@pytest.mark.parametrize(
    ("adversarial", "r1"),
    [("hinge", 0.0), pytest.param("non_saturating", 1e4, marks=pytest.mark.slow)],
)
def test_discriminator_loss_falls_when_trained_alone(make_gan, batch, adversarial, r1):
    gan = make_gan(only(adversarial=1.0, r1=r1), adversarial=adversarial)
    window = shifting_window(gan.optimizer.iterations)
    compared, _ = generator_step(gan, batch)

    @tf.function
    def step():
        return gan.discriminator_step(compared, window)

    logs = [{k: float(v) for k, v in step().items()} for _ in range(30)]
    name = "r1" if r1 else "discriminator"
    values = [x[name] for x in logs]
    assert np.isfinite(values).all()
    assert values[-1] < 0.9 * values[0]


@pytest.mark.parametrize("adversarial", ["hinge", "non_saturating"])
def test_step_with_either_pair_and_gradient_penalty_is_finite(make_gan, batch, adversarial):
    gan = make_gan(only(adversarial=1.0, r1=1.0), adversarial=adversarial)
    logs = [gan.train_step(batch) for _ in range(2)][-1]
    assert set(logs) == {"adversarial", "discriminator", "generator", "r1"}
    assert finite(logs)
    assert float(logs["r1"]) > 0.0
    assert all(np.isfinite(weight).all() for weight in gan.get_weights())


def test_gradient_penalty_matches_finite_differences(make_gan, batch):
    gan = make_gan(only(adversarial=1.0, r1=1.0))
    features = gan._features(batch["style"])
    code = gan.style_encoder(batch["style"])
    real = {"image": batch["style"], "features": features, "style_code": code}
    with tf.GradientTape() as tape:
        tape.watch(real["image"])
        summed = tf.add_n([tf.reduce_sum(x) for x in gan.discriminator(real)])
    gradient = tape.gradient(summed, real["image"])
    penalty = float(gan.critic.penalty(real, 0))

    def logits(step):
        moved = {**real, "image": real["image"] + step * gradient}
        return sum(float(tf.reduce_sum(x)) for x in gan.discriminator(moved))

    step = 1e-3 / float(tf.norm(gradient))
    slope = (logits(step) - logits(-step)) / (2 * step)  # squared norm, summed over the batch
    assert 2 * 3 * penalty == pytest.approx(slope, rel=0.05)


def test_odd_and_single_pictures(make_gan, batch):
    gan = make_gan()
    assert finite(gan.train_step({name: value[:1] for name, value in batch.items()}))


def test_unknown_pair_is_refused(make_gan):
    with pytest.raises(ValueError, match="`adversarial` must be one of .*'wasserstein'"):
        make_gan(adversarial="wasserstein")

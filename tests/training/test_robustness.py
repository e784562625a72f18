import numpy as np
import pytest
import tensorflow as tf
from gan_state import NETWORKS, assert_equal_states, changed, finite, only, snapshot

from portrait_style.functional.perturbation import GRAY_LEVEL
from portrait_style.losses.pixel import consistency_loss
from portrait_style.training.step.robustness import PhotoPerturbation, with_perturbed

pytestmark = pytest.mark.slow


def test_consistency_loss_by_hand():
    clean, perturbed = tf.zeros((1, 2, 2, 3)), tf.fill((1, 2, 2, 3), 0.25)
    assert float(consistency_loss(clean, perturbed)) == 0.25
    assert float(consistency_loss(perturbed, perturbed)) == 0.0


def test_photos_are_perturbed_within_epsilon_and_change_the_picture_more_than_noise(
    make_gan, batch
):
    gan = make_gan(only(reconstruction=1.0))
    before, photo = snapshot(gan), batch["photo"]
    code = gan.style_encoder(batch["style"])
    perturbed = PhotoPerturbation(8.0, seed=3).perturb(gan.generator, photo, code)
    assert changed(before, gan) == set()
    assert np.abs(perturbed - photo).max() <= 8.0 * GRAY_LEVEL + 1e-6
    assert np.abs(perturbed).max() <= 1.0
    signs = np.sign(np.random.default_rng(0).normal(size=photo.shape)).astype("float32")
    noisy = tf.clip_by_value(photo + 8.0 * GRAY_LEVEL * signs, -1.0, 1.0)

    def change(image):
        drawn = [gan.generator({"photo": x, "style_code": code}) for x in (image, photo)]
        return float(tf.reduce_mean((drawn[0] - drawn[1]) ** 2))

    assert change(perturbed) > 1.5 * change(noisy)


def test_discriminator_gets_half_as_many_pictures_more():
    fake = {
        "image": tf.zeros((3, 4, 4, 3)),
        "features": [tf.zeros((3, 2, 2, 5))],
        "style_code": tf.constant([[1.0], [2.0], [3.0]]),
    }
    both = with_perturbed(fake, tf.ones((2, 4, 4, 3)), [tf.ones((2, 2, 2, 5))])
    assert both["image"].shape == (5, 4, 4, 3) and both["features"][0].shape == (5, 2, 2, 5)
    np.testing.assert_array_equal(both["style_code"][:, 0], [1, 2, 3, 1, 3])


def test_robust_step_changes_what_a_step_changes(make_gan, batch):
    gan = make_gan(only(adversarial=1.0, consistency=1.0), robustness=4.0)
    before = snapshot(gan)
    logs = [gan.train_step(batch) for _ in range(2)][-1]
    assert set(logs) == {"adversarial", "consistency", "discriminator", "generator"}
    assert {metric.name for metric in gan.metrics} == set(logs)
    assert finite(logs) and float(logs["consistency"]) > 0.0
    assert changed(before, gan) == set(NETWORKS) - {"feature_extractor", "style_encoder"}
    # Validation perturbs nothing.
    assert set(gan.test_step(batch)) == {"adversarial", "generator"}


def test_training_for_consistency_makes_the_generator_steadier(make_gan, batch):
    gan = make_gan(only(consistency=1.0), robustness=8.0, learning_rate=3e-3)

    @tf.function
    def step():
        return gan.train_step(batch)["consistency"]

    values = [float(step()) for _ in range(30)]
    assert np.mean(values[-3:]) < 0.9 * np.mean(values[:3])


def test_robust_model_goes_on_exactly_where_it_was(make_gan, batch, tmp_path):
    weights = only(adversarial=1.0, consistency=1.0)
    first, second = (make_gan(weights, seed=seed, robustness=4.0) for seed in (0, 9))
    first.train_step(batch)
    first.save_weights(tmp_path / "gan.weights.h5")
    second.load_weights(tmp_path / "gan.weights.h5")
    ours, theirs = first.train_step(batch), second.train_step(batch)
    assert {k: float(v) for k, v in ours.items()} == {k: float(v) for k, v in theirs.items()}
    assert_equal_states(first, second)


def test_robustness_survives_saving(make_gan, batch, tmp_path):
    import keras

    gan = make_gan(only(consistency=1.0), robustness=4.0, adaptive=True)
    gan.train_step(batch)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    assert (loaded.robustness, loaded.adaptive) == (4.0, True)
    assert_equal_states(gan, loaded)

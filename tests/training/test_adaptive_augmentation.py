import keras
import numpy as np
import pytest
import tensorflow as tf
from gan_state import EVERYTHING, assert_equal_states, finite, only

from portrait_style.losses.weights import LossWeights
from portrait_style.training.step.adaptive_augmentation import (
    AdaptiveAugmentation,
    Move,
    change_tone,
)
from portrait_style.training.step.regularization import ADAPTIVE_R1, r1_weight

pytestmark = pytest.mark.slow

BLOCKS = (3, 4, 5)


@pytest.fixture
def judged():
    """Two pictures of 64 pixels, and maps as a perceptual network gives them."""
    rng = np.random.default_rng(3)
    maps = [rng.uniform(size=(2, 64 // 2**i, 64 // 2**i, 4)).astype("float32") for i in range(5)]
    image = rng.uniform(-1.0, 1.0, (2, 64, 64, 3)).astype("float32")
    return {
        "image": tf.constant(image),
        "features": [tf.constant(x) for x in maps],
        "style_code": tf.constant(rng.normal(size=(2, 8)).astype("float32")),
    }


def coordinates(size):
    """A map that holds its own rows and columns, counted from 1."""
    rows, columns = np.mgrid[1 : size + 1, 1 : size + 1].astype("float32")
    return np.stack([rows, columns], axis=-1)[None]


def move(size, chosen, places, cells):
    moved = Move((cells, cells), tf.constant([chosen]), tf.constant([places]))
    return np.asarray(moved(coordinates(size)))[0]


# Moves


def test_mirrored_map_is_read_from_the_right():
    moved = move(8, [True, False, False], [0.0] * 4, cells=8)
    np.testing.assert_array_equal(moved, coordinates(8)[0, :, ::-1])


@pytest.mark.parametrize(
    ("place", "expected"),
    # Of eight cells a shift goes by -1, 0 or 1; what comes in is the mirror image.
    [
        (0.0, [1, 1, 2, 3, 4, 5, 6, 7]),
        (0.5, [1, 2, 3, 4, 5, 6, 7, 8]),
        (0.99, [2, 3, 4, 5, 6, 7, 8, 8]),
    ],
)
def test_shift_fills_in_with_the_mirror_image(place, expected):
    moved = move(8, [False, True, False], [place, 0.5, 0.0, 0.0], cells=8)
    np.testing.assert_array_equal(moved[:, 0, 0], expected)
    np.testing.assert_array_equal(moved[0, :, 1], range(1, 9))


def test_a_cell_is_the_same_share_of_every_map():
    fine = move(32, [False, True, False], [0.99, 0.0, 0.0, 0.0], cells=8)
    np.testing.assert_array_equal(fine[:4, 0, 0], [5, 6, 7, 8])
    np.testing.assert_array_equal(fine[-4:, 0, 0], [32, 31, 30, 29])
    np.testing.assert_array_equal(fine[0, :5, 1], [4, 3, 2, 1, 1])


def test_what_is_cut_out_is_half_as_wide_and_half_as_high():
    cut = move(16, [False, False, True], [0.0, 0.0, 0.0, 0.99], cells=4) == 0.0
    assert cut.all(axis=-1).sum() == 8 * 8
    assert cut[:8, 8:].all()


def test_nothing_chosen_changes_nothing():
    unchanged = move(16, [False] * 3, [0.3, 0.9, 0.1, 0.7], cells=4)
    np.testing.assert_array_equal(unchanged, coordinates(16)[0])


# Tone


def test_tone_by_hand():
    image = tf.constant([[[[0.5, 0.0, -0.5]]]])
    np.testing.assert_array_equal(change_tone(image, tf.zeros((1, 3))), image)
    np.testing.assert_allclose(
        change_tone(image, tf.constant([[1.0, 0.0, 0.0]])), image + 0.2, rtol=1e-6
    )
    # exp(0.5 ln 2) = sqrt(2)
    np.testing.assert_allclose(
        change_tone(image, tf.constant([[0.0, 1.0, 0.0]])), image * 2**0.5, rtol=1e-6
    )
    # Twice as far from luma, which is 0.5 * (0.299 - 0.114).
    luma = 0.0925
    expected = luma + 2.0 * (np.array(image) - luma)
    np.testing.assert_allclose(change_tone(image, tf.constant([[0.0, 0.0, 1.0]])), expected, 1e-5)


# The layer


def test_starts_without_any_change(judged):
    changed = AdaptiveAugmentation(BLOCKS)(judged)
    keras.tree.map_structure(np.testing.assert_array_equal, changed, judged)


def test_changes_picture_and_judged_maps_alike_and_differentiably(judged):
    augmentation = AdaptiveAugmentation(BLOCKS, seed=1)
    augmentation.probability.assign(1.0)
    with tf.GradientTape() as tape:
        tape.watch(judged)
        changed = augmentation(judged)
        total = tf.add_n([tf.reduce_sum(changed["features"][b - 1]) for b in BLOCKS])
        total += tf.reduce_sum(changed["image"])
    gradients = tape.gradient(total, [judged["image"], *judged["features"]])
    assert changed["style_code"] is judged["style_code"]
    for block in (1, 2):  # nobody looks at them
        assert changed["features"][block - 1] is judged["features"][block - 1]
        assert gradients[block] is None
    # Two of four cells are cut out of rows and columns: a quarter, at the same place in all.
    cells = [
        np.asarray(changed["features"][b - 1])[:, :: 2 ** (5 - b), :: 2 ** (5 - b)] for b in BLOCKS
    ]
    cut = [(x == 0.0).all(axis=-1) for x in cells]
    assert cut[0].sum() == 2 * 4
    np.testing.assert_array_equal(cut[0], cut[1])
    np.testing.assert_array_equal(cut[0], cut[2])
    np.testing.assert_array_equal(
        cut[0], (np.asarray(changed["image"])[:, ::16, ::16] == 0.0).all(axis=-1)
    )
    for block in BLOCKS:
        assert np.abs(gradients[block]).sum() > 0.0


def test_each_change_comes_as_often_as_its_probability_says():
    augmentation = AdaptiveAugmentation((), seed=2)
    augmentation.probability.assign(0.3)
    rows, columns = np.mgrid[0:32, 0:32] / 100.0 + 0.01
    image = np.broadcast_to((rows + 3 * columns)[None, :, :, None], (400, 32, 32, 3))
    judged = {"image": tf.constant(image, "float32"), "features": [], "style_code": None}
    out = np.asarray(augmentation(judged)["image"])
    cut = (np.abs(out) < 1e-6).all(axis=-1).any(axis=(1, 2))
    # A standard error is sqrt(0.3 * 0.7 / 400) = 0.023.
    assert cut.mean() == pytest.approx(0.3, abs=0.07)


def test_random_state_is_saved_and_goes_on(judged, tmp_path):
    def make(seed):
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        model.augmentation = AdaptiveAugmentation(BLOCKS, seed)
        return model

    first, second = make(5), make(6)
    first.augmentation.probability.assign(0.7)
    first.augmentation(judged)
    first.save_weights(tmp_path / "a.weights.h5")
    second.load_weights(tmp_path / "a.weights.h5")
    for _ in range(2):
        ours, theirs = (x.augmentation(judged)["image"] for x in (first, second))
        np.testing.assert_array_equal(ours, theirs)


# Adaptation


def test_probability_follows_the_overfitting_heuristic():
    augmentation = AdaptiveAugmentation(BLOCKS)
    sure = [tf.fill((80, 2, 2), 3.0), tf.fill((80, 1, 1), 0.5)]
    mixed = [tf.fill((80, 2, 2), 3.0), tf.fill((80, 1, 1), -0.5)]
    # r moves by a quarter towards 1: 1/4, 7/16, 37/64 = 0.578, then 175/256 = 0.684 > 0.6.
    logs = [augmentation.adapt(sure) for _ in range(5)]
    assert [float(x["overfitting"]) for x in logs[:4]] == [0.25, 0.4375, 0.578125, 0.68359375]
    # 80 pictures of 8000 are a hundredth.
    assert [float(x["augmentation"]) for x in logs] == pytest.approx([0.0, 0.0, 0.0, 0.01, 0.02])
    logs = [augmentation.adapt(mixed) for _ in range(4)]
    # From 781/1024 towards 0: 0.572, already below the target.
    assert [float(x["augmentation"]) for x in logs] == pytest.approx([0.01, 0.0, 0.0, 0.0])


def test_probability_stays_below_where_changes_are_learned():
    augmentation = AdaptiveAugmentation(BLOCKS)
    augmentation.probability.assign(0.799)
    augmentation.overfitting.assign(1.0)
    for _ in range(2):
        logs = augmentation.adapt([tf.ones((80, 1, 1))])
    assert float(logs["augmentation"]) == pytest.approx(0.8)


# In training


def test_adaptive_step_is_finite_and_logs_what_it_watches(make_gan, batch):
    gan = make_gan(only(adversarial=1.0), adaptive=True)
    gan.augmentation.probability.assign(0.8)
    logs = [gan.train_step(batch) for _ in range(2)]
    assert set(logs[0]) == {
        "adversarial",
        "discriminator",
        "r1",
        "generator",
        "generator_gradient",
        "discriminator_gradient",
        "diversity",
        "augmentation",
        "overfitting",
    }
    assert {metric.name for metric in gan.metrics} == set(logs[0])
    assert all(finite(x) for x in logs)
    # Lazily: at the first step of sixteen only.
    assert float(logs[0]["r1"]) > 0.0 and float(logs[1]["r1"]) == 0.0
    assert all(float(x[f"{n}_gradient"]) > 0 for x in logs for n in ("generator", "discriminator"))


def test_r1_comes_with_augmentation_unless_it_was_set():
    assert r1_weight(LossWeights(), adaptive=True) == ADAPTIVE_R1 > 0.0
    assert r1_weight(LossWeights(r1=0.5), adaptive=True) == 0.5
    assert r1_weight(LossWeights(), adaptive=False) == 0.0


def test_validation_is_not_augmented(make_gan, batch):
    gan = make_gan(EVERYTHING, adaptive=True)
    gan.augmentation.probability.assign(1.0)
    state = np.array(gan.augmentation.random.state)
    first = gan.test_step(batch)
    gan.reset_metrics()
    assert gan.test_step(batch) == first
    np.testing.assert_array_equal(gan.augmentation.random.state, state)


def test_adaptive_model_goes_on_exactly_where_it_was(make_gan, batch, tmp_path):
    first, second = (make_gan(only(adversarial=1.0), seed=s, adaptive=True) for s in (0, 9))
    first.augmentation.probability.assign(0.5)
    first.train_step(batch)
    first.save_weights(tmp_path / "gan.weights.h5")
    second.load_weights(tmp_path / "gan.weights.h5")
    ours, theirs = first.train_step(batch), second.train_step(batch)
    assert {k: float(v) for k, v in ours.items()} == {k: float(v) for k, v in theirs.items()}
    assert_equal_states(first, second)

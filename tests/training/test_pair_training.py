"""What pairs teach: one step, a run, beside styles that have none."""

import numpy as np
import pytest
from drawn_pictures import draw_picture
from gan_state import EVERYTHING, changed, finite, snapshot
from operation_by_operation import operation_by_operation
from PIL import Image

from portrait_style.losses.weights import LossWeights
from portrait_style.model_files.trained_model import open_model
from portrait_style.models.pair_discriminator import PairDiscriminator
from portrait_style.training import run
from portrait_style.training.step.pairs import allowed_change, amounts_of, draw_partly, shift_of

pytestmark = pytest.mark.slow


@pytest.fixture
def pair_batch(batch):
    return {"photo": batch["photo"], "target": -batch["photo"]}


def with_discriminator(make_gan, *arguments):
    return make_gan(*arguments, pair_discriminator=PairDiscriminator(width=8))


def test_a_step_changes_generator_average_and_the_discriminator_of_pairs(make_gan, pair_batch):
    gan = with_discriminator(make_gan, EVERYTHING)
    before = snapshot(gan)
    judge = [np.array(weight) for weight in gan.pair_discriminator.weights]
    logs = gan.train_step(pair_batch)
    assert changed(before, gan) == {"generator", "ema_generator"} and finite(logs)
    assert any(
        not np.array_equal(old, new)
        for old, new in zip(judge, gan.pair_discriminator.weights, strict=True)
    )


def test_pairs_teach_without_a_discriminator_too(make_gan, pair_batch):
    logs = make_gan(EVERYTHING).train_step(pair_batch)
    assert finite(logs) and "paired_adversarial" not in logs and "pair_discriminator" not in logs


def test_negatives_are_learned(make_gan, pair_batch, untraced):
    # Codes of an encoder that saw nothing do not tell negatives from the photos that come back.
    gan = make_gan(LossWeights(reconstruction=0.0), learning_rate=8e-3)
    first = float(gan.train_step(pair_batch)["pixel"])
    for _ in range(25):
        last = gan.train_step(pair_batch)
    assert float(last["pixel"]) < 0.3 * first


def test_pairs_and_style_pictures_in_one_batch(make_gan, batch, pair_batch):
    gan = with_discriminator(make_gan, EVERYTHING)
    targets, styles = pair_batch["target"][:2], batch["style"][2:]
    both = {"photo": batch["photo"], "target": targets, "style": styles}
    before = snapshot(gan)
    logs = gan.train_step(both)
    assert changed(before, gan) == {"generator", "ema_generator", "discriminator"}
    assert finite(logs) and {"pixel", "content", "discriminator", "pair_discriminator"} <= set(logs)
    assert int(gan.optimizer.iterations) == int(gan.discriminator_optimizer.iterations) == 1


def test_measuring_changes_nothing(make_gan, pair_batch):
    gan = with_discriminator(make_gan, EVERYTHING)
    before = snapshot(gan)
    logs = gan.test_step(pair_batch)
    assert changed(before, gan) == set() and finite(logs) and "texture" in logs


def test_bold_drawings_may_change_more_when_the_photo_moves():
    photo = np.zeros((2, 32, 32, 3), "float32")
    drawn = np.stack([photo[0] + 0.1, photo[1] + 1.0])
    # 1.5 levels of 255, or 4.5 of 100 of what sets drawing and photo apart.
    np.testing.assert_allclose(allowed_change(photo, drawn), [3.0 / 255.0, 0.045], rtol=1e-5)


def test_every_shift_comes_once_in_64_steps():
    shifts = {tuple(map(int, shift_of(step))) for step in range(64)}
    assert len(shifts) == 64 and max(max(shift) for shift in shifts) == 7


@pytest.mark.parametrize("count", [2, 4, 6, 8, 16])
def test_every_eighth_pair_teaches_a_part_of_the_way(count):
    steps = range(56)
    amounts = np.concatenate([np.asarray(amounts_of(step, count))[:, 0] for step in steps])
    partly = amounts[amounts < 1.0]
    if count > 3:
        assert len(partly) == len(amounts) / 8
        assert set(partly.tolist()) == {part / 8 for part in range(1, 8)}
    # The first and every fourth pair may have a code that was read off the whole drawing.
    for step in steps:
        assert np.all(np.asarray(amounts_of(step, count))[::4] == 1.0)


def test_a_part_of_the_way_is_a_mixture():
    photo, target = np.zeros((2, 4, 4, 3), "float32"), np.ones((2, 4, 4, 3), "float32")
    mixed = np.asarray(draw_partly(photo, target, np.array([[0.25], [1.0]], "float32")))
    np.testing.assert_allclose(mixed[0], 0.25)
    np.testing.assert_allclose(mixed[1], 1.0)


@pytest.fixture(scope="module")
def edits(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs") / "negative"
    for i in range(12):
        for side in ("before", "after"):
            pixels = draw_picture(f"edit{i}", 48, 48)
            path = folder / side / f"edit{i}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels if side == "before" else 255 - pixels).save(path)
    return folder


def test_a_run_on_pairs_alone_and_one_on_both(make_config, edits):
    for changes, names in (
        ({"styles": None, "photos": None}, ["negative"]),
        ({}, ["ink", "negative", "oil"]),
    ):
        config = make_config(pairs=(str(edits),), **changes)
        with operation_by_operation():
            folder = run.train(config)
        assert sorted(open_model(folder.path).bank.names) == names
        assert '"val_texture"' in folder.metrics.read_text()
        resumed = run.train(config, resume=True)
        assert resumed.steps_saved()[0] == config.steps

import numpy as np
import pytest

from portrait_style.errors import ArtefactError
from portrait_style.export.calibration import (
    INTENSITIES,
    calibration_inputs,
    check_calibration,
    representative_dataset,
)
from portrait_style.export.program import baked_program, conditional_program


@pytest.fixture
def pictures():
    return np.random.default_rng(5).integers(0, 256, (4, 32, 32, 3)).astype(np.uint8)


@pytest.fixture
def program(networks):
    return conditional_program(networks[0])


def test_every_style_comes_at_every_intensity_and_every_picture_is_shown(program, bank, pictures):
    inputs = calibration_inputs(program, pictures, bank)
    pairs = zip(inputs["style_code"], inputs["intensity"], strict=True)
    seen = {(code.tobytes(), float(amount)) for code, amount in pairs}
    expected = {
        (bank.code(name).tobytes(), amount) for name in bank.names for amount in INTENSITIES
    }
    assert seen == expected
    shown = np.unique(inputs["photo"], axis=0)
    np.testing.assert_allclose(shown.mean(), pictures.mean() / 127.5 - 1.0, atol=1e-5)
    assert len(shown) == 4
    assert inputs["photo"].min() == -1.0
    assert inputs["photo"].max() == 1.0


def test_more_pictures_than_pairs_are_all_used(program, bank):
    pictures = np.arange(20, dtype=np.uint8)[:, None, None, None] + np.arange(0, 192, 6, np.uint8)
    pictures = np.repeat(pictures.reshape(20, 1, 32, 1), 3, axis=-1).repeat(32, axis=1)
    inputs = calibration_inputs(program, pictures, bank)
    assert {name: len(array) for name, array in inputs.items()} == dict.fromkeys(inputs, 20)
    assert len(np.unique(inputs["photo"], axis=0)) == 20


def test_the_same_pictures_give_the_same_examples(program, bank, pictures):
    first = calibration_inputs(program, pictures, bank)
    second = calibration_inputs(program, pictures, bank)
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])


def test_a_baked_program_takes_photos_alone(networks, pictures):
    inputs = calibration_inputs(baked_program(networks[0], "oil"), pictures)
    assert list(inputs) == ["photo"]
    assert inputs["photo"].shape == (4, 32, 32, 3)


def test_the_converter_gets_one_example_at_a_time_each_time_it_asks(program, bank, pictures):
    inputs = calibration_inputs(program, pictures, bank)
    dataset = representative_dataset(inputs)
    for _ in range(2):
        examples = list(dataset())
        assert len(examples) == 9
        signature, example = examples[5]
        assert signature == "serving_default"
        assert example["photo"].shape == (1, 32, 32, 3)
        np.testing.assert_array_equal(example["intensity"], inputs["intensity"][5:6])


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 30, 90)])
def test_pictures_of_one_colour_are_refused(program, bank, colour):
    flat = np.broadcast_to(np.uint8(colour), (4, 32, 32, 3))
    with pytest.raises(ArtefactError, match="9 of 9 calibration pictures are one flat colour"):
        calibration_inputs(program, flat, bank)


def test_a_few_flat_pictures_among_others_do_no_harm(networks, pictures):
    program = baked_program(networks[0], "oil")
    half = np.concatenate([pictures, np.zeros_like(pictures)])
    assert len(calibration_inputs(program, half)["photo"]) == 8
    with pytest.raises(ArtefactError, match="5 of 9"):
        calibration_inputs(program, np.concatenate([half, half[-1:]]))


def test_no_pictures_and_broken_numbers_are_refused(networks):
    with pytest.raises(ArtefactError, match="no pictures"):
        calibration_inputs(baked_program(networks[0], "oil"), np.zeros((0, 32, 32, 3), np.uint8))
    with pytest.raises(ArtefactError, match="style_code that are not finite"):
        check_calibration({"style_code": np.float32([[1.0, np.nan]])})

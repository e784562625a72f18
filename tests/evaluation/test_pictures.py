import numpy as np
import pytest

from portrait_style.errors import DatasetError
from portrait_style.evaluation.drawing import result_names
from portrait_style.image import save_image
from portrait_style.image_folder import ImageFolder, in_validation


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    for number in range(40):
        save_image(folder / f"{number:02d}.png", np.full((20, 16, 3), number, np.uint8))
    return folder


def test_choice_is_seeded_and_in_order(folder):
    first, again, other = (ImageFolder(folder, limit=6, seed=seed).paths for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == 6 and first == sorted(first)
    assert len(ImageFolder(folder, limit=100)) == 40


def test_pictures_are_read_when_needed(folder):
    pictures = ImageFolder(folder)
    assert pictures.square(7, 192).shape == (192, 192, 3)
    assert pictures.resized(7, 40).shape == (40, 32, 3)
    assert (pictures.square(7, 192) == 7).all()


def test_held_out_is_the_split_of_training(folder):
    for share in (0.1, 0.4):
        expected = [p for p in sorted(folder.iterdir()) if in_validation(p, share)]
        assert expected and ImageFolder(folder, "validation", share).paths == expected


def test_damaged_files_are_skipped_and_named(tmp_path):
    save_image(tmp_path / "good.png", np.zeros((20, 20, 3), np.uint8))
    (tmp_path / "bad.png").write_text("text")
    with pytest.warns(UserWarning, match="skipped 1 of 2 files: .*bad.png"):
        assert len(ImageFolder(tmp_path, limit=5)) == 1
    (tmp_path / "good.png").unlink()
    with pytest.warns(UserWarning), pytest.raises(DatasetError, match="no readable picture"):
        ImageFolder(tmp_path, limit=5)


def test_no_two_results_have_one_name(tmp_path):
    for name in ("a.png", "a.jpg", "b/a.png", "b-a.png"):
        save_image(tmp_path / name, np.zeros((20, 20, 3), np.uint8))
    names = result_names(ImageFolder(tmp_path))
    assert len(set(names)) == 4
    assert {"a.png", "b-a.png"} < set(names)

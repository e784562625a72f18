import contextlib
import shutil
import warnings

import numpy as np
import pytest
from PIL import Image

from portrait_style.errors import DatasetError, ImageError
from portrait_style.image_folder import ImageFolder, in_validation, list_images


@pytest.fixture
def picture():
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8))


def test_all_formats_in_all_folders_in_a_stable_order(photos):
    paths = list_images(photos)
    assert len(paths) == 24
    assert {path.suffix for path in paths} == {".png", ".jpg", ".webp", ".bmp"}
    assert sum("deeper" in path.parts for path in paths) == 12
    assert paths == sorted(paths, key=lambda path: path.relative_to(photos).as_posix())
    assert ImageFolder(photos, kept_side=32).paths == paths


def test_hidden_and_other_files_do_not_count(picture, tmp_path):
    for name in ("a.JPG", "._a.jpg", ".hidden.png"):
        picture.save(tmp_path / name, format="PNG")
    (tmp_path / "notes.txt").write_text("not a picture")
    assert [path.name for path in list_images(tmp_path)] == ["a.JPG"]


def test_larger_pictures_are_scaled_to_the_shorter_side(picture, tmp_path):
    picture.save(tmp_path / "a.png")
    assert ImageFolder(tmp_path, kept_side=10)[0].shape == (10, 15, 3)
    assert ImageFolder(tmp_path, kept_side=64)[0].shape == (20, 30, 3)
    np.testing.assert_array_equal(ImageFolder(tmp_path, kept_side=20)[0], np.asarray(picture))


def test_splits_are_disjoint_and_complete(photos):
    split = {
        name: {path.name for path in ImageFolder(photos, name, 0.3, kept_side=32).paths}
        for name in ("train", "validation", "all")
    }
    assert split["train"]
    assert split["validation"]
    assert not split["train"] & split["validation"]
    assert split["train"] | split["validation"] == split["all"]
    assert len(split["all"]) == 24


def test_split_depends_on_the_name_only(photos):
    for path in list_images(photos):
        assert in_validation(path, 0.3) == in_validation("elsewhere/" + path.name, 0.3)
    assert not any(in_validation(path, 0.0) for path in list_images(photos))


def test_a_larger_share_holds_out_more(photos):
    held_out = [
        {path for path in list_images(photos) if in_validation(path, share)}
        for share in (0.2, 0.5, 0.8)
    ]
    assert held_out[0] < held_out[1] < held_out[2]


def test_damaged_files_are_skipped_with_one_warning_that_names_them(picture, tmp_path):
    picture.save(tmp_path / "good.png")
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.png").write_text("not a picture")
    whole = (tmp_path / "good.png").read_bytes()
    (tmp_path / "torn.png").write_bytes(whole[: len(whole) // 2])
    with pytest.warns(UserWarning) as caught:
        folder = ImageFolder(tmp_path, kept_side=16)
    assert [path.name for path in folder.paths] == ["good.png"]
    (warning,) = caught
    message = str(warning.message)
    assert message.startswith("skipped 3 of 4 files")
    assert all(name in message for name in ("empty.jpg", "text.png", "torn.png"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(folder) == 1
        assert folder[0].shape == (16, 24, 3)


def test_folder_without_a_readable_picture(tmp_path):
    with pytest.raises(DatasetError, match="no readable picture"):
        ImageFolder(tmp_path, kept_side=16)
    (tmp_path / "empty.jpg").touch()
    with pytest.warns(UserWarning), pytest.raises(DatasetError, match=r"\(1 files tried\)"):
        ImageFolder(tmp_path, kept_side=16)
    with pytest.raises(DatasetError, match="is not a folder"):
        ImageFolder(tmp_path / "missing", kept_side=16)


def test_unknown_split_is_refused(photos):
    with pytest.raises(ValueError, match="`split` must be one of"):
        ImageFolder(photos, "test", kept_side=16)


def test_pictures_beyond_the_cache_are_read_again(photos, tmp_path):
    folder = shutil.copytree(photos, tmp_path / "photos")
    cached = ImageFolder(folder, kept_side=16)

    class Forgetful(ImageFolder):
        cache_bytes = 3 * cached[0].nbytes

    partly = Forgetful(folder, kept_side=16)
    for i in range(len(cached)):
        np.testing.assert_array_equal(partly[i], cached[i])
    shutil.rmtree(folder)
    assert len([cached[i] for i in range(len(cached))]) == 24
    assert len(readable(partly)) == 3


def readable(folder):
    found = []
    for i in range(len(folder)):
        with contextlib.suppress(ImageError):
            found.append(folder[i])
    return found

import warnings
from collections import Counter

import numpy as np
import pytest
import tensorflow as tf

from portrait_style.errors import DatasetError
from portrait_style.image import crop_square, to_model_range
from portrait_style.image_folder import ImageFolder
from portrait_style.training.dataset import (
    DataConfig,
    batch_sampler,
    portrait_dataset,
    style_folders_of,
)


def _batches(dataset):
    return [{name: np.asarray(value) for name, value in batch.items()} for batch in dataset]


def _assert_equal(first, second):
    assert len(first) == len(second) > 0
    for a, b in zip(first, second, strict=True):
        for name in ("photo", "style"):
            np.testing.assert_array_equal(a[name], b[name])


@pytest.fixture(scope="module")
def six(photos, styles):
    return _batches(portrait_dataset(photos, styles, 32, 4, seed=5, num_batches=6))


def test_shape_type_and_range(six):
    for batch in six:
        assert set(batch) == {"photo", "style"}
        for pictures in batch.values():
            assert pictures.shape == (4, 32, 32, 3)
            assert pictures.dtype == np.float32
            assert pictures.min() >= -1.0
            assert pictures.max() <= 1.0
    assert min(batch["photo"].min() for batch in six) < -0.8
    assert max(batch["photo"].max() for batch in six) > 0.8


def test_static_shapes_and_length(photos, styles):
    dataset = portrait_dataset(photos, styles, 48, 2, num_batches=3)
    assert dataset.element_spec["photo"].shape.as_list() == [2, 48, 48, 3]
    assert dataset.cardinality() == 3


def test_equal_seeds_give_equal_batches(photos, styles, six):
    _assert_equal(six, _batches(portrait_dataset(photos, styles, 32, 4, seed=5, num_batches=6)))


def test_other_seeds_give_other_batches(photos, styles, six):
    (other,) = _batches(portrait_dataset(photos, styles, 32, 4, seed=6, num_batches=1))
    for name in ("photo", "style"):
        assert np.abs(other[name] - six[0][name]).max() > 0.1


@pytest.mark.parametrize("first_batch", [1, 4])
def test_resumed_dataset_goes_on_where_it_was(photos, styles, six, first_batch):
    resumed = portrait_dataset(
        photos, styles, 32, 4, seed=5, first_batch=first_batch, num_batches=6 - first_batch
    )
    _assert_equal(six[first_batch:], _batches(resumed))


def test_endless_training_split_begins_alike(photos, styles, six):
    endless = portrait_dataset(photos, styles, 32, 4, seed=5)
    assert endless.cardinality() == tf.data.INFINITE_CARDINALITY
    _assert_equal(six[:2], _batches(endless.take(2)))


class Recorder:
    """An `ImageFolder` that keeps in a list what is read of it: names of folder and file."""

    def __init__(self, images, reads):
        self.images, self.reads = images, reads

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        self.reads.append((self.images.folder.name, self.images.paths[index].name))
        return self.images[index]


def _reads(photos, styles, num_batches, **settings):
    """What is read while so many batches of views of 32 pixels are drawn."""
    reads = []
    sampler = batch_sampler(DataConfig(photos, styles, size=32, **settings))
    sampler.photos = Recorder(sampler.photos, reads)
    sampler.styles = [Recorder(style, reads) for style in sampler.styles]
    assert len(_batches(sampler.dataset(num_batches=num_batches))) == num_batches
    return reads


def test_every_photo_is_seen_once_an_epoch(photos, styles):
    kept = len(ImageFolder(photos, "train", 0.1, kept_side=32))
    reads = _reads(photos, styles, 3 * kept, batch_size=1)
    names = [name for folder, name in reads if folder == "photos"]
    assert len(names) == 3 * kept
    # Two are loaded at a time and may swap; what an epoch counts is each photo's total.
    assert set(Counter(names).values()) == {3}
    assert len(set(names)) == kept


def test_small_style_folders_are_not_drowned(photos, styles):
    reads = _reads(photos, styles, 20, batch_size=10, validation_fraction=0.0)
    drawn = Counter(folder for folder, _ in reads if folder != "photos")
    # 12 and 4 pictures: sqrt(4) / (sqrt(12) + sqrt(4)) = 0.366, not 0.25.
    assert 0.29 < drawn["ink"] / 200 < 0.45


def test_validation_is_one_pass_over_held_out_files_the_same_every_time(photos, styles):
    def make():
        return portrait_dataset(
            photos, styles, 32, 2, split="validation", validation_fraction=0.4, seed=3
        )

    dataset = make()
    first = _batches(dataset)
    held_out = len(ImageFolder(photos, "validation", 0.4, kept_side=32))
    assert len(first) == held_out // 2
    _assert_equal(first, _batches(dataset))
    _assert_equal(first, _batches(make()))


def test_validation_reads_held_out_files_only(photos, styles):
    for split in ("train", "validation"):
        settings = {"batch_size": 2, "split": split, "validation_fraction": 0.4}
        seen = set(_reads(photos, styles, 20, **settings))
        other = "validation" if split == "train" else "train"
        for folder in (photos, styles / "oil", styles / "ink"):
            foreign = {path.name for path in ImageFolder(folder, other, 0.4, kept_side=32).paths}
            assert not foreign & {name for _, name in seen}


def test_unaugmented_views_are_the_centres(photos, styles):
    batches = _batches(portrait_dataset(photos, styles, 32, 12, split="all"))
    folder = ImageFolder(photos, kept_side=56)
    expected = [to_model_range(crop_square(folder[i], 32)) for i in range(24)]
    drawn = np.concatenate([batch["photo"] for batch in batches])
    np.testing.assert_array_equal(drawn, np.stack(expected))


def test_corrupt_file_is_skipped_with_one_warning_that_names_it(styles, tmp_path, write_pictures):
    write_pictures(tmp_path / "photos", 5)
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 torn")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        dataset = portrait_dataset(
            tmp_path / "photos", styles, 32, 2, num_batches=6, validation_fraction=0.0
        )
        assert len(_batches(dataset)) == 6
    named = [str(w.message) for w in caught if "broken.jpg" in str(w.message)]
    assert len(named) == 1
    assert "skipped 1 of 6" in named[0]


def test_empty_folders(photos, styles, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(DatasetError, match="no readable picture"):
        portrait_dataset(empty, styles, 32, 2)
    with pytest.raises(DatasetError, match="holds no picture"):
        portrait_dataset(photos, empty, 32, 2)
    with pytest.raises(DatasetError, match="is not a folder"):
        portrait_dataset(tmp_path / "missing", styles, 32, 2)


@pytest.mark.parametrize("few", ["photos", "styles"])
def test_fewer_pictures_than_a_batch(photos, styles, tmp_path, write_pictures, few):
    write_pictures(tmp_path / "few", 3)
    folders = {"photos": photos, "styles": styles, few: tmp_path / "few"}
    with pytest.raises(
        DatasetError, match="few holds 3 usable pictures, fewer than one batch of 4"
    ):
        portrait_dataset(**folders, size=32, batch_size=4, validation_fraction=0.0)


@pytest.mark.parametrize("size", [0, 16, 40])
def test_size_is_checked(photos, styles, size):
    with pytest.raises(ValueError, match=f"`size` must be .* Received: size={size}"):
        portrait_dataset(photos, styles, size)


def test_batch_size_is_checked(photos, styles):
    with pytest.raises(ValueError, match="`batch_size` must be 1 or more"):
        portrait_dataset(photos, styles, 32, 0)


def test_style_names(styles, tmp_path, write_pictures):
    (tmp_path / "empty").mkdir()
    assert list(style_folders_of(styles)) == ["ink", "oil"]
    flat = write_pictures(tmp_path / "engraving", 2)
    (flat / "no pictures").mkdir()
    assert style_folders_of(flat) == {"engraving": flat}

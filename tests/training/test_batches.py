import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from portrait_style.training.keras_model.batches import as_batch, as_training_batch
from portrait_style.training.keras_model.feed import Feed
from portrait_style.training.keras_model.step_functions import StepFunctions


def pictures(count=2, height=32, width=32, channels=3, dtype="float32"):
    return np.zeros((count, height, width, channels), dtype)


PHOTO, STYLE = pictures() + 0.25, pictures() - 0.5
PAIR = {"photo": PHOTO, "style": STYLE}


# What a step may be handed


@pytest.mark.parametrize(
    "data",
    [
        PAIR,
        {"style": STYLE, "photo": PHOTO},
        (PHOTO, STYLE),
        [PHOTO, STYLE],
        (PAIR,),
        (PAIR, None, None),
        (PHOTO, STYLE, None),
        (tf.constant(PHOTO), tf.constant(STYLE)),
        (PHOTO.tolist(), STYLE.astype("float16")),
    ],
)
def test_every_form_becomes_photo_and_style(data):
    batch = as_batch(data)
    assert list(batch) == ["photo", "style"]
    np.testing.assert_array_equal(batch["photo"], PHOTO)
    np.testing.assert_array_equal(batch["style"], STYLE)
    assert {keras.backend.standardize_dtype(x.dtype) for x in batch.values()} == {"float32"}


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"photo": pictures(2, 40, 32)}, ValueError, r"multiples of 16.*\(2, 40, 32, 3\)"),
        ({"photo": pictures(2, 32, 47)}, ValueError, "`photo` must have sides.*crop or resize"),
        ({"photo": pictures(dtype="uint8")}, TypeError, r"x / 127.5 - 1\. .*photo.dtype=uint8"),
        ({"style": pictures(dtype="int32")}, TypeError, r"`style` must be of floating point"),
        ({"photo": PHOTO.astype(str)}, TypeError, "`photo` must be of floating point"),
        ({"photo": PHOTO[0]}, ValueError, r"batch, height, width, 3.*shape=\(32, 32, 3\)"),
        ({"style": pictures(channels=4)}, ValueError, "`style` must be RGB.*drop transparency"),
        ({"photo": pictures(channels=1)}, ValueError, "`photo` must be RGB.*32, 32, 1"),
        ({"photo": pictures(0)}, ValueError, "`photo` must be RGB"),
        ({"photo": None}, ValueError, "`photo` must be RGB"),
        ({"style": pictures(3)}, ValueError, "as many pictures.*2 photos and 3 style pictures"),
        ({"style": pictures(2, 8, 32)}, ValueError, "`style` must have sides of 16 pixels or more"),
        ({"mask": PHOTO}, ValueError, "'target' and 'style', and no others.*'mask', 'photo'"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(changes, kind, message):
    with pytest.raises(kind, match=message) as caught:
        as_batch({**PAIR, **changes})
    assert "\n" not in str(caught.value)
    assert "Received: " in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"photo": PHOTO}, "`x` must have the key 'photo' and .*'style'.*Received: keys 'photo'"),
        ({}, "Received: keys none"),
        (PHOTO, "`y` is the style pictures.*x of type ndarray and y=None"),
        ((PAIR, STYLE), "`y` must be None"),
        ((PHOTO, STYLE, np.ones(2)), "`sample_weight` must be None"),
    ],
)
def test_what_is_missing_or_too_much_is_told(data, message):
    with pytest.raises(ValueError, match=message):
        as_batch(data)


def test_style_pictures_may_have_any_size_of_their_own():
    assert as_batch((PHOTO, pictures(2, 41, 57)))["style"].shape == (2, 41, 57, 3)


@pytest.mark.parametrize(
    ("shape", "adaptive", "message"),
    [
        ((None, 16, 32, 3), False, "multiples of 16, 32 pixels or more in training"),
        ((None, None, 32, 3), False, r"`photo` must have a height and a width.*tf\.ensure_shape"),
        ((None, 40, 32, 3), True, "`photo` must have sides that are multiples of 16"),
    ],
)
def test_training_needs_room_for_its_window(shape, adaptive, message):
    @tf.function(input_signature=[tf.TensorSpec(shape), tf.TensorSpec((None, 32, 32, 3))])
    def step(photo, style):
        return as_training_batch((photo, style), adaptive)["photo"]

    with pytest.raises(ValueError, match=message):
        step.get_concrete_function()


def test_adaptive_training_wants_style_pictures_of_whole_cells():
    pair = (PHOTO, pictures(2, 40, 40))
    assert as_training_batch(pair)["style"].shape == (2, 40, 40, 3)
    with pytest.raises(ValueError, match="`style` must have sides that are multiples of 16, 16"):
        as_training_batch(pair, adaptive=True)


def test_unknown_rank_is_told():
    @tf.function(input_signature=[tf.TensorSpec(None), tf.TensorSpec(None)])
    def step(photo, style):
        return as_batch((photo, style))["photo"]

    with pytest.raises(ValueError, match=r"`photo` must be RGB.*known beforehand"):
        step.get_concrete_function()


# Iterators and datasets in Python


class Pairs(keras.utils.PyDataset):
    """Three batches, the last smaller; remembers that epochs went by."""

    def __init__(self, form):
        super().__init__(workers=2, max_queue_size=3)
        self.form = form
        self.epochs = []

    def __len__(self):
        return 3

    def __getitem__(self, index):
        return self.form(pictures(2 if index < 2 else 1) + 0.25, pictures(2 if index < 2 else 1))

    def on_epoch_begin(self):
        self.epochs.append("begin")

    def on_epoch_end(self):
        self.epochs.append("end")


def test_what_keras_takes_as_it_is_passes():
    dataset = tf.data.Dataset.from_tensors(PAIR)
    for x in (dataset, PAIR, PHOTO, (PHOTO, STYLE), None):
        assert Feed().accept(x) is x


def test_any_iterator_becomes_a_generator_of_tuples():
    batches = [PAIR, (PHOTO[:1], STYLE[:1])]
    accepted = list(Feed().accept(map(lambda x: x, batches)))
    assert [type(x) for x in accepted] == [tuple, tuple]
    assert [x["photo"].shape[0] for (x,) in accepted] == [2, 1]


def test_a_dataset_keeps_its_length_workers_and_epochs():
    dataset = Pairs(lambda photo, style: (photo, style))
    accepted = Feed().accept(dataset)
    assert (accepted.num_batches, accepted.workers, accepted.max_queue_size) == (3, 2, 3)
    assert [accepted[i]["photo"].shape[0] for i in range(3)] == [2, 2, 1]
    accepted.on_epoch_begin()
    accepted.on_epoch_end()
    assert dataset.epochs == ["begin", "end"]


def test_batches_of_other_sizes_are_told_apart():
    batches = Feed().accept(iter([PAIR, {**PAIR, "photo": pictures(2, 48, 32)}]))
    next(batches)
    with pytest.raises(ValueError, match="`photo` must be of one height.*48 by 32.*32 by 32"):
        next(batches)


def test_an_exception_of_the_data_survives_tf_data():
    def broken():
        yield PAIR
        raise OSError("no space for pictures")

    signature = ({name: tf.TensorSpec(x.shape) for name, x in PAIR.items()},)
    with pytest.raises(OSError, match="no space for pictures"), Feed() as feed:
        accepted = feed.accept(broken())
        list(tf.data.Dataset.from_generator(lambda: accepted, output_signature=signature))


def test_an_error_of_tensorflow_stays_what_it_is():
    with pytest.raises(tf.errors.InvalidArgumentError), Feed() as feed:
        list(feed.accept(iter([PAIR])))
        tf.reshape(tf.zeros(3), (2,))


# Step functions


def test_a_step_is_made_for_each_form_of_batch():
    made = []

    def make():
        made.append([])
        return lambda iterator: made[-1].append(next(iterator)) or len(made)

    steps = StepFunctions(make)
    for size, count in ((32, 2), (32, 3), (48, 2), (48, 1)):
        dataset = tf.data.Dataset.from_tensors((pictures(count, size, size),) * 2)
        steps(iter(dataset))
    assert [len(calls) for calls in made] == [2, 2]
    # Of `train_on_batch`, whatever the form was.
    for data in (PAIR, (PHOTO, STYLE, None), (PHOTO[:1].astype("float64"), STYLE[:1])):
        steps(itertools.chain([data]))
    assert [len(calls) for calls in made] == [2, 2, 3]
    assert [list(batch) for batch in made[2]] == [["photo", "style"]] * 3

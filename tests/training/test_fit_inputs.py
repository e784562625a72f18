"""Every form of data in which Keras takes pairs of pictures trains and measures alike."""

import pytest
from gan_state import assert_equal_states, changed, snapshot
from pair_data import Batches, as_tuples, dataset, floats, slices

FORMS = {
    "generator of dicts": slices,
    "generator of tuples": as_tuples,
    "generator of a dict in a tuple": lambda pairs: ((x,) for x in slices(pairs)),
    "iterator of tensors": lambda pairs: iter(dataset(pairs)),
    "generator of float64": lambda pairs: (
        {name: x.astype("float64") for name, x in batch.items()} for batch in slices(pairs)
    ),
    "PyDataset of dicts": lambda pairs: Batches(slices(pairs)),
    "PyDataset of tuples": lambda pairs: Batches(as_tuples(pairs)),
    "dataset of tuples": lambda pairs: dataset((pairs["photo"], pairs["style"])),
}


@pytest.fixture(scope="module")
def measuring(make_eager, pairs):
    """A model that is only measured, and its losses on a dataset of dicts."""
    gan = make_eager()
    return gan, gan.evaluate(dataset(pairs), return_dict=True, verbose=0)


@pytest.fixture(scope="module")
def fitted(make_eager, pairs):
    """A model fitted to a dataset of dicts for an epoch, and its history."""
    gan, data = make_eager(), dataset(pairs)
    return gan, gan.fit(data, validation_data=data, verbose=0, shuffle=False).history


@pytest.fixture(scope="module")
def idle(make_eager):
    """A model that does not learn."""
    return make_eager(learning_rate=0.0)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_data_is_measured_alike(measuring, pairs, form):
    gan, expected = measuring
    assert set(expected) == {"colour", "generator"}
    measured = gan.evaluate(FORMS[form](pairs), return_dict=True, verbose=0)
    assert measured == pytest.approx(expected, rel=1e-5)


def test_arrays_are_measured_alike(measuring, pairs):
    gan, expected = measuring
    as_two = gan.evaluate(pairs["photo"], pairs["style"], batch_size=2, return_dict=True, verbose=0)
    as_one = gan.evaluate(pairs, batch_size=2, return_dict=True, verbose=0)
    assert as_two == pytest.approx(expected, rel=1e-5)
    assert as_one == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    "form",
    ["generator of dicts", pytest.param("PyDataset of tuples", marks=pytest.mark.slow)],
)
def test_every_form_of_data_trains_alike(fitted, make_eager, pairs, form):
    expected, history = fitted
    gan = make_eager()
    made = FORMS[form]
    measured = made(pairs)
    fit = gan.fit(made(pairs), validation_data=measured, verbose=0, shuffle=False)
    assert set(fit.history) == {"colour", "generator", "val_colour", "val_generator"}
    for name, values in fit.history.items():
        assert values == pytest.approx(history[name], rel=1e-4)
    assert_equal_states(gan, expected)


def test_arrays_can_be_split(idle, pairs):
    history = idle.fit(pairs["photo"], pairs["style"], 3, 1, 0, None, 0.4).history
    last = idle.evaluate(pairs["photo"][3:], pairs["style"][3:], return_dict=True, verbose=0)
    assert last["colour"] == pytest.approx(history["val_colour"][0], rel=1e-5)
    assert last["colour"] != pytest.approx(history["colour"][0], rel=1e-2)


def test_train_on_batch_takes_the_step_of_fit(make_eager, batch):
    given, stepped = make_eager(), make_eager()
    logs = given.train_on_batch(batch["photo"].numpy(), batch["style"].numpy(), return_dict=True)
    assert floats(logs) == pytest.approx(floats(stepped.train_step(batch)), rel=1e-5)
    assert_equal_states(given, stepped)


def test_test_on_batch_measures_and_changes_nothing(measuring, batch):
    gan, _ = measuring
    before, measured = snapshot(gan), []
    for given in ((batch,), (batch["photo"], batch["style"])):
        gan.reset_metrics()
        measured.append(floats(gan.test_on_batch(*given, return_dict=True)))
    assert set(measured[0]) == {"colour", "generator"}
    assert measured[0] == measured[1]
    assert changed(before, gan) == set()

import numpy as np
import pytest

from portrait_style.errors import DatasetError, ModelError
from portrait_style.losses.distribution import energy_distance
from portrait_style.model_files.preset import save_preset
from portrait_style.model_files.trained_model import open_model, save_models
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.codes import code_spread
from portrait_style.training.fitting import mapping
from portrait_style.training.fitting.mapping import (
    draw_codes,
    fit_mapping_network,
    wanted_codes,
)

pytestmark = pytest.mark.slow


def standardized(codes):
    codes = codes - codes.mean(axis=-1, keepdims=True)
    return (codes / codes.std(axis=-1, keepdims=True)).astype("float32")


@pytest.fixture(scope="module")
def codes():
    """Two styles: a narrow one, and one that is wide in two directions only."""
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(2, 1, 16))
    wide = rng.normal(size=(80, 2)) @ rng.normal(size=(2, 16)) * 0.5
    return {
        "narrow": standardized(centres[0] + 0.1 * rng.normal(size=(50, 16))),
        "wide": standardized(centres[1] + wide),
    }


@pytest.fixture(scope="module")
def known(codes):
    means = {name: standardized(own.mean(axis=0)) for name, own in codes.items()}
    return StyleBank(np.zeros(16), means)


@pytest.fixture(scope="module")
def fitted(codes, known):
    return fit_mapping_network(codes, known, steps=250)


def test_drawn_codes_are_spread_as_wanted(fitted, codes, known):
    for name, own in codes.items():
        wanted = wanted_codes(own, known.code(name), mapping.VARIETY)
        drawn = draw_codes(fitted, known.code(name), 400, seed=1)
        collapsed = np.repeat(known.code(name)[None], 2, axis=0)
        distance = float(energy_distance(wanted, drawn))
        assert distance < 0.1 * float(energy_distance(wanted, collapsed)), name
        spreads = [code_spread(points, known.code(name)) for points in (wanted, drawn)]
        assert spreads[1] == pytest.approx(spreads[0], rel=0.2), name


def test_drawn_codes_vary_in_the_directions_of_their_style(fitted, codes, known):
    drawn = draw_codes(fitted, known.code("wide"), 400, seed=1)
    _, _, directions = np.linalg.svd(codes["wide"] - codes["wide"].mean(axis=0))
    variances = np.var(drawn @ directions.T, axis=0)
    assert variances[:3].sum() > 0.8 * variances.sum()


def test_equal_seeds_fit_equal_networks(codes, known, untraced):
    first, again, other = (fit_mapping_network(codes, known, seed, steps=2) for seed in (0, 0, 1))
    for one, two in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    assert np.abs(first.get_weights()[0] - other.get_weights()[0]).max() > 0.01


def test_a_style_of_one_picture_can_be_fitted(codes, known, untraced):
    single = {name: own[:1] for name, own in codes.items()}
    network = fit_mapping_network(single, known, steps=2)
    assert all(np.isfinite(weight).all() for weight in network.get_weights())


def test_a_run_draws_random_styles(finished):
    network = open_model(finished[1].path).mapping_network
    drawn = draw_codes(network, standardized(np.arange(64.0)), 3, seed=0)
    assert drawn.shape == (3, 64) and np.isfinite(drawn).all()


# Command


@pytest.fixture
def fit_command(styles, untraced, capsys):
    """Run the command in few steps; return what it prints."""

    def run(model, *arguments):
        named = ["--model", str(model), "--styles", str(styles)]
        mapping.main([*named, "--steps", "2", *arguments])
        return capsys.readouterr().out.splitlines()

    return run


def test_a_preset_gets_a_network_and_keeps_the_others(fit_command, networks, tmp_path):
    folder = save_preset(tmp_path / "mine", *networks, "")
    weights, styles = (folder / "weights.npz").read_bytes(), open_model(folder).generator.styles
    lines = fit_command(folder, "--validation-fraction", "0")
    assert [line.split()[:2] for line in lines[2:]] == [["oil", "12"], ["ink", "4"]]
    first = (folder / "mapping_network.npz").read_bytes()
    assert open_model(folder).mapping_network is not None
    fit_command(folder, "--validation-fraction", "0")
    assert (folder / "mapping_network.npz").read_bytes() == first
    assert (folder / "weights.npz").read_bytes() == weights
    assert open_model(folder).generator.styles == styles


def test_a_run_gets_a_network(fit_command, networks, tmp_path):
    folder = save_models(tmp_path, *networks)
    assert open_model(folder).mapping_network is None
    fit_command(folder)
    assert open_model(folder / "generator.keras").mapping_network is not None


def test_what_cannot_be_fitted_is_named(fit_command, networks, photos, tmp_path):
    with pytest.raises(ModelError, match="lacks its style encoder or styles"):
        fit_command(save_models(tmp_path / "alone", networks[0]))
    folder = save_preset(tmp_path / "mine", *networks, "")
    with pytest.raises(DatasetError, match="no folder named like a style of .*: oil, ink"):
        mapping.main(["--model", str(folder), "--styles", str(photos)])

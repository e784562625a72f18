import numpy as np
import pytest
from baselines.johnson import FastNeuralStyle, mean_grams
from baselines.residual_network import residual_network
from baselines.training import adam


class OneMap:
    """Features that are the picture itself."""

    def __call__(self, image):
        return [image]


def test_mean_gram_by_hand(dataset, batch):
    (gram,) = mean_grams(OneMap(), dataset, num_batches=2)
    flat = batch["style"].reshape(2, 32 * 32, 3)
    expected = np.einsum("npc,npd->cd", flat, flat) / (2 * 32 * 32)
    np.testing.assert_allclose(gram[0], expected, rtol=1e-4, atol=1e-6)


def test_style_is_nothing_for_the_style_itself(dataset, batch, extractor):
    same = dataset.map(lambda pictures: {"style": pictures["style"][:1]})
    model = FastNeuralStyle(extractor, mean_grams(extractor, same, 1), width=4, num_blocks=1)
    style, photo = (extractor(batch[key][:1]) for key in ("style", "photo"))
    assert float(model.style_distance(style)) == pytest.approx(0.0, abs=1e-6)
    assert float(model.style_distance(photo)) > 1e-3


@pytest.mark.slow
def test_training_lowers_the_losses(dataset, extractor, fit):
    grams = mean_grams(extractor, dataset, num_batches=1)
    model = FastNeuralStyle(extractor, grams, width=4, num_blocks=1)
    seen = fit(model, 8, adam())
    totals = [step["content"] + 5.0 * step["style"] + 0.1 * step["smoothness"] for step in seen]
    assert totals[-1] < totals[0]


def test_network_has_the_size_of_the_paper_and_draws_any_multiple_of_four():
    # 1.68 million parameters, as in the authors' code, but for the biases before normalizations.
    assert residual_network().count_params() == pytest.approx(1.68e6, rel=0.01)
    image = residual_network(4, 1)(np.zeros((1, 20, 28, 3), "float32"))
    assert image.shape == (1, 20, 28, 3)

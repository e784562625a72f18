import numpy as np

from portrait_style.training.step.drawing import draw

rng = np.random.default_rng(0)
PHOTO = rng.uniform(-1, 1, (4, 16, 16, 3)).astype("float32")
STYLE, OWN = rng.normal(size=(2, 4, 64)).astype("float32")
COMMON = rng.normal(size=64).astype("float32")


def with_first_number(inputs, training):
    """A generator whose pictures tell their code: the photo plus the code's first number."""
    assert training
    return inputs["photo"] + inputs["style_code"][:, :1, None, None]


def test_photos_get_the_styles_and_every_second_one_a_photos_code():
    drawn = draw(with_first_number, PHOTO, STYLE, (OWN, COMMON))
    np.testing.assert_allclose(drawn.fake_image, PHOTO + STYLE[:, :1, None, None], atol=1e-6)
    photo, image = drawn.reconstruction
    np.testing.assert_array_equal(photo, PHOTO[[0, 2]])
    np.testing.assert_allclose(image[0], PHOTO[0] + OWN[0, 0], atol=1e-6)
    np.testing.assert_allclose(image[1], PHOTO[2] + COMMON[0], atol=1e-6)
    assert drawn.consistency is None


def test_perturbed_photos_get_the_style_of_the_photo():
    perturbed = PHOTO[::2] + 0.1
    drawn = draw(with_first_number, PHOTO, STYLE, (OWN, COMMON), perturbed)
    clean, changed = drawn.consistency
    np.testing.assert_array_equal(clean, np.asarray(drawn.fake_image)[::2])
    np.testing.assert_allclose(np.asarray(changed) - clean, 0.1, atol=1e-6)
    assert len(drawn.reconstruction[1]) == 2

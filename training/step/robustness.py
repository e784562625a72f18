"""Photos perturbed so that the generator changes its mind, and what is trained on them."""

import keras
from keras import ops

from portrait_style.functional.perturbation import GRAY_LEVEL, strongest_change
from portrait_style.training.step.random_layer import RandomLayer


class PhotoPerturbation(RandomLayer):
    """Perturb photos for robustness: against the generator, by one step from a random start.

    The random state is a variable, so that a resumed run goes on exactly.

    Args:
        epsilon: float, the largest change of a pixel in units of 1/255.
        seed: int.

    References:
        Goodfellow et al., 2015, https://arxiv.org/abs/1412.6572
        Wong et al. (one step from a random start), 2020, https://arxiv.org/abs/2001.03994
    """

    def __init__(self, epsilon, seed=0, **kwargs):
        super().__init__(seed, **kwargs)
        self.epsilon = epsilon
        self.built = True

    def perturb(self, generator, photo, style_code):
        """Perturb photos.

        Args:
            generator: `Generator`; used as after training, so that no statistics move.
            photo: RGB in [-1, 1], (batch, height, width, 3).
            style_code: (batch, code_size).

        Returns:
            Photos of the same shape in [-1, 1].
        """

        def draw(image):
            inputs = {"photo": image, "style_code": style_code}
            return ops.cast(generator(inputs, training=False), "float32")

        radius = self.epsilon * GRAY_LEVEL
        return strongest_change(draw, photo, radius, steps=1, seed=self.random)


def with_perturbed(fake, image, features):
    """Add, for robustness, what was drawn from perturbed photos to what the discriminator judges.

    Args:
        fake: {"image", "features", "style_code"}, of all photos.
        image: what the discriminator sees of the pictures drawn from every second photo, perturbed.
        features: their maps.

    Returns:
        {"image", "features", "style_code"} of half as many pictures more.
    """
    perturbed = {"image": image, "features": features, "style_code": fake["style_code"][::2]}
    return keras.tree.map_structure(
        lambda all_photos, added: ops.concatenate([all_photos, added], axis=0), fake, perturbed
    )

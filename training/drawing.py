"""The pictures that the generator draws in one step."""

from dataclasses import dataclass

from keras import ops

from portrait_style.training.style_codes import mean_code


@dataclass(frozen=True)
class Drawn:
    """What became of the photos of a step, (batch, height, width, 3) each.

    Attributes:
        fake_image: every photo in the style asked for.
        reconstruction: every second photo, and what became of it under a photo's code.
        consistency: every second fake image, and what became of the same photo perturbed; `None`
            where nothing is perturbed.
    """

    fake_image: object
    reconstruction: tuple
    consistency: tuple | None = None


def draw(generator, photo, style_code, photo_code, perturbed_photo=None) -> Drawn:
    """Stylize every photo and, in the same pass, reconstruct every second one.

    One pass, so that all kinds of picture share the statistics of normalization. Half of the
    reconstructed photos get their own code, the others the mean code of photos, which the style
    bank keeps.

    Args:
        generator: `Generator`.
        photo: RGB in [-1, 1], (batch, height, width, 3).
        style_code: (batch, code_size).
        photo_code: (batch, code_size), of the photos themselves.
        perturbed_photo: every second photo, perturbed, or `None`.
    """
    half, own = photo[::2], photo_code[::2]
    mean = ops.broadcast_to(mean_code(photo_code), ops.shape(own))
    share = ops.cast(ops.arange(ops.shape(own)[0]) % 2, own.dtype)[:, None]
    photos, codes = [photo, half], [style_code, own + share * (mean - own)]
    if perturbed_photo is not None:
        photos.append(perturbed_photo)
        codes.append(style_code[::2])
    inputs = {
        "photo": ops.concatenate(photos, axis=0),
        "style_code": ops.concatenate(codes, axis=0),
    }
    images = ops.cast(generator(inputs, training=True), "float32")
    count = ops.shape(photo)[0]
    middle = count + ops.shape(half)[0]
    fake_image = images[:count]
    perturbed = None if perturbed_photo is None else (fake_image[::2], images[middle:])
    return Drawn(fake_image, (half, images[count:middle]), perturbed)

"""The pictures that the generator draws in one step."""

from dataclasses import dataclass

from keras import ops


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


def draw(generator, photo, style_code, photo_codes, perturbed_photo=None) -> Drawn:
    """Draw in one step: stylize every photo and, in the same pass, reconstruct every second one.

    One pass, so that all kinds of picture share the statistics of normalization. Half of the
    reconstructed photos get their own code, the others the one code of all photos, which the style
    bank keeps: intensity 0.

    Args:
        generator: `Generator`.
        photo: RGB in [-1, 1], (batch, height, width, 3).
        style_code: (batch, code_size).
        photo_codes: the photos' own, (batch, code_size), and the one of all, (code_size,).
        perturbed_photo: every second photo, perturbed, or `None`.
    """
    half, own, common = photo[::2], photo_codes[0][::2], ops.cast(photo_codes[1], style_code.dtype)
    photos, codes = [photo, half], [style_code, replaced_but_every(2, own, common)]
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


def replaced_but_every(nth, codes, others):
    """Keep every nth code of a batch, the first included, and put others in place of the rest.

    Args:
        nth: int >= 1.
        codes: (batch, code_size).
        others: (batch, code_size), or (code_size,) for all.
    """
    rest = ops.cast(ops.arange(ops.shape(codes)[0]) % nth > 0, codes.dtype)[:, None]
    return codes + rest * (ops.cast(others, codes.dtype) - codes)

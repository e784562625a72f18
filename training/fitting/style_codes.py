"""The codes of a model's training pictures, and the named styles that are made of them."""

import numpy as np

from portrait_style.functional.sphere import lifted_mean
from portrait_style.image import crop_square, to_model_range
from portrait_style.image_folder import evenly_spaced, read_squares
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.codes import STYLE_IMAGE_SIZE, code_spread

# Style pictures whose codes are averaged to a named style, and the size at which they are seen.
PICTURES_PER_STYLE = 200
ENCODED_SIZE = STYLE_IMAGE_SIZE
# Photos that are compared with what comes back of them.
SETTLING_PHOTOS = 8
# Lengths that are tried for the photo's code, as shares of the sphere's radius.
PHOTO_CODE_LENGTHS = np.linspace(0.8, 1.1, 25)


def read_codes(style_encoder, folder, validation_fraction) -> np.ndarray:
    """Encode the training pictures of a folder, 200 at most: (pictures, code_size).

    Args:
        style_encoder: built `StyleEncoder`.
        folder: path.
        validation_fraction: float in [0, 1), the share of files that is left out.

    Raises:
        DatasetError: if the folder holds no picture to train on.
    """
    return _encode_style_codes(style_encoder, _read_pictures_to_encode(folder, validation_fraction))


def read_photo_code(generator, style_encoder, folder, validation_fraction) -> np.ndarray:
    """Find the code under which the training photos of a folder come back: (code_size,).

    Args:
        generator: `Generator`, as it is used.
        style_encoder, folder, validation_fraction: as for `read_codes`.

    Raises:
        DatasetError: if the folder holds no picture to train on.
    """
    photos = _read_pictures_to_encode(folder, validation_fraction)
    some = np.stack(evenly_spaced(photos, SETTLING_PHOTOS))
    return settled_photo_code(generator, some, _encode_style_codes(style_encoder, photos))


def settled_photo_code(generator, photos, photo_codes) -> np.ndarray:
    """Find the code under which photos come back: along the mean of their codes, the best length.

    Training asks for photos to come back under `lifted_mean`, but normalizes them by the statistics
    of their batch; in use the moving ones count, which styles share.

    Args:
        generator: `Generator`, as it is used.
        photos: RGB in [-1, 1], (count, height, width, 3).
        photo_codes: (codes, code_size).

    Returns:
        (code_size,) float32.
    """
    code = np.asarray(lifted_mean(photo_codes))

    def error(length):
        style_code = np.tile(length * code, (len(photos), 1)).astype("float32")
        return np.mean(
            (np.asarray(generator({"photo": photos, "style_code": style_code})) - photos) ** 2
        )

    return (min(PHOTO_CODE_LENGTHS, key=error) * code).astype("float32")


def style_code_of(style_encoder, pictures) -> np.ndarray:
    """Average the codes of pictures of one style: (code_size,), as `bank_of_style_codes` does.

    Args:
        style_encoder: built `StyleEncoder`.
        pictures: list of uint8 arrays (height, width, 3).
    """
    squares = np.stack([to_model_range(crop_square(x, ENCODED_SIZE)) for x in pictures])
    return _encode_style_codes(style_encoder, squares).mean(axis=0)


def bank_of_style_codes(photo_code, codes, media=None, descriptions=None) -> StyleBank:
    """Make named styles of the codes of their pictures.

    A style is the mean of its codes. It is shorter than each of them, and is left so: lifted to
    their length, it would be more of what its pictures share than any of them is.

    Args:
        photo_code: (code_size,).
        codes: dict of name to (pictures, code_size).
        media: dict of name to `Medium` or `None`, of those that have one. Defaults to none.
        descriptions: dict of name to str, one line on what a style looks like, of those that have
            one. Defaults to none.
    """
    bank = StyleBank(photo_code=photo_code)
    for name, own in codes.items():
        code = own.mean(axis=0)
        told = {"medium": (media or {}).get(name), "description": (descriptions or {}).get(name)}
        bank.add(name, code, spread=round(code_spread(own, code), 4), **told)
    return bank


def _read_pictures_to_encode(folder, validation_fraction) -> np.ndarray:
    """Read the training pictures of a folder whose style codes are wanted."""
    return read_squares(folder, "train", PICTURES_PER_STYLE, ENCODED_SIZE, validation_fraction)


def _encode_style_codes(style_encoder, pictures) -> np.ndarray:
    return style_encoder.predict(pictures, batch_size=8, verbose=0)

"""`portrait_style.image.load_image` as TensorFlow operators, for models that read files."""

import tensorflow as tf

from portrait_style.decoding import MAX_PIXELS, MIN_SIDE

# What is looked for in a file (EXIF data, chunks before the pixels) stands at its start.
HEAD_BYTES = 65536
IHDR_END = 33
GREY = 0
WHITE = 255
ORIENTATION_TAG = 0x0112
SHORT = 3


def passed_if(condition: tf.Tensor, value: tf.Tensor, *message) -> tf.Tensor:
    """Return `value` where `condition` holds; otherwise the graph fails with the joined message.

    What is computed from the result waits for the check, so a refused file is never decoded.

    Args:
        condition: bool tensor, scalar.
        value: any tensor.
        *message: str and scalar string tensors, joined.
    """
    check = tf.debugging.Assert(condition, [tf.strings.join(message)])
    with tf.control_dependencies([check]):
        return tf.identity(value)


def read_picture(data: tf.Tensor) -> tf.Tensor:
    """Decode a JPEG or PNG file as upright RGB, like `load_image`.

    Grey, palette, CMYK, 16-bit and transparent pictures (on white) are understood and turned as
    their EXIF data say. The run fails, saying why, where the file is empty, damaged, animated, of
    another format, smaller than 16 pixels or larger than 64 megapixels; the size is judged before
    decoding.

    Args:
        data: string tensor, scalar, the file's bytes.

    Returns:
        uint8 tensor of shape (height, width, 3).
    """
    data = passed_if(tf.strings.length(data) > 0, data, "the picture is empty (0 bytes)")
    is_jpeg = _picture_file_starts_with(data, b"\xff\xd8\xff")
    is_png = _picture_file_starts_with(data, b"\x89PNG\r\n\x1a\n")
    data = passed_if(is_jpeg | is_png, data, "the picture must be a JPEG or PNG file")
    head = tf.io.decode_raw(tf.strings.substr(data, 0, HEAD_BYTES), tf.uint8)
    image, tiff = tf.cond(
        is_jpeg,
        lambda: (_read_jpeg_in_graph(data), _after_in_picture_file(head, b"Exif\0\0")),
        lambda: (_read_png_in_graph(data, head), _after_in_picture_file(head, b"eXIf")),
    )
    return _upright_picture(image, _picture_orientation(tiff))


def _read_jpeg_in_graph(data):
    """Decode a JPEG file as Pillow does, if it is not too large."""
    height, width = tf.unstack(tf.image.extract_jpeg_shape(data, tf.int32)[:2])
    data = _passed_if_picture_fits(height, width, data)
    # Accurate like Pillow's; the default of this operator is the fast, coarser transform.
    return tf.io.decode_jpeg(data, channels=3, dct_method="INTEGER_ACCURATE")


def _read_png_in_graph(data, head):
    data = passed_if(tf.size(head) >= IHDR_END, data, "the picture is damaged (PNG without header)")
    with tf.control_dependencies([data]):
        header = tf.cast(head[:IHDR_END], tf.int64)
    data = _passed_if_picture_fits(
        _number_in_picture_file(header, 20, 4), _number_in_picture_file(header, 16, 4), data
    )
    animated = _position_in_picture_file(head, b"acTL") < _position_in_picture_file(head, b"IDAT")
    data = passed_if(~animated, data, "the picture is animated; save one frame of it")
    depth, color_type = header[24], header[25]
    return tf.cond(
        (depth == 16) & (color_type == GREY),
        lambda: _read_wide_grey_in_graph(data),
        lambda: _read_narrow_png_in_graph(data, head, depth),
    )


def _read_wide_grey_in_graph(data):
    """Round 16 bits to 8; the operator's own conversion cuts the lower ones off."""
    grey = tf.cast(tf.io.decode_png(data, channels=1, dtype=tf.uint16), tf.float64)
    return tf.repeat(tf.cast(tf.round(grey * (255.0 / 65535.0)), tf.uint8), 3, axis=-1)


def _read_narrow_png_in_graph(data, head, depth):
    # Asked for the alpha of an opaque file of 1, 2 or 4 bits, the operator makes up a wrong one.
    opaque = (depth < 8) & (
        _position_in_picture_file(head, b"tRNS") > _position_in_picture_file(head, b"IDAT")
    )
    return tf.cond(
        opaque,
        lambda: tf.io.decode_png(data, channels=3),
        lambda: _picture_on_white(tf.io.decode_png(data, channels=4)),
    )


def _picture_on_white(image):
    image = tf.cast(image, tf.int32)
    rgb, alpha = image[..., :3], image[..., 3:]
    return tf.cast((rgb * alpha + WHITE * (255 - alpha) + 127) // 255, tf.uint8)


def _passed_if_picture_fits(height, width, value):
    height, width = tf.cast(height, tf.int64), tf.cast(width, tf.int64)
    value = passed_if(
        height * width <= MAX_PIXELS,
        value,
        f"the picture has more than {MAX_PIXELS // 1_000_000} megapixels; scale it down first",
    )
    size = tf.strings.join([tf.strings.as_string(width), "x", tf.strings.as_string(height)])
    least = f" pixels; at least {MIN_SIDE}x{MIN_SIDE} are needed"
    fits = tf.minimum(height, width) >= MIN_SIDE
    return passed_if(fits, value, "the picture has ", size, least)


def _picture_orientation(tiff):
    """Read the orientation, 1 to 8, from EXIF data; 1 where they hold none.

    Args:
        tiff: uint8 tensor of shape (count,): EXIF data from the byte order on, or nothing.
    """
    size = tf.size(tiff, tf.int64)
    # Zeros behind the end: a directory that is cut off reads as one without further entries.
    tiff = tf.cast(tf.pad(tiff, [[0, 12]]), tf.int64)
    little = tiff[0] == ord("I")
    directory = tf.minimum(_number_in_picture_file(tiff, 4, 4, little), size)
    count = tf.minimum(
        _number_in_picture_file(tiff, directory, 2, little), (size + 10 - directory) // 12
    )
    entries = tf.reshape(tiff[directory + 2 : directory + 2 + 12 * count], (-1, 12))
    is_tag = _number_in_picture_file(entries, 0, 2, little) == ORIENTATION_TAG
    is_short = _number_in_picture_file(entries, 2, 2, little) == SHORT
    found = tf.boolean_mask(_number_in_picture_file(entries, 8, 2, little), is_tag & is_short)
    return tf.concat([found, [1]], axis=0)[0]


def _upright_picture(image, orientation):
    """Turn like `PIL.ImageOps.exif_transpose`."""
    transposed = _is_among_orientations(orientation, 5, 6, 7, 8)
    image = tf.cond(transposed, lambda: tf.transpose(image, (1, 0, 2)), lambda: image)
    mirrored = [
        _is_among_orientations(orientation, 3, 4, 7, 8),
        _is_among_orientations(orientation, 2, 3, 6, 7),
    ]
    return tf.reverse(image, tf.boolean_mask([0, 1], tf.stack(mirrored)))


def _is_among_orientations(number, *numbers):
    return tf.reduce_any(number == tf.constant(numbers, tf.int64))


def _number_in_picture_file(data, start, count, little_endian=False):
    """Read unsigned numbers of `count` bytes from `start` in the last axis of int64 `data`."""
    number = tf.zeros_like(data[..., 0])
    for i in range(count):
        weight = tf.where(little_endian, 256**i, 256 ** (count - 1 - i))
        number += data[..., start + i] * tf.cast(weight, tf.int64)
    return number


def _picture_file_starts_with(data, magic: bytes):
    return tf.strings.substr(data, 0, len(magic)) == magic


def _position_in_picture_file(head, pattern: bytes):
    """Index of the first `pattern` in uint8 `head`, or the size of `head`."""
    size = tf.size(head)
    padded = tf.pad(head, [[0, len(pattern)]])
    matches = [padded[i : size + i] == byte for i, byte in enumerate(pattern)]
    matches = tf.concat([tf.reduce_all(tf.stack(matches), axis=0), [True]], axis=0)
    return tf.argmax(tf.cast(matches, tf.int32), output_type=tf.int32)


def _after_in_picture_file(head, pattern: bytes):
    return head[_position_in_picture_file(head, pattern) + len(pattern) :]

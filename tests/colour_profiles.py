"""ICC profiles of three primaries and a gamma, and what becomes of their colours in sRGB.

The matrices are those that the standards derive from primaries and white point (SMPTE EG 432-1 for
Display P3, IEC 61966-2-1 for sRGB), not those of a colour library.
"""

import struct

import numpy as np

# Columns red, green, blue; XYZ at D65 white.
P3 = np.array(
    [
        [0.4865709, 0.2656677, 0.1982173],
        [0.2289746, 0.6917385, 0.0792869],
        [0.0, 0.0451134, 1.0439444],
    ]
)
SRGB = np.array(
    [
        [0.4123908, 0.3575843, 0.1804808],
        [0.2126390, 0.7151687, 0.0721923],
        [0.0193308, 0.1191948, 0.9505322],
    ]
)
# Bradford adaptation of D65 to the D50 of profiles.
TO_D50 = np.array(
    [
        [1.0478112, 0.0228866, -0.0501270],
        [0.0295424, 0.9904844, -0.0170491],
        [-0.0092345, 0.0150436, 0.7521316],
    ]
)


def profile(matrix=P3, gamma=2.2) -> bytes:
    """A version 2 profile of a display (ICC.1:2001-04)."""
    columns = (TO_D50 @ matrix).T
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": _xyz([0.9642, 1.0, 0.8249]),
        **{key: _xyz(x) for key, x in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)},
        **{key: _curve(gamma) for key in (b"rTRC", b"gTRC", b"bTRC")},
    }
    return _packed(b"RGB ", tags)


def grey_profile(gamma) -> bytes:
    """A version 2 profile of a grey display."""
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": _xyz([0.9642, 1.0, 0.8249]),
        b"kTRC": _curve(gamma),
    }
    return _packed(b"GRAY", tags)


def in_srgb(pixels, matrix=P3, gamma=2.2) -> np.ndarray:
    """What the formulas say of uint8 (..., 3): float in 0..255."""
    linear = (np.asarray(pixels) / 255.0) ** gamma
    linear = np.clip(linear @ (np.linalg.inv(SRGB) @ matrix).T, 0.0, 1.0)
    return 255.0 * srgb_encoded(linear)


def srgb_encoded(linear):
    """The transfer function of sRGB."""
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _xyz(values) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(65536 * x) for x in values))


def _curve(gamma) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(256 * gamma))


def _packed(space: bytes, tags: dict) -> bytes:
    table, data, offset = b"", b"", 128 + 4 + 12 * len(tags)
    for key, value in tags.items():
        value += bytes(-len(value) % 4)
        table += key + struct.pack(">II", offset + len(data), len(value))
        data += value
    body = struct.pack(">I", len(tags)) + table + data
    header = struct.pack(
        ">I4s4s4s4s4s", 128 + len(body), bytes(4), b"\2\x10\0\0", b"mntr", space, b"XYZ "
    )
    header += struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + b"acsp"
    header += bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return header + bytes(128 - len(header)) + body

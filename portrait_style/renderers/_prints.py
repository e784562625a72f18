"""What prints of photographs have in common: brought-out detail, and a curve in three colours."""

import numpy as np

# The largest detail, in tone, that is brought out: what exceeds it is an edge and would get a halo.
LARGEST = 0.06


def bring_out(scene, tone: np.ndarray, clarity) -> np.ndarray:
    """Bring out detail of several sizes, one after the other.

    Args:
        scene: `Scene`.
        tone: float32 (height, width), 0..1.
        clarity: sequence of (sigma in units, gain).

    Returns:
        float32 (height, width), 0..1.
    """
    for sigma, gain in clarity:
        detail = tone - scene.blurred(tone, sigma)
        tone = tone + gain * LARGEST * np.tanh(detail / LARGEST)
    return np.clip(tone, 0.0, 1.0)


def coloured(depth: np.ndarray, depths, tones) -> np.ndarray:
    """Give a print its colours: float32 (height, width, 3).

    Args:
        depth: (height, width), 0..1.
        depths: sequence of float, rising from 0 to 1.
        tones: sequence of (red, green, blue) of the print at these.
    """
    tones = np.asarray(tones)
    return np.stack([np.interp(depth, depths, tones[:, c]) for c in range(3)], -1).astype(
        np.float32
    )

"""Lines of an engraving: evenly spaced, bent by the form, in step with the photo, wide by tone."""

import cv2
import numpy as np

from portrait_style.renderers._scene import blur

# Units at which the period of lines doubles, and the period there in units. Sizes between are not
# used: the size found for a face wavers by some percent when the picture moves, and far from the
# anchor lines would waver with it.
OCTAVE, PERIOD_IN_UNITS = 1.95, 3.1
MIN_PERIOD = 3.0
# Standard deviation, in periods, of the window over the face in which lines fall in step.
WINDOW = 14.0
# Periods over which a place's wish bends the lines around it.
REACH = 2.0


def line_period(unit: float) -> float:
    """Pixels between lines: 1.55 to 3.1 units, in octaves."""
    octave = np.floor(np.log2(max(unit, 1e-3) / OCTAVE))
    return float(max(MIN_PERIOD, PERIOD_IN_UNITS * OCTAVE * 2.0**octave))


def bend(tone: np.ndarray, normal: np.ndarray, period: float, strength: float) -> np.ndarray:
    """Find by how much straight lines give way, in pixels, so that they run along edges.

    Each place asks for lines across which its structure tensor is largest, on the side of `normal`;
    the bend is the least-squares answer to all of them (a screened Poisson equation).

    Args:
        tone: float32 (height, width).
        normal: float (2,), unit vector (x, y) across the straight lines.
        period: float, pixels between lines.
        strength: float, 0 for straight lines, 1 for what the places ask for.

    Returns:
        float32 (height, width).

    References:
        Bhat et al., GradientShop, 2010 (screened Poisson equation); Brox et al., 2006.
    """
    height, width = tone.shape
    step = max(1, int(period // 2))
    size = (max(4, -(-width // step)), max(4, -(-height // step)))
    small = cv2.resize(blur(tone, 0.5 * period), size, interpolation=cv2.INTER_AREA)
    dx, dy = np.gradient(small, axis=1), np.gradient(small, axis=0)
    sigma = 1.6 * period / step
    xx, xy, yy = (blur(product, sigma) for product in (dx * dx, dx * dy, dy * dy))
    floor = 4e-5
    total = xx + yy + floor
    asked_x = ((xx + floor) * normal[0] + xy * normal[1]) / total
    asked_y = ((yy + floor) * normal[1] + xy * normal[0]) / total
    length = np.sqrt(asked_x**2 + asked_y**2 + 0.15**2)
    give = _integrate(
        asked_x / length - normal[0], asked_y / length - normal[1], REACH * period / step
    )
    return cv2.resize(give * step * strength, (width, height), interpolation=cv2.INTER_CUBIC)


def _integrate(along_x: np.ndarray, along_y: np.ndarray, reach: float) -> np.ndarray:
    """Solve laplace(f) - f / reach² = divergence, by the Fourier transform.

    Outside the picture the wishes fade away slowly, so that its border is no source of its own.
    """
    height, width = along_x.shape
    margin = int(np.ceil(4.0 * reach))
    x, y = (_faded(wish, margin) for wish in (along_x, along_y))
    u = 2.0 * np.pi * np.fft.rfftfreq(x.shape[1])[None]
    v = 2.0 * np.pi * np.fft.fftfreq(x.shape[0])[:, None]
    divergence = 1j * (u * np.fft.rfft2(x) + v * np.fft.rfft2(y))
    solved = np.fft.irfft2(-divergence / (u * u + v * v + 1.0 / reach**2), s=x.shape)
    return solved[margin:-margin, margin:-margin].astype(np.float32)


def _faded(wish: np.ndarray, margin: int) -> np.ndarray:
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (margin, margin)
        ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(margin) + 0.5) / margin)
        fade = np.concatenate([ramp, np.ones(wish.shape[axis]), ramp[::-1]])
        wish = np.pad(wish, pad, mode="edge") * (fade[:, None] if axis == 0 else fade[None])
    return wish


def straight_lines(scene, normal: np.ndarray, period: float) -> np.ndarray:
    """Count straight lines across `normal`, in step with the photo: whole numbers where it is dark.

    The step is the phase of the photo's own Fourier coefficient at the lines' frequency, over a
    window around the face: it moves along with the photo to a hundredth of a pixel.

    Args:
        scene: `Scene`.
        normal: float (2,), unit vector (x, y) across the lines.
        period: float, pixels between lines.

    Returns:
        float32 (height, width), in lines.
    """
    height, width = scene.face.shape
    x, y = np.arange(width), np.arange(height)
    columns, rows = _window(scene, WINDOW * line_period(scene.unit))
    columns = columns * np.exp(2j * np.pi * normal[0] * x / period)
    rows = rows * np.exp(2j * np.pi * normal[1] * y / period)
    offset = np.angle(rows @ (1.0 - scene.luminance) @ columns) / (2.0 * np.pi)
    turns = (normal[0] * x[None] + normal[1] * y[:, None]) / period - offset
    return turns.astype(np.float32)


def _window(scene, sigma: float):
    """A wide Gaussian over the face, or over what is dark where there is none: columns and rows."""
    height, width = scene.face.shape
    mass = scene.face if scene.face.max() > 0.3 else 1.0 - scene.luminance
    mass = mass.astype(np.float64) + 1e-9
    x, y = np.arange(width), np.arange(height)
    centre = mass.sum(0) @ x / mass.sum(), mass.sum(1) @ y / mass.sum()
    return tuple(
        np.exp(-0.5 * ((axis - middle) / sigma) ** 2)
        for axis, middle in zip((x, y), centre, strict=True)
    )


def lines(turns: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """Draw a line at each whole number, covering a share of the ground; edges are antialiased.

    Args:
        turns: float32 (height, width), as `straight_lines` gives.
        coverage: float32 (height, width) in 0..1.

    Returns:
        float32 (height, width) in 0..1, the ink: the share of the line in a pixel's box.
    """
    gap = 2.0 * np.abs(turns - np.round(turns))
    slope = np.hypot(np.gradient(turns, axis=1), np.gradient(turns, axis=0))
    box = np.clip(2.0 * slope, 0.05, 1.0)
    covered = np.minimum(coverage, gap + 0.5 * box) - np.maximum(-coverage, gap - 0.5 * box)
    # The line of the next whole number reaches over once the ground is nearly covered.
    over = np.clip(gap + 0.5 * box - (2.0 - coverage), 0.0, None)
    return np.clip((np.clip(covered, 0.0, None) + over) / box, 0.0, 1.0).astype(np.float32)

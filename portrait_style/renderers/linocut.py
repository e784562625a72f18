"""Linocut: black ink and paper, with lines carved along the isophotes of the shading."""

import cv2
import numpy as np

from portrait_style.medium import Medium
from portrait_style.renderers._flow import edge_flow, extended_difference, smooth_along

DESCRIPTION = "linocut in black: solid darks, and carved lines whose width is the tone"
PHOTOGRAPHIC = False
MEDIUM = Medium("paper", scale=4.0, depth=0.04)
INK = np.float32([0.106, 0.102, 0.110])
PAPER = np.float32([0.965, 0.945, 0.905])
# Units from one carved line to the next, on the face and elsewhere.
SPACING_FACE, SPACING = 3.2, 4.5
# Tones of solid ink and of bare paper; lines are carved between them.
INKED, BARE = 0.15, 0.78
# The least share of paper in lines cut into ink, and of ink in lines left on paper.
THINNEST = 0.12, 0.3
# How much darker colour prints than grey, so that skin stands off a pale wall.
COLOURED = 0.2
# Lines a tone at the widest and the narrowest octave: 2 ** these.
OCTAVES = range(2, 7)
# Tone a unit below which ground counts as flat and no line is carved.
FLAT = 0.003
# Radius in units of the tightest turn of a line.
TURN = 7.0


def draw(scene) -> np.ndarray:
    """Draw: the form in ink and paper, finer on the face, with lines carved in its half tones."""
    tone = _even_light(scene)
    flow = edge_flow(scene.blurred(scene.photo, 0.4), 1.5 * scene.unit)
    coarse = _sharpened(scene, tone, flow, 1.2, 3.0)
    middle = _sharpened(scene, tone, flow, 0.5, 5.0)
    fine = _sharpened(scene, tone, flow, 0.3, 5.0)
    form = coarse + scene.face * (middle - coarse)
    form = form + scene.detail * (fine - form)
    # Ink and paper part at a darker tone where all is dark, so that dark faces keep their features
    # and walls are one or the other.
    parting = 0.16 + 0.55 * np.minimum(scene.blurred(tone, 7.0), 0.6)
    lines, amount = _carved(scene, scene.blurred(tone, 1.5))
    amount = amount * (1.0 - 0.65 * scene.face) * (1.0 - scene.detail)
    solid = 7.0 * (form - parting)
    # Half tones of a face need a soft threshold to stay like the person (thinly rolled ink).
    steepness = 3.6 - 2.3 * scene.face
    white = 0.5 + 0.5 * np.tanh(steepness * (amount * lines + (1.0 - 0.5 * amount) * solid))
    return INK + white[..., None] * (PAPER - INK)


def _even_light(scene) -> np.ndarray:
    """Luminance, with the contrast of places stretched so that dark faces keep their features."""
    tone = np.clip(scene.luminance - COLOURED * np.ptp(scene.photo, axis=-1), 0.0, 1.0)
    mean = scene.blurred(tone, 12.0)
    spread = np.sqrt(scene.blurred((tone - mean) ** 2, 12.0) + 1e-6)
    gain = 1.0 + spread / (spread + 0.02) * (np.clip(0.15 / (spread + 0.05), 0.8, 1.6) - 1.0)
    return np.clip(mean + 0.05 * (0.5 - mean) + gain * (tone - mean), 0.0, 1.0)


def _sharpened(scene, tone, flow, sigma, sharpness) -> np.ndarray:
    """Tone sharpened across edges and smoothed along them (XDoG, 2012)."""
    sharp = extended_difference(tone, flow, max(sigma * scene.unit, 0.5), sharpness)
    return smooth_along(sharp, flow.along, max(1.5 * sigma * scene.unit, 0.5))


def _carved(scene, tone) -> tuple[np.ndarray, np.ndarray]:
    """Lines, above 0 where cut to leave as much paper as the tone asks for, and their amount."""
    share = (tone - INKED) / (BARE - INKED)
    level = np.cos(np.pi * np.clip(share, THINNEST[0], 1.0 - THINNEST[1]))
    # No line is thinner than the knife: beyond, all is ink or paper.
    level += 20.0 * np.maximum(THINNEST[0] - share, 0.0)
    level -= 20.0 * np.maximum(share + THINNEST[1] - 1.0, 0.0)
    wave, amount, crisp = _lines(scene)
    return crisp * (wave - level), amount


def _lines(scene) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A wave in -1..1 along isophotes, its amount in 0..1, and how much it must be sharpened.

    Crests lie at whole multiples of the tone times 2^-k, so that those of one octave are also those
    of the next: where shading flattens, lines fade in between lines and none has to turn.
    """
    shading = scene.blurred(np.sqrt(scene.luminance), 3.5)
    dx, dy = (cv2.Scharr(shading, cv2.CV_32F, *d) / 32.0 for d in ((1, 0), (0, 1)))
    slope = scene.unit * np.sqrt(scene.blurred(dx * dx + dy * dy, 4.0)) + 1e-6
    spacing = SPACING + scene.face * (SPACING_FACE - SPACING)
    octave = np.clip(-np.log2(spacing * slope), OCTAVES[0], OCTAVES[-1])
    wave = np.zeros_like(shading)
    for k in OCTAVES:
        weight = np.maximum(0.0, 1.0 - np.abs(octave - k))
        wave += weight * np.cos(2.0 * np.pi * 2.0**k * shading)
    # No lines on even ground, nor where they would close to rings.
    amount = _straightness(scene, dx, dy) * slope**2 / (slope**2 + FLAT**2)
    crisp = np.clip(2.0 ** -OCTAVES[-1] / (spacing * slope), 1.0, 3.0)
    return wave, amount**2 / (amount**2 + (1.0 - amount) ** 2), crisp


def _straightness(scene, dx, dy) -> np.ndarray:
    """1 where isophotes are straight, 0 where they turn within `TURN`: by their curvature."""
    length = np.sqrt(dx * dx + dy * dy + (0.3 * FLAT / scene.unit) ** 2)
    turning = cv2.Scharr(dx / length, cv2.CV_32F, 1, 0)
    turning += cv2.Scharr(dy / length, cv2.CV_32F, 0, 1)
    bend = TURN * scene.unit * scene.blurred(turning / 32.0, 1.0)
    return 1.0 / (1.0 + bend**4)

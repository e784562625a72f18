"""Copperplate engraving: lines whose width is the tone, bent by the form, crossed in shadows."""

import numpy as np

from portrait_style.medium import Medium
from portrait_style.renderers._flow import difference_across, edge_flow, smooth_along
from portrait_style.renderers._hatching import bend, line_period, lines, straight_lines
from portrait_style.renderers._scene import blur

DESCRIPTION = "copperplate engraving as on banknotes: swelling lines in dark ink on cream paper"
PHOTOGRAPHIC = False
MEDIUM = Medium("paper", scale=3.0, depth=0.03)
PAPER, INK = (0.965, 0.94, 0.87), (0.085, 0.095, 0.15)
# Degrees from the horizontal of the lines, and of those that cross them in the shadows.
ANGLE, CROSSING = -14.0, 52.0
# How much the lines give way to the form.
GIVE = 0.85
# Share of fine lines between the lines on a face, and of what is too fine for lines: at the eyes,
# and on faces.
FINE, FINEST, FINEST_ON_FACES = 0.95, 0.45, 0.4
# Tone above which paper stays pure, and share of ink at which lines begin to be crossed.
PURE, CROSSED = 0.95, 0.5
# Widest lines: a spark of paper stays in the blacks.
WIDEST, WIDEST_CROSSING = 0.9, 0.8


def draw(scene) -> np.ndarray:
    """Draw."""
    period = line_period(scene.unit)
    fine = np.clip(blur(FINE * scene.face, 2.0 * period) + blur(scene.detail, period), 0.0, 1.0)
    dark = np.clip((PURE - _tone(scene, period, fine)) / (PURE - 0.1), 0.0, 1.0)
    hatched = _hatched(scene, dark, fine, period)
    ink = 1.0 - (1.0 - hatched) * (1.0 - _contours(scene, period, fine))
    return _printed(ink)


def _printed(ink):
    ink = ink[..., None]
    return (1.0 - ink) * np.asarray(PAPER, np.float32) + ink * np.asarray(INK, np.float32)


def _tone(scene, period, fine) -> np.ndarray:
    """Sharpen in ratios, so that dark skin has as much drawing as fair skin."""
    plain, sharp = (blur(scene.luminance, share * period) + 0.04 for share in (0.2, 0.1))
    tone = plain + np.sqrt(fine) * (sharp - plain)
    around = np.clip(tone / blur(tone, 1.7 * period), 0.3, 1.22)
    close = np.clip(tone / blur(tone, 0.55 * period), 0.5, 1.5)
    return np.clip(tone * around**0.65 * close ** (0.3 + 0.9 * fine) - 0.04, 0.0, 1.0)


def _hatched(scene, dark, fine, period):
    soft = blur(scene.luminance, 0.4 * period)
    cross = np.clip((dark - CROSSED) / (1.0 - CROSSED), 0.0, 1.0) ** 1.2 * WIDEST_CROSSING
    rest = (1.0 - np.clip(1.03 * dark - 0.03, 0.0, 1.0)) / (1.0 - cross)
    main = np.clip(1.0 - rest, 0.0, WIDEST)
    blank = np.ones_like(dark)
    for angle, cover in ((ANGLE, main), (CROSSING, cross)):
        turns = _turns(scene, soft, np.deg2rad(angle), period)
        # Fine lines between the lines, as engravers put them on faces.
        between = 0.5 * fine
        ink = lines(turns, cover * (1.0 - between)) + lines(turns + 0.5, cover * between)
        blank = blank * (1.0 - np.clip(ink, 0.0, 1.0))
    # The finest work at eyes and mouth can no longer be seen as lines.
    finest = FINEST_ON_FACES * fine + FINEST * np.clip(blur(scene.detail, 0.5 * period), 0.0, 1.0)
    return (1.0 - finest) * (1.0 - blank) + finest * dark


def _turns(scene, soft, angle, period):
    normal = np.array([-np.sin(angle), np.cos(angle)])
    return straight_lines(scene, normal, period) + bend(soft, normal, period, GIVE) / period


def _contours(scene, period, fine):
    tone = np.sqrt(blur(scene.luminance, 0.08 * period) + 0.02)
    flow = edge_flow(tone, 0.5 * period)
    edges = difference_across(tone, flow, max(0.55, 0.2 * period), tau=0.99)
    edges = smooth_along(edges, flow.along, 1.0 * period)
    return np.clip((-edges - 0.006 + 0.002 * fine) / 0.015, 0.0, 1.0)

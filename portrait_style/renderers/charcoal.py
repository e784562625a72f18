"""Charcoal and chalk on toned paper: tones laid in with the side of the stick, edges drawn anew."""

import numpy as np

from portrait_style.medium import Medium
from portrait_style.renderers._flow import difference_across, edge_flow, smooth_along
from portrait_style.renderers._hatching import bend, line_period, straight_lines
from portrait_style.renderers._scene import blur

DESCRIPTION = "charcoal with highlights in chalk on grey-brown paper"
PHOTOGRAPHIC = False
MEDIUM = Medium("paper", scale=4.5, depth=0.045, dry=True)
PAPER, COAL, CHALK = (0.735, 0.675, 0.59), (0.095, 0.088, 0.088), (0.985, 0.97, 0.93)
# Tones between which the paper is left bare.
DARKER, LIGHTER = 0.64, 0.7
# Strokes of the stick: waves of (degrees, periods) that beat against one another, so that no two
# strokes are alike.
COAL_STROKES = ((-50.0, 0.93), (-45.0, 1.27), (-56.0, 1.61), (-48.0, 2.2), (-53.0, 3.7))
CHALK_STROKES = ((-28.0, 1.0), (-33.0, 1.37), (-24.0, 1.83), (-30.0, 3.1))
# How much strokes give way to the form.
GIVE = 0.6


def draw(scene) -> np.ndarray:
    """Draw."""
    period = line_period(scene.unit)
    detail = np.clip(blur(scene.detail, 0.7 * period), 0.0, 1.0)
    shown = 1.0 - 0.85 * np.clip(detail + 0.5 * blur(scene.face, 2.0 * period), 0.0, 1.0)
    tone = _tone(scene, period, detail)
    soft = blur(scene.luminance, 0.5 * period)
    coal = np.clip((DARKER - tone) / (DARKER - 0.05), 0.0, 1.0) ** 0.9
    chalk = np.clip((tone - LIGHTER) / (0.97 - LIGHTER), 0.0, 1.0) ** 1.1
    coal = _laid_in(coal, _strokes(scene, soft, COAL_STROKES, period), 0.66 * shown)
    chalk = _laid_in(chalk, _strokes(scene, soft, CHALK_STROKES, period), 0.5 * shown)
    coal = 1.0 - (1.0 - coal) * (1.0 - _edges(scene, period, detail))
    return _mixed(coal, chalk)


def _mixed(coal, chalk):
    drawn = np.asarray(PAPER, np.float32)
    for amount, colour in ((0.95 * chalk, CHALK), (0.97 * coal, COAL)):
        amount = amount[..., None]
        drawn = (1.0 - amount) * drawn + amount * np.asarray(colour, np.float32)
    return drawn


def _tone(scene, period, detail):
    """Tones rubbed along the form, sharper at eyes and mouth; ratios keep dark skin in drawing."""
    tone = scene.luminance + 0.04
    flow = edge_flow(np.log(blur(tone, 0.25 * period)), 1.3 * period)
    rubbed = smooth_along(blur(tone, 0.15 * period), flow.along, 0.5 * period)
    rubbed = rubbed + detail * (blur(tone, 0.08 * period) - rubbed)
    around = np.clip(rubbed / blur(tone, 1.8 * period), 0.4, 1.12)
    close = np.clip(rubbed / blur(tone, 0.6 * period), 0.6, 1.4)
    return np.clip(rubbed * around**0.6 * close ** (0.2 + 0.6 * detail) - 0.04, 0.0, 1.0)


def _strokes(scene, soft, waves, period):
    """Sum the waves, bent a little by the form, to strokes with soft ends; -1..1."""
    normals = [_normal(degrees) for degrees, _ in waves]
    given = bend(soft, normals[0], period, GIVE)
    total = 0.0
    for normal, (_, periods) in zip(normals, waves, strict=True):
        apart = periods * period
        total = total + np.cos(2.0 * np.pi * (straight_lines(scene, normal, apart) + given / apart))
    return np.tanh(0.9 * total)


def _normal(degrees):
    angle = np.deg2rad(degrees)
    return np.array([-np.sin(angle), np.cos(angle)])


def _laid_in(amount, strokes, roughness):
    """Let strokes show where the stick is pressed neither lightly nor hard."""
    shown = roughness * strokes * 2.0 * np.sqrt(amount * (1.0 - amount)) * np.sqrt(amount)
    return np.clip(amount + 0.6 * shown, 0.0, 1.0)


def _edges(scene, period, detail):
    tone = np.sqrt(blur(scene.luminance, 0.08 * period) + 0.02)
    flow = edge_flow(tone, 0.5 * period)
    fine = smooth_along(
        difference_across(tone, flow, max(0.55, 0.2 * period), tau=0.99), flow.along, 0.8 * period
    )
    return 0.9 * np.clip((-fine - 0.006 + 0.001 * detail) / 0.022, 0.0, 1.0)

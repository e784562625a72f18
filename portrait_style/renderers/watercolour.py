"""Watercolour: a few transparent washes over white paper, and fine lines of the brush."""

import numpy as np

from portrait_style.image import LUMA
from portrait_style.medium import Medium
from portrait_style.renderers._flow import edge_flow, extended_difference, smooth_along

DESCRIPTION = "watercolour: transparent washes with dark rims on white paper, a few fine lines"
PHOTOGRAPHIC = False
MEDIUM = Medium("paper", scale=5.0, depth=0.04)
PAPER = np.float32([0.995, 0.985, 0.96])
# What the brush draws lines with: its density.
SEPIA = np.float32([1.0, 1.2, 1.25])
# Density at which each wash begins, and what it adds; paper stays white below the first.
WASHES = (0.2, 0.22), (0.52, 0.36), (1.0, 0.5), (1.65, 0.55)
RIM = 1.0
# Density over which a wash ends.
END = 0.04


def draw(scene) -> np.ndarray:
    """Draw: hues carried wet, further than the tones; then the lines of the brush."""
    light = np.float32(LUMA)
    flow = edge_flow(scene.blurred(scene.photo, 0.5), 1.5 * scene.unit)
    tone = -np.log(np.clip(scene.luminance, 0.05, 1.0))
    # Light tones are painted lighter yet; dark skin and hair keep theirs.
    tone = tone * (0.65 + 0.35 * np.tanh(tone / 0.8) ** 2)
    loose, fine = _sharpened(scene, tone, flow, 1.2, 2.2), _sharpened(scene, tone, flow, 0.25, 5.0)
    washes = _washes(scene, loose + scene.detail * (fine - loose), tone)
    density = scene.blurred(-np.log(np.clip(scene.photo, 0.03, 1.0)), 3.0)
    hue = density / (density @ light + 0.02)[..., None]
    hue = np.maximum(1.0 + 1.3 * (hue - 1.0), 0.05)
    painted = np.exp(-_amount(hue, washes)[..., None] * hue)
    return PAPER * painted * np.exp(-_lines(scene, tone, flow)[..., None] * SEPIA)


def _lines(scene, tone, flow) -> np.ndarray:
    """Density of lines of the brush: what is darker than its surroundings, along the flow."""
    line = scene.blurred(tone, 0.35) - scene.blurred(tone, 1.4)
    line = smooth_along(line, flow.along, max(1.5 * scene.unit, 0.5))
    return np.clip((line - 0.05) / 0.15, 0.0, 1.0) * (0.25 + 0.45 * scene.detail)


def _sharpened(scene, tone, flow, sigma, sharpness) -> np.ndarray:
    """Tone in loose shapes with hard edges (XDoG, 2012); beside dark ones paper shines through."""
    sharp = extended_difference(tone, flow, max(sigma * scene.unit, 0.5), sharpness)
    return smooth_along(sharp, flow.along, max(1.6 * sigma * scene.unit, 0.5))


def _amount(hue, density) -> np.ndarray:
    """How much pigment of a hue gives a density of luminance."""
    amount = density
    for _ in range(3):
        light = np.exp(-amount[..., None] * hue) @ np.float32(LUMA)
        amount = amount * (density + 1e-3) / (1e-3 - np.log(light))
    return amount


def _washes(scene, tone, raw) -> np.ndarray:
    """Density of washes one over the other, each darker along its rim (Bousseau et al., 2006)."""
    total = 0.04 + 0.15 * scene.blurred(raw, 2.5)
    for end, step in WASHES:
        mask = 0.5 + 0.5 * np.tanh((tone - end) / END)
        rim = np.maximum(mask - scene.blurred(mask, 0.8), 0.0)
        total = total + step * (mask + RIM * rim)
    return total

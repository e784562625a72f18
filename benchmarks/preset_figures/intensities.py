"""Does intensity 0 give the photo back, and does every step up lead away from it?"""

from collections.abc import Sequence

import numpy as np
from intensity import INTENSITIES, psnr

from preset_figures.promises import ALL, Figure, figure
from preset_figures.sitters import Sitter


def measure_intensities(stylizer, sitter: Sitter, styles: Sequence[str]) -> dict[str, list[float]]:
    """Draw a photo at every intensity: dict of style to the PSNR against the photo, in dB.

    Args:
        stylizer: `PortraitStylizer`.
        sitter: `Sitter`; its drawings are those at intensity 1.
        styles: of the preset.
    """
    photo = sitter.photo
    return {
        style: [
            *(psnr(photo, stylizer.stylize(photo, style, x)) for x in INTENSITIES[:-1]),
            psnr(photo, sitter.drawing(style)),
        ]
        for style in styles
    }


def rising_share(ratios: np.ndarray) -> float:
    """Share of drawings whose distance from the photo rises at every step of intensity.

    Args:
        ratios: (drawings, intensities), peak signal-to-noise ratios: they fall as distances rise.

    Returns:
        float in 0..1.
    """
    return float(np.mean(np.all(np.diff(ratios, axis=1) < 0.0, axis=1)))


def intensity_figures(measured: Sequence[dict], styles: Sequence[str]) -> list[Figure]:
    """Sum up over photos and styles.

    Args:
        measured: list of what `measure_intensities` returns, one a photo.
        styles: of the preset.

    Returns:
        list of `Figure`.
    """
    # (styles, photos, intensities)
    ratios = np.array([[x[style] for x in measured] for style in styles])
    return [
        figure("intensity_zero", ALL, ratios[..., 0].mean()),
        figure("rising", ALL, rising_share(ratios.reshape(-1, ratios.shape[-1]))),
        *(
            figure("rising_of_style", style, rising_share(x))
            for style, x in zip(styles, ratios, strict=True)
        ),
    ]

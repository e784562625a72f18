"""What renderers look at: the photo, where its face is, and how large strokes are there."""

from dataclasses import dataclass

import cv2
import numpy as np

from portrait_style.image import LUMA

# The share of the shorter side that stands for the face's height where no face is found.
USUAL_HEIGHT = 0.5


@dataclass(frozen=True)
class Scene:
    """A photo as renderers see it.

    Attributes:
        photo: float32 (height, width, 3), sRGB in 0..1.
        unit: float, pixels: a hundredth of the face's height, times the stroke size asked for.
        face: float32 (height, width) in 0..1, how surely a place belongs to the face.
        detail: float32 (height, width) in 0..1: 1 at eyes, mouth and nostrils, where strokes are
            fine, 0 on even ground.
    """

    photo: np.ndarray
    unit: float
    face: np.ndarray
    detail: np.ndarray

    @property
    def luminance(self) -> np.ndarray:
        """Luminance of the photo, float32 (height, width) in 0..1, Rec. 601."""
        return self.photo @ np.asarray(LUMA, np.float32)

    def blurred(self, image: np.ndarray, units: float) -> np.ndarray:
        """Smooth an image by a Gaussian whose standard deviation is given in units."""
        return blur(image, units * self.unit)


def look_at(image: np.ndarray, stroke: float = 1.0) -> Scene:
    """Find the face, and with it the size of strokes.

    Args:
        image: uint8 (height, width, 3).
        stroke: float > 0, times the usual size. Defaults to 1.

    Returns:
        `Scene`; where no face is found, strokes are as for a face of half the shorter side.
    """
    # TensorFlow comes with it; who only lists renderers does without.
    from portrait_style.models.face_parts import find_face

    found = find_face(image)
    height = found.height or USUAL_HEIGHT * min(image.shape[:2])
    photo = image.astype(np.float32) / np.float32(255.0)
    return Scene(photo, stroke * height / 100.0, found.face, found.features)


def blur(image: np.ndarray, sigma: float) -> np.ndarray:
    """Smooth by a Gaussian of `sigma` pixels; edges are mirrored."""
    if sigma < 0.1:
        return image
    return cv2.GaussianBlur(image, (0, 0), float(sigma), borderType=cv2.BORDER_REFLECT_101)

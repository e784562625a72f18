"""Faces in pictures: where they are, and whose.

Both networks are the user's: YuNet and SFace of the OpenCV model zoo, or others of their inputs and
outputs, as ONNX files.
"""

import os
from typing import NamedTuple

import cv2
import numpy as np

from portrait_style.errors import ModelError

# Pictures are laid on a square of one size: a size that changes makes the network start anew.
_CANVAS = 640
_MIN_CONFIDENCE = 0.6
_ERRORS_ONLY = 2


class Face(NamedTuple):
    """A face in a picture.

    Attributes:
        confidence: float in 0..1.
        landmarks: (5, 2), x and y in pixels: right eye, left eye, tip of the nose, right and left
            corner of the mouth, as the person has them.
    """

    confidence: float
    landmarks: np.ndarray


class FaceReader:
    """Find the face in a picture, and describe whose it is.

    Args:
        detector: path of the detection network's ONNX file (YuNet).
        embedding: path of the recognition network's ONNX file (SFace), or `None`: then faces are
            found but not told apart.
        min_confidence: float in 0..1, below which there is no face. Defaults to 0.6.

    Raises:
        ModelError: if a file is missing or is no such network.
    """

    def __init__(self, detector, embedding=None, min_confidence=_MIN_CONFIDENCE):
        _quiet_face_networks()
        size = (_CANVAS, _CANVAS)
        self._detector = _open_face_network(
            detector, lambda path: cv2.FaceDetectorYN.create(path, "", size, min_confidence)
        )
        self._embedding = None
        if embedding is not None:
            self._embedding = _open_face_network(
                embedding, lambda path: cv2.FaceRecognizerSF.create(path, "")
            )

    @property
    def tells_people_apart(self) -> bool:
        """Whether there is a recognition network."""
        return self._embedding is not None

    def find(self, image: np.ndarray) -> Face | None:
        """Find the surest face.

        Args:
            image: uint8 array (height, width, 3).

        Returns:
            `Face`, or `None` where there is none.
        """
        height, width = image.shape[:2]
        scale = _CANVAS / max(height, width)
        # Rounding a very narrow picture must not leave it without pixels.
        target = (max(1, round(width * scale)), max(1, round(height * scale)))
        canvas = np.zeros((_CANVAS, _CANVAS, 3), np.uint8)
        canvas[: target[1], : target[0]] = cv2.resize(image[..., ::-1], target)
        _, found = self._detector.detect(canvas)
        if found is None:
            return None
        best = found[np.argmax(found[:, -1])]
        return Face(float(best[-1]), best[4:14].reshape(5, 2) / scale)

    def embed(self, image: np.ndarray, face: Face) -> np.ndarray:
        """Describe whose face it is.

        Args:
            image: uint8 array (height, width, 3).
            face: `Face`, where it is; one found in the photo serves the result as well.

        Returns:
            (128,) float32 of length 1.
        """
        # The aligner reads the landmarks only, from the places where the detector writes them.
        row = np.concatenate([np.zeros(4), face.landmarks.ravel(), [face.confidence]])
        bgr = np.ascontiguousarray(image[..., ::-1])
        aligned = self._embedding.alignCrop(bgr, row.astype(np.float32)[None])
        vector = self._embedding.feature(aligned)[0]
        return vector / np.linalg.norm(vector)


def _quiet_face_networks() -> None:
    """Keep back OpenCV's remarks on every network that it loads."""
    # OpenCV 5 has moved both.
    home = cv2 if hasattr(cv2, "setLogLevel") else cv2.utils.logging
    home.setLogLevel(_ERRORS_ONLY)


def _open_face_network(path, create):
    if not os.path.isfile(path):
        raise ModelError(f"{path} does not exist; name the network's ONNX file")
    try:
        return create(str(path))
    except (cv2.error, SystemError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ModelError(f"{path} is not a face network that can be read ({reason})") from error

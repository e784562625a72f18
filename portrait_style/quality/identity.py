"""Is the person still there, and recognizable?"""

from typing import NamedTuple

import numpy as np

from portrait_style.quality.face_reader import Face, FaceReader


class Likeness(NamedTuple):
    """What became of one photo's face: is the person recognizable?

    Attributes:
        found: whether a face is found in the result.
        identity: float in [-1, 1], cosine of the embeddings, or `None` without such a network.
        drift: float, see `landmark_drift`, or `None` where no face is found.
    """

    found: bool
    identity: float | None
    drift: float | None


def identity_similarity(first: np.ndarray, second: np.ndarray) -> float:
    """Cosine of two face embeddings, in [-1, 1]: 1 for the same direction."""
    length = np.linalg.norm(first) * np.linalg.norm(second)
    return float(np.dot(first, second) / length)


def landmark_drift(photo_landmarks: np.ndarray, fake_landmarks: np.ndarray) -> float:
    """Mean distance by which landmarks moved, relative to that between the photo's eyes.

    Args:
        photo_landmarks, fake_landmarks: (5, 2), the eyes first, in pictures of one size.

    Returns:
        float, 0 or more: 0 where nothing moved, 1 where all moved by the distance of the eyes.

    Example:
        >>> photo = np.array([[10, 10], [30, 10], [20, 20], [15, 30], [25, 30]])
        >>> landmark_drift(photo, photo + [0, 5])
        0.25
    """
    moved = np.linalg.norm(np.asarray(fake_landmarks) - photo_landmarks, axis=1)
    return float(moved.mean() / np.linalg.norm(photo_landmarks[0] - photo_landmarks[1]))


def likeness(reader: FaceReader, photo: np.ndarray, fake: np.ndarray) -> Likeness | None:
    """Compare the face in a photo with that in its result: is the person recognizable?

    Args:
        reader: `FaceReader`.
        photo, fake: uint8 arrays of one shape (height, width, 3).

    Returns:
        `Likeness`, or `None` where the photo has no face to compare with.
    """
    before = reader.find(photo)
    if before is None:
        return None
    after = reader.find(fake)
    # The photo's landmarks serve both: a face that the detector misses can still be compared.
    identity = _identity(reader, photo, fake, before) if reader.tells_people_apart else None
    drift = None if after is None else landmark_drift(before.landmarks, after.landmarks)
    return Likeness(after is not None, identity, drift)


def _identity(reader: FaceReader, photo, fake, face: Face) -> float:
    return identity_similarity(reader.embed(photo, face), reader.embed(fake, face))

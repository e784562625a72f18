"""Does a clip stay as steady as the film it was drawn from?"""

import numpy as np


def flicker(photo_frames, fake_frames) -> float:
    """Change from frame to frame of the result, relative to that of the photo.

    Args:
        photo_frames: (frames, height, width, 3), any range; two frames or more.
        fake_frames: the frames drawn from them, likewise.

    Returns:
        float, 0 or more: 1 as steady as the photo, more where the drawing adds change. 0 where
        neither changes, infinity where the result alone does.

    Raises:
        ValueError: if the shapes differ or there are fewer than two frames.
    """
    photo, fake = (np.asarray(frames, np.float64) for frames in (photo_frames, fake_frames))
    if photo.shape != fake.shape or len(photo) < 2:
        raise ValueError(
            "`fake_frames` must be two or more frames of the shape of `photo_frames`. "
            f"Received: {photo.shape} and {fake.shape}."
        )
    before, after = (np.abs(np.diff(frames, axis=0)).mean() for frames in (photo, fake))
    if before == 0.0:
        return 0.0 if after == 0.0 else float("inf")
    return float(after / before)


def moving_clip(photo, frames=4, noise=2.0, seed=0) -> np.ndarray:
    """Film a photo by a hand that moves and a camera that is noisy.

    Args:
        photo: uint8 array (height, width, 3), sides longer than `frames`.
        frames: int. Defaults to 4.
        noise: float, standard deviation of the pixels' noise, of 255. Defaults to 2.
        seed: int, of the noise. Defaults to 0.

    Returns:
        uint8 (frames, height - frames + 1, width - frames + 1, 3): each frame one pixel further
        down and to the right.
    """
    height, width = (side - frames + 1 for side in photo.shape[:2])
    windows = np.stack([photo[i : i + height, i : i + width] for i in range(frames)])
    noisy = windows + np.random.default_rng(seed).normal(0.0, noise, windows.shape)
    return np.clip(np.round(noisy), 0, 255).astype(np.uint8)

"""What people are shown in a session can be judged: pictures neither near black nor near white."""

import numpy as np
from skimage.color import rgb2gray
from skimage.data import astronaut

from portrait_style import FeedbackSession, PortraitStylizer

SEEDS = range(8)
# In 0..1: of a whole picture, and the least between the dark and the light tenth of its pixels.
DARKEST, LIGHTEST, LEAST_CONTRAST = 0.15, 0.85, 0.25


def test_candidates_are_neither_near_black_nor_near_white():
    stylizer = PortraitStylizer.from_preset("mobile")
    photo = astronaut()[0:256:2, 96:352:2]
    for seed in SEEDS:
        for code in FeedbackSession.start(stylizer.bank, seed).codes:
            tones = rgb2gray(stylizer.stylize(photo, code))
            assert DARKEST < tones.mean() < LIGHTEST, seed
            dark, light = np.percentile(tones, [10, 90])
            assert light - dark > LEAST_CONTRAST, seed

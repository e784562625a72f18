"""What a session of feedback looks like: its rounds, what was chosen, and what came of it."""

import sys
from pathlib import Path

import numpy as np

from portrait_style import FeedbackSession
from portrait_style.image import resize_longer_side
from portrait_style.reports.sheet import captioned_grid

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

from simulated_people import SimulatedPerson

ROUNDS, SHOWN = 4, 6
PERSON, SESSION = 5, 0
CELL, FRAME = 144, 6
FRAME_COLOUR = (0, 114, 178)


def feedback_picture(stylizer, photo: np.ndarray) -> np.ndarray:
    """Let a simulated person choose, and draw every round and the end.

    Args:
        stylizer: `PortraitStylizer` with named styles.
        photo: uint8 array (height, width, 3).

    Returns:
        uint8 array (height, width, 3): a row a round, the chosen pictures framed; then the photo,
        the photo by the profile, and by the code that the person had in mind.
    """
    small = resize_longer_side(photo, 2 * CELL)
    person = SimulatedPerson(stylizer.bank, np.random.default_rng(PERSON), noise=0.0)
    session = FeedbackSession.start(stylizer.bank, SESSION)
    pictures = {}
    for number in range(1, ROUNDS + 1):
        liked = person.like(session.codes)
        session.choose(liked)
        for place, code in enumerate(session.codes, start=1):
            drawn = stylizer.stylize(small, code)
            is_liked = place in liked
            caption = f"round {number}, {place}{': liked' if is_liked else ''}"
            pictures[caption] = framed(drawn) if is_liked else drawn
        if number < ROUNDS:
            session.next()
    session.settle()
    pictures["photo"] = small
    pictures["the profile"] = framed(stylizer.stylize(small, session.code))
    pictures["what was wished for"] = stylizer.stylize(small, person.taste.astype(np.float32))
    return captioned_grid(pictures, SHOWN, CELL)


def framed(picture: np.ndarray) -> np.ndarray:
    """Draw a frame inside the edges of a picture twice as large as its cell."""
    made = picture.copy()
    edge = 2 * FRAME
    for side in (np.s_[:edge], np.s_[-edge:], np.s_[:, :edge], np.s_[:, -edge:]):
        made[side] = FRAME_COLOUR
    return made

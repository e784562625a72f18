"""Simulated people, to measure how soon a session finds what somebody likes."""

from dataclasses import dataclass

import numpy as np

from portrait_style.personalization.region import (
    SHARE_WITHIN_SPAN,
    SPREAD,
    PlausibleRegion,
    standardized,
)
from portrait_style.personalization.session import FeedbackSession
from portrait_style.styles.bank import StyleBank


@dataclass(frozen=True)
class Outcome:
    """How far a session got.

    Attributes:
        by_round: tuple of float, degrees between the hidden taste and the code after each round.
        best_style: float, degrees between the taste and the nearest style of the model.
    """

    by_round: tuple[float, ...]
    best_style: float

    @property
    def won(self) -> bool:
        """Whether the profile came nearer than any style."""
        return self.by_round[-1] < self.best_style


class SimulatedPerson:
    """Likes the pictures whose codes are nearest to a hidden point.

    The point is a mix of random styles, moved as far as the pictures of a style spread; partly in
    directions in which no session looks.

    Args:
        bank: `StyleBank` of the model that draws.
        rng: `numpy.random.Generator`.
        noise: float, standard deviation of perceived distances, relative. Defaults to 0.1.
    """

    def __init__(self, bank: StyleBank, rng: np.random.Generator, noise: float = 0.1):
        self._rng, self._noise = rng, noise
        within = PlausibleRegion(bank).sample(1, rng)[0]
        beyond = SPREAD * np.sqrt(1.0 - SHARE_WITHIN_SPAN) * rng.normal(size=within.size)
        self.taste = standardized(within + beyond)

    def like(self, codes, count: int = 2) -> list[int]:
        """Name the pictures that please most, by their numbers from 1."""
        distances = np.linalg.norm(codes - self.taste, axis=1)
        perceived = distances * (1.0 + self._noise * self._rng.normal(size=len(codes)))
        return sorted((np.argsort(perceived)[:count] + 1).tolist())


def simulate(bank: StyleBank, seed: int, rounds: int = 6, noise: float = 0.1) -> Outcome:
    """Run a session with a simulated person.

    Args:
        bank: `StyleBank` of the model that draws.
        seed: int, of the person and of the session.
        rounds: int. Defaults to 6.
        noise: float, as for `SimulatedPerson`. Defaults to 0.1.
    """
    # Imported here, as scikit-learn is, which brings it.
    from threadpoolctl import threadpool_limits

    # So small matrices take longer on two threads than on one, on a busy machine ten times.
    with threadpool_limits(1):
        return _session(bank, seed, rounds, noise)


def _session(bank: StyleBank, seed: int, rounds: int, noise: float) -> Outcome:
    person = SimulatedPerson(bank, np.random.default_rng([seed, 1]), noise)
    session = FeedbackSession.start(bank, seed)
    by_round = []
    for number in range(1, rounds + 1):
        session.choose(person.like(session.codes))
        if number < rounds:
            session.next()
        else:
            session.settle()
        by_round.append(angle(session.code, person.taste))
    styles = [angle(bank.code(name), person.taste) for name in bank.names]
    return Outcome(tuple(by_round), min(styles))


def angle(code, other) -> float:
    """Degrees between two codes."""
    cosine = np.dot(code, other) / (np.linalg.norm(code) * np.linalg.norm(other))
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))

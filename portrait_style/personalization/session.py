"""A feedback session: show codes, hear which pleased, show better ones."""

import os

import numpy as np

from portrait_style.errors import ArgumentError, ProfileError
from portrait_style.personalization.preference import PreferenceModel
from portrait_style.personalization.proposals import (
    propose_best_code,
    propose_first_round,
    propose_next_round,
)
from portrait_style.personalization.region import PlausibleRegion
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.choices import Round
from portrait_style.styles.fingerprint import fingerprint
from portrait_style.styles.profile import (
    Profile,
    check_new_profile,
    read_profile,
)

# How far apart codes are that please clearly more or less, in extents of the region of styles: who
# chooses among styles that are alike looks at them the closer.
_PREFERENCE_SCALE = 0.44


class FeedbackSession:
    """Find out which style somebody likes, by rounds of six codes.

    Args:
        bank: `StyleBank` of the model that draws.
        profile: `Profile` to go on with.

    Raises:
        ModelError: if the bank has no styles to mix.

    Example: a round and what follows from it::

        stylizer = PortraitStylizer.from_preset("mobile")
        session = FeedbackSession.start(stylizer.bank)
        pictures = [stylizer.stylize("me.jpg", code) for code in session.codes]
        session.choose([1, 4])
        session.next()
        session.save("me.json")
        stylizer.stylize("me.jpg", "me.json")
    """

    def __init__(self, bank: StyleBank, profile: Profile):
        self.region = PlausibleRegion(bank)
        self.profile = profile

    @classmethod
    def start(cls, bank: StyleBank, seed: int = 0) -> "FeedbackSession":
        """Propose a first round of varied codes.

        Args:
            bank: `StyleBank` of the model that draws.
            seed: int, 0 or more. Defaults to 0.

        Raises:
            ModelError: if the bank has no styles to mix.
            ArgumentError: if `seed` is negative.
        """
        if seed < 0:
            raise ArgumentError(f"`seed` must be 0 or more. Received: seed={seed}.")
        codes = propose_first_round(PlausibleRegion(bank), np.random.default_rng([seed, 0]))
        return cls(bank, Profile(fingerprint(bank), seed, [Round(_session_codes_as_stored(codes))]))

    @classmethod
    def load(cls, path: str | os.PathLike, bank: StyleBank) -> "FeedbackSession":
        """Go on with a profile.

        Raises:
            ProfileError: if it is missing, damaged or of another model.
            ModelError: if the bank has no styles to mix.
        """
        return cls(bank, read_profile(path, bank))

    @property
    def codes(self) -> np.ndarray:
        """The codes of the round that is shown, (6, code_size) float32."""
        return self.profile.rounds[-1].codes

    @property
    def number(self) -> int:
        """Number of the round that is shown, from 1."""
        return len(self.profile.rounds)

    @property
    def code(self) -> np.ndarray | None:
        """The best code so far, (code_size,) float32, or `None`."""
        return self.profile.code

    def choose(self, liked) -> None:
        """Record which pictures of the round pleased; see `Round.choose`."""
        self.profile.rounds[-1].choose(liked)

    def choose_better(self, better: int, worse: int) -> None:
        """Record which of two pictures of the round pleased more; see `Round.choose_better`."""
        self.profile.rounds[-1].choose_better(better, worse)

    def next(self) -> np.ndarray:
        """Propose the next round; without any choice so far, other varied codes.

        Returns:
            float32 array of shape (6, code_size).
        """
        rng = np.random.default_rng([self.profile.seed, self.number])
        if self.has_choices:
            self.settle()
            codes = propose_next_round(self.region, self._preference(), rng)
        else:
            codes = propose_first_round(self.region, rng, self._shown())
        self.profile.rounds.append(Round(_session_codes_as_stored(codes)))
        return self.codes

    @property
    def has_choices(self) -> bool:
        """Whether anything was chosen in any round; `settle` needs it."""
        return any(entry.comparisons for entry in self.profile.rounds)

    def settle(self) -> np.ndarray:
        """Make the best code of what was chosen so far the profile's code.

        Returns:
            float32 array of shape (code_size,).

        Raises:
            ProfileError: if nothing was chosen yet.
        """
        if not self.has_choices:
            raise ProfileError("nothing was chosen yet; run feedback choose first")
        rng = np.random.default_rng(self.profile.seed)
        self.profile.code = _session_codes_as_stored(
            propose_best_code(self.region, self._preference(), rng)
        )
        return self.profile.code

    def save(self, path: str | os.PathLike, overwrite: bool = False) -> None:
        """Settle the code and write the profile.

        Args:
            path: ends with `.json`.
            overwrite: bool, whether an existing file may be replaced. Defaults to `False`.

        Raises:
            OutputError: if it cannot be written there.
            ProfileError: if nothing was chosen yet.
        """
        check_new_profile(path, overwrite)
        self.settle()
        self.profile.save(path)

    def liked_codes(self) -> np.ndarray:
        """Return the codes that pleased in the last round with a choice, (liked, code_size)."""
        return [entry for entry in self.profile.rounds if entry.comparisons][-1].liked_codes()

    def _preference(self) -> PreferenceModel:
        comparisons, first = [], 0
        for entry in self.profile.rounds:
            comparisons += [(first + i, first + j) for i, j in entry.comparisons]
            first += len(entry.codes)
        model = PreferenceModel(_PREFERENCE_SCALE * self.region.extent)
        return model.fit(self.region.coordinates(self._shown()), comparisons)

    def _shown(self) -> np.ndarray:
        return np.concatenate([entry.codes for entry in self.profile.rounds])


def _session_codes_as_stored(codes) -> np.ndarray:
    """Round as the profile's file does, so that a session goes on the same from the file."""
    return np.round(codes, 6).astype(np.float32)

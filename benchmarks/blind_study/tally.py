"""Who won how often, and how sure that is."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

from blind_study.study import SOURCES, Question, Study
from blind_study.votes import Vote
from portrait_style.reports.table import format_table

HEADER = ["drawn by", "votes", "best", "share", "95 %", "by chance", "faulty", "looked at"]


@dataclass
class SourceTally:
    """What was said of the drawings of one source.

    Attributes:
        votes: int, questions with a best drawing where it was shown.
        best: int, how often it was the best.
        by_chance: float, how often it would be if nobody looked.
        looked_at: int, questions where it was shown with a best or a faulty drawing.
        faulty: int, how often it was marked as faulty.
    """

    votes: int = 0
    best: int = 0
    by_chance: float = 0.0
    looked_at: int = 0
    faulty: int = 0

    def cells(self) -> list[str]:
        """Write votes, best, share, interval, chance and faults."""
        shown = ["-"] * 3
        if self.votes:
            low, high = wilson_interval(self.best, self.votes)
            chance = self.by_chance / self.votes
            interval = f"{100.0 * low:.1f} to {100.0 * high:.1f} %"
            shown = [_percent(self.best / self.votes), interval, _percent(chance)]
        return [str(self.votes), str(self.best), *shown, str(self.faulty), str(self.looked_at)]


def wilson_interval(successes: int, count: int, confidence: float = 0.95) -> tuple[float, float]:
    """Say between what a share lies, of which a sample is known; it is right for few votes, too.

    Args:
        successes: int in 0..count.
        count: int, 1 or more.
        confidence: float in (0, 1). Defaults to 0.95.

    Returns:
        Two floats in [0, 1].

    Example:
        >>> [round(x, 4) for x in wilson_interval(8, 10)]
        [0.4902, 0.9433]

    References:
        Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    share = successes / count
    middle = share + z * z / (2.0 * count)
    half = z * math.sqrt(share * (1.0 - share) / count + z * z / (4.0 * count * count))
    low, high = ((middle + sign * half) / (1.0 + z * z / count) for sign in (-1.0, 1.0))
    return max(0.0, low), min(1.0, high)


def count_votes(answered: Iterable[tuple[Question, Vote]]) -> dict[str, SourceTally]:
    """Count by source, in the order of `SOURCES`; who was shown nowhere is left out."""
    tallies: dict[str, SourceTally] = {}
    for question, vote in answered:
        for letter, source in zip(question.letters, question.sources, strict=True):
            tally = tallies.setdefault(source, SourceTally())
            tally.looked_at += 1
            tally.faulty += letter in vote.faulty
            if vote.best is not None:
                tally.votes += 1
                tally.best += letter == vote.best
                tally.by_chance += 1.0 / len(question.letters)
    return {source: tallies[source] for source in SOURCES if source in tallies}


def tally_text(study: Study, votes: dict[int, Vote]) -> str:
    """Lay out the table of all votes, and one of each style."""
    answered = [(study.questions[number - 1], vote) for number, vote in sorted(votes.items())]
    count = sum(vote.best is not None for _, vote in answered)
    lines = [f"{count} of {len(study.questions)} questions have a vote."]
    if answered:
        lines += ["", _table(answered)]
    for style in sorted({question.style for question, _ in answered}):
        chosen = [(question, vote) for question, vote in answered if question.style == style]
        lines += ["", style, _table(chosen)]
    return "\n".join(lines)


def _table(answered) -> str:
    rows = [[source, *tally.cells()] for source, tally in count_votes(answered).items()]
    return format_table(HEADER, rows)


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f} %"

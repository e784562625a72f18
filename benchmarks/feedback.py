"""Let simulated people choose: how near does their profile come to what they like?

    python benchmarks/feedback.py --people 50

Each likes the two of six pictures whose codes are nearest to a hidden one, judged with some noise.
`nearer` is the share of people whose profile ends nearer to it than any style of the model does;
the other columns are medians of degrees between codes.
"""

import argparse

import numpy as np
from simulated_people import simulate
from tqdm import tqdm

from portrait_style.model_files.preset import preset_names
from portrait_style.model_files.trained_model import open_model
from portrait_style.reports.table import format_table


def main() -> None:
    """Print a row a preset and noise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=6)
    arguments = parser.parse_args()
    header = ["model", "noise", "nearer", "best style"]
    header += [f"round {number + 1}" for number in range(arguments.rounds)]
    cases = [(preset, noise) for preset in preset_names() for noise in (0.0, 0.1, 0.25)]
    # Drawn on a terminal only.
    rows = [row(*case, arguments) for case in tqdm(cases, unit="row", disable=None)]
    print(f"{arguments.people} simulated people, {arguments.rounds} rounds of 6 pictures")
    print(format_table(header, rows))


def row(preset: str, noise: float, arguments) -> list[str]:
    bank = open_model(preset).bank
    outcomes = [simulate(bank, seed, arguments.rounds, noise) for seed in range(arguments.people)]
    nearer = np.mean([outcome.won for outcome in outcomes])
    medians = np.median([[o.best_style, *o.by_round] for o in outcomes], axis=0)
    return [preset, f"{noise:g}", f"{nearer:.0%}", *(f"{degrees:.1f}" for degrees in medians)]


if __name__ == "__main__":
    main()

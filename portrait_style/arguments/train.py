"""The arguments of `train`."""

import argparse

from portrait_style.arguments.perceptual import add_perceptual
from portrait_style.arguments.values import loss_weights


def add_train(commands):
    """Add the parser of `train` to what `ArgumentParser.add_subparsers` returned."""
    command = commands.add_parser(
        "train",
        help="train styles from a folder of pictures",
        description="Learn every sub-folder of --styles as a style.",
        epilog=(
            "examples:\n"
            "  portrait-style train --photos photos --styles styles --output runs/first\n"
            "  portrait-style train --resume runs/first"
        ),
        # What is not given is left to the defaults of `TrainingConfig`.
        argument_default=argparse.SUPPRESS,
    )
    add = command.add_argument
    add("--photos", metavar="DIR", help="photos of faces; sub-folders count too")
    add("--styles", metavar="DIR", help="a folder a style, or one folder of pictures")
    add("--output", metavar="RUN", help="folder for the run, new or empty")
    add("--preset", choices=("mobile", "large"), help="size of the generator (default: mobile)")
    add("--steps", type=int, metavar="N", help="training steps (default: 4000)")
    add("--size", type=int, metavar="N", help="pixels, a multiple of 16 (default: 128)")
    add("--batch", type=int, metavar="N", help="pictures a step (default: 8)")
    add_perceptual(add)
    add(
        "--loss-weights",
        type=loss_weights,
        metavar="NAME=X,...",
        help="weights of losses that are not to have their default, such as style=3,content=2",
    )
    add(
        "--initial",
        metavar="PRESET|PATH",
        help="trained networks to start from; a large generator can start from a mobile one",
    )
    add(
        "--learning-rate",
        dest="generator_learning_rate",
        type=float,
        metavar="X",
        help="of the generator, at its height; it rises for up to 100 steps, then falls "
        "(default: 0.001)",
    )
    add(
        "--discriminator-learning-rate",
        type=float,
        metavar="X",
        help="likewise (default: 0.0004)",
    )
    add(
        "--validation-fraction",
        type=float,
        metavar="0..1",
        help="share of the files that is held out from training (default: 0.1)",
    )
    add("--seed", type=int, metavar="N", help="default: 0")
    add(
        "--sample-every",
        type=int,
        metavar="N",
        help="steps between sheets and checkpoints (default: 100)",
    )
    add(
        "--deterministic",
        action="store_true",
        help="equal runs give equal bits, also when killed and resumed (slower)",
    )
    add(
        "--adaptive",
        action="store_true",
        help="augment what the discriminator sees as far as it overfits, with R1 unless "
        "--loss-weights sets r1, for small style folders; watch for collapse",
    )
    add(
        "--adversarial-robustness",
        type=float,
        metavar="EPS",
        help="draw photos alike that differ by up to EPS/255 a pixel, such as 4 (default: 0, off)",
    )
    add(
        "--quality-target",
        type=float,
        metavar="0..1",
        help="raise the loss weight of content or style while its measured quality is below this",
    )
    add(
        "--patience",
        type=int,
        metavar="N",
        help="stop after N measurements, one every --sample-every steps, without a better total",
    )
    add(
        "--resume",
        nargs="?",
        const="",
        default=None,
        metavar="RUN",
        help="go on with a run, that of --output if none is named; what is not given is as it was, "
        "and --steps may be raised",
    )
    add("--dry-run", action="store_true", default=False, help="say what would be done")
    command.set_defaults(debug=False)
    return command

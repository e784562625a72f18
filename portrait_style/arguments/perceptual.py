"""The arguments that choose what judges content and style."""


def add_perceptual(add, **default) -> None:
    """Add `--perceptual` and `--perceptual-weights`.

    Args:
        add: `ArgumentParser.add_argument` of the command.
        **default: `default` of the network, where the parser has no other way for what is not
            given.
    """
    add(
        "--perceptual",
        choices=("compact", "vgg16", "vgg19"),
        help="network that judges content and style (default: compact)",
        **default,
    )
    add("--perceptual-weights", metavar="FILE", help="its weights (default: bundled or downloaded)")

"""Styles of the presets of version 0, and which of today's comes nearest to each."""

# The nearest first: not every preset knows all.
NEAREST = {
    "daguerreotype": ("film_black_white",),
    "lithograph": ("old_engraving", "engraving"),
    "picture_scroll": ("gouache",),
    "sepia_photograph": ("sepia",),
}


def nearest_style(name: str, names) -> str | None:
    """Tell which style comes nearest to a former one; `None` for any other name.

    Args:
        name: str, which the model does not know.
        names: list of str, the styles that it knows.

    Example:
        >>> nearest_style("sepia_photograph", ["oil", "sepia"])
        'sepia'
    """
    return next((near for near in NEAREST.get(name, ()) if near in names), None)


def unknown_style(name: str, names) -> str:
    """Say that no style is called so, and which are known.

    Args:
        name, names: as for `nearest_style`.
    """
    nearest = nearest_style(name, names)
    hint = "" if nearest is None else f"nearest: {nearest}; "
    return f"no style is called {name!r}; {hint}known: {', '.join(names)}"

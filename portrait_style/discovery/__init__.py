"""Find styles in a folder of mixed pictures, without labels.

`discover` is loaded when it is first used, as it needs TensorFlow and the `discover` extra.
"""


def __getattr__(name):
    """Load `discover` from the module it lives in."""
    if name != "discover":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from portrait_style.discovery.run import discover

    return discover

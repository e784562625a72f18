"""Draw photos in styles, measure the results, and report.

`evaluate` is loaded when it is first used: the command line's `--help` needs a module of this
package, but neither TensorFlow nor the `evaluate` extra.
"""


def __getattr__(name):
    """Load `evaluate` from the module it lives in."""
    if name != "evaluate":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from portrait_style.evaluation.run import evaluate

    return evaluate

"""What the commands do, one module for those that belong together.

They are the place where training and export are put together with the rest. TensorFlow is imported
inside the functions, after everything that can be checked without it.
"""

from portrait_style.commands.discover import discover
from portrait_style.commands.evaluate import evaluate
from portrait_style.commands.export import benchmark, export
from portrait_style.commands.feedback import feedback
from portrait_style.commands.optimize import optimize
from portrait_style.commands.stylize import interpolate, styles, stylize
from portrait_style.commands.train import adapt, train

COMMANDS = {
    "styles": styles,
    "stylize": stylize,
    "interpolate": interpolate,
    "optimize": optimize,
    "discover": discover,
    "feedback": feedback,
    "train": train,
    "adapt": adapt,
    "evaluate": evaluate,
    "export": export,
    "benchmark": benchmark,
}

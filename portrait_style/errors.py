"""The errors that a caller may want to tell apart.

Wrong arguments raise the built-in ``ValueError`` or ``TypeError``. The classes here are for what
is wrong with somebody's files; each message says what to do next.
"""


class PortraitStyleError(Exception):
    """Base of every error that the package itself defines."""


class ImageError(PortraitStyleError):
    """A picture cannot be used: missing, damaged, too large, or not a still image."""


class DatasetError(PortraitStyleError):
    """A folder does not hold the pictures that training needs."""


class ModelError(PortraitStyleError):
    """A preset or model file is missing, damaged, or not of this package."""


class ProfileError(PortraitStyleError):
    """A profile is missing, damaged, of another model, or not that far yet."""


class RunFolderError(PortraitStyleError):
    """A run folder cannot be written, or was made with another configuration."""


class OutputError(PortraitStyleError):
    """A result cannot be written where it was asked for."""


class DivergenceError(PortraitStyleError, FloatingPointError):
    """A training step gave figures or weights that are not finite."""


class TrainingInterruptedError(KeyboardInterrupt):
    """Training was asked to end; its checkpoint is saved, and the message says how to go on.

    Attributes:
        exit_code: int, 128 and the number of the signal, as shells have it.
    """

    def __init__(self, message: str, signal_number: int):
        super().__init__(message)
        self.exit_code = 128 + signal_number


class ArtefactError(PortraitStyleError):
    """An exported file does not run in its own runtime, or not as it should."""


class ParityError(ArtefactError):
    """An exported file runs, but its pictures are not those of the Keras model."""

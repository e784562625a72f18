"""The errors that a caller may want to tell apart.

Wrong arguments raise the built-in ``ValueError`` or ``TypeError``; those that commands hand on as
somebody typed them, an ``ArgumentError``, which cannot be taken for a mistake of ours. The classes
here are for what is wrong with somebody's call, files or installation; each message says what to do
next.
"""


class PortraitStyleError(Exception):
    """Base of every error that the package itself defines."""


class ArgumentError(PortraitStyleError, ValueError):
    """An argument that somebody chose is out of its range."""


class MissingPackageError(PortraitStyleError, ImportError):
    """A package that an extra brings is not installed; the message says how to install it."""


class ImageError(PortraitStyleError):
    """A picture cannot be used: missing, damaged, too large, or not a still image."""


class DatasetError(PortraitStyleError):
    """A folder does not hold the pictures that training needs."""


class ModelError(PortraitStyleError):
    """A preset or model file is missing, damaged, or not of this package."""


class ProfileError(PortraitStyleError):
    """A profile is missing, damaged, of another model, or not that far yet."""


class SharedStyleError(PortraitStyleError):
    """A style that was handed on is missing, damaged, or of another model."""


class RunFolderError(PortraitStyleError):
    """A run folder cannot be written, or was made with another configuration."""


class OutputError(PortraitStyleError):
    """A result cannot be written where it was asked for."""


class StorageError(PortraitStyleError):
    """The storage of a studio is damaged, of a newer version, or lacks a file."""


class DownloadError(PortraitStyleError):
    """A program of others cannot be fetched, or is not what it should be."""


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

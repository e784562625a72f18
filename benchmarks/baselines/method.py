"""What the table needs of a method."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from baselines.setting import Setting
from baselines.training import record_of


class Method(ABC):
    """A way of drawing a photo after a style picture.

    Args:
        name: str, as in the table.
        setting: `Setting`.
    """

    def __init__(self, name: str, setting: Setting):
        self.name = name
        self.setting = setting

    @property
    def photos(self) -> list[Path]:
        """Paths of the photos that it draws."""
        return self.setting.held_out_photos

    def reason_to_skip(self) -> str | None:
        """Say what it lacks, or `None`."""
        return None

    def weights_path(self, style_set: str) -> Path | None:
        """Where the weights are with which it draws a style set, if it was trained here."""
        return None

    def train(self) -> None:
        """Train what is missing: nothing, but of methods that are trained here."""
        return None

    def trainings(self) -> dict[str, dict]:
        """Read what the trainings of its networks reached, by the networks' names."""
        return {}

    @abstractmethod
    def hand(self, style_set: str) -> Callable:
        """Return the function of a photo and a style picture, uint8 arrays, to the result."""

    def tflite(self) -> bytes | None:
        """Convert what runs for every photo, at 256 x 256 in float16, or `None`."""
        return None

    def timed(self) -> tuple[float | None, float] | None:
        """Measure size in MB and milliseconds a photo where there is no TFLite file."""
        return None


class TrainedMethod(Method):
    """A method whose networks are trained here."""

    #: Style sets with a network of their own; `None` is one network for all.
    parts: tuple

    def weights_path(self, style_set: str) -> Path:
        """Where the weights are with which it draws a style set."""
        return self.setting.weights_path(self.name, style_set if style_set in self.parts else None)

    def missing_parts(self) -> list:
        """List the style sets for which no network is trained yet."""
        paths = {part: self.setting.weights_path(self.name, part) for part in self.parts}
        return [part for part, path in paths.items() if not path.is_file()]

    def trainings(self) -> dict[str, dict]:
        """Read what the trainings of its networks reached, by the networks' names."""
        paths = [record_of(self.setting.weights_path(self.name, part)) for part in self.parts]
        return {path.stem: json.loads(path.read_text()) for path in paths if path.is_file()}

    def train(self) -> None:
        """Train what is missing; the minutes are shared among its networks."""
        for part in self.missing_parts():
            self.train_part(part, self.setting.minutes / len(self.parts))

    @abstractmethod
    def train_part(self, style_set: str | None, minutes: float) -> None:
        """Train one network and save it."""

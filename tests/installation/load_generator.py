"""Load what `train_in_python.py` saved, in another process, by Keras alone."""

import keras
import numpy as np

import portrait_style  # noqa: F401 - Keras finds the layers by it

generator = keras.models.load_model("generator.keras")
photo = np.zeros((1, 64, 64, 3), np.float32)
drawn = np.asarray(generator({"photo": photo, "style_code": np.zeros((1, 64), np.float32)}))
if drawn.shape != photo.shape or not np.isfinite(drawn).all():
    raise SystemExit(f"drew {drawn.shape} instead of {photo.shape}, or numbers that are not finite")

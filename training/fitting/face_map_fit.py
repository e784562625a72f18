"""Fit the probe that tells where the face is, to what a face detector finds in photos.

    python -m portrait_style.training.fitting.face_map_fit --photos photos \\
        --detector face_detection_yunet.onnx --output face_map.npz

The probe learns on random views of several sizes, since training looks at such. A tenth of the
photos is held out; how well places are told apart there is printed.
"""

import argparse
import io
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from portrait_style.image import to_model_range
from portrait_style.image_folder import ImageFolder
from portrait_style.models.face_map import BLOCK, face_map_inputs
from portrait_style.models.face_parts import HALF_HEIGHT, HALF_WIDTH
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.output_files import write_atomically
from portrait_style.quality.face_reader import FaceReader
from portrait_style.training.augmentation import random_tone, random_view

CELL = 2 ** (BLOCK - 1)
# Pixels of the views, and places that are taken of each.
PLACES = 100
SIZES = (96, 128, 192, 256)


def face_map_labels(landmarks: np.ndarray, size: int) -> np.ndarray:
    """Mark the places of a face, to fit the probe to.

    Args:
        landmarks: (5, 2), x and y in pixels, the eyes first.
        size: int, pixels of the square picture.

    Returns:
        bool array (size / CELL, size / CELL).
    """
    across, down = np.meshgrid(*[np.arange(CELL / 2, size, CELL)] * 2)
    eyes = max(1.0, float(np.linalg.norm(landmarks[0] - landmarks[1])))
    x, y = landmarks.mean(axis=0)
    distance = ((across - x) / (HALF_WIDTH * eyes)) ** 2
    distance += ((down - y + 0.1 * eyes) / (HALF_HEIGHT * eyes)) ** 2
    return distance < 1.0


def face_map_places(folder: ImageFolder, reader: FaceReader, extractor, seed: int):
    """Cut a view of each photo and look at its places; leave out photos without a face.

    Returns:
        (count, channels), what the probe reads, and (count,) bool, whether it is of a face.
    """
    rng = np.random.default_rng(seed)
    points, labels = [], []
    for i in tqdm(range(len(folder)), desc="find faces", disable=None):
        size = SIZES[i % len(SIZES)]
        view = np.ascontiguousarray(random_view(folder[i], size, rng))
        face = reader.find(view)
        if face is None:
            continue
        image = to_model_range(random_tone(view, rng, 0.4))[None]
        places = np.asarray(face_map_inputs(extractor(image)[BLOCK - 1]))[0]
        chosen = rng.choice(places.shape[0] * places.shape[1], PLACES, replace=False)
        points.append(places.reshape(-1, places.shape[-1])[chosen])
        labels.append(face_map_labels(face.landmarks, size).ravel()[chosen])
    return np.concatenate(points), np.concatenate(labels)


def main(argv=None, make_reader=FaceReader) -> None:
    """Fit the probe of face maps, print how well it tells places apart, and write the weights.

    Args:
        argv: list of str, or `None` for the arguments of the process.
        make_reader: makes of the detector's path what finds faces as a `FaceReader` does.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", required=True, help="folder of photos")
    parser.add_argument("--detector", required=True, help="YuNet as an ONNX file")
    parser.add_argument("--output", type=Path, required=True, help="where the .npz goes")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(argv)
    reader = make_reader(arguments.detector)
    extractor = FeatureExtractor("compact", num_blocks=BLOCK)
    places = {}
    for split in ("train", "validation"):
        folder = ImageFolder(arguments.photos, split, kept_side=2 * max(SIZES))
        places[split] = face_map_places(folder, reader, extractor, arguments.seed)
    probe = LogisticRegression(C=0.01, max_iter=200).fit(*places["train"])
    points, labels = places["validation"]
    area = roc_auc_score(labels, probe.decision_function(points))
    print(f"area under the ROC curve on {len(labels)} held-out places: {area:.3f}")
    buffer = io.BytesIO()
    np.savez(
        buffer,
        kernel=probe.coef_[0].astype(np.float16),
        bias=probe.intercept_.astype(np.float16),
    )
    write_atomically(arguments.output, buffer.getvalue())


if __name__ == "__main__":
    main()

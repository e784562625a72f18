"""Fit the network that finds a face's parts, to what a face detector finds in photos.

    python -m portrait_style.training.fitting.face_parts_fit --photos photos more_photos \\
        --detector face_detection_yunet.onnx --output face_parts.npz

It learns on random views, some of them small on a wide ground. A tenth of the photos is held out;
what it finds there is printed.
"""

import argparse
import io
from pathlib import Path

import keras
import numpy as np
from keras import ops
from PIL import Image
from tqdm import tqdm

from portrait_style.image import to_model_range
from portrait_style.image_folder import HELD_OUT_FRACTION, ImageFolder
from portrait_style.models.face_parts import (
    BLOCK,
    CELL,
    HALF_HEIGHT,
    HALF_WIDTH,
    SEARCHED,
    face_parts_head,
    face_parts_inputs,
)
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.output_files import write_atomically
from portrait_style.quality.face_reader import FaceReader
from portrait_style.training.augmentation import random_tone, random_view

# Distances of the eyes: how far the blots reach that mark eyes, mouth and the tip of the nose.
EYE, MOUTH, NOSE = (0.42, 0.27), (0.45, 0.28), (0.3, 0.22)
MIN_SCALE = 0.35
BATCH = 16


def face_parts_labels(landmarks: np.ndarray, size: int) -> np.ndarray:
    """Mark the face, its parts and its size at each place, to fit the network to.

    Args:
        landmarks: (5, 2), x and y in pixels: eyes, nose, corners of the mouth.
        size: int, pixels of the square picture.

    Returns:
        float32 (size / CELL, size / CELL, 3): the ellipse of the face, eyes and mouth, both in
        0..1, and the logarithm of the distance of the eyes in cells.
    """
    across, down = np.meshgrid(*[np.arange(CELL / 2, size, CELL, dtype=np.float32)] * 2)
    unit = face_parts_unit(landmarks)

    def reach(place, half):
        return np.sqrt(
            ((across - place[0]) / (half[0] * unit)) ** 2
            + ((down - place[1]) / (half[1] * unit)) ** 2
        )

    middle = landmarks.mean(axis=0) - (0.0, 0.1 * unit)
    face = 1.0 / (
        1.0 + np.exp(np.clip((reach(middle, (HALF_WIDTH, HALF_HEIGHT)) - 1) / 0.08, -9, 9))
    )
    mouth = landmarks[3:].mean(axis=0)
    blots = [(landmarks[0], EYE, 1.0), (landmarks[1], EYE, 1.0), (mouth, MOUTH, 1.0)]
    blots.append((landmarks[2], NOSE, 0.6))
    # Flat on top: exp(-r^4 / 2).
    parts = np.max([height * np.exp(-0.5 * reach(*at) ** 4) for *at, height in blots], axis=0)
    return np.stack([face, parts, np.full_like(face, np.log(unit / CELL))], -1).astype(np.float32)


def face_parts_unit(landmarks: np.ndarray) -> float:
    """Measure a face to fit to; seen from the side its height tells more than its eyes."""
    eyes, mouth = landmarks[:2].mean(axis=0), landmarks[3:].mean(axis=0)
    across, down = landmarks[0] - landmarks[1], eyes - mouth
    return max(1.0, float(np.linalg.norm(across)), 0.9 * float(np.linalg.norm(down)))


def face_parts_view(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cut a view; a third of them is laid small on a ground that continues its edges."""
    view = random_tone(random_view(pixels, SEARCHED, rng, MIN_SCALE), rng, 0.4)
    if rng.random() < 2 / 3:
        return view
    side = int(rng.uniform(0.3, 0.9) * SEARCHED)
    left, top = (int(rng.integers(0, SEARCHED - side)) for _ in range(2))
    small = np.asarray(Image.fromarray(view).resize((side, side), Image.Resampling.LANCZOS))
    rest = SEARCHED - side
    mode = "reflect" if side > rest else "edge"
    return np.pad(small, ((top, rest - top), (left, rest - left), (0, 0)), mode=mode)


def face_parts_examples(folders, split, reader, extractor, views: int, seed: int):
    """Look at views of all photos, to fit the network to.

    Returns:
        float16 (count, size / CELL, size / CELL, channels), what the head reads, and its labels.
    """
    rng, maps, marks = np.random.default_rng(seed), [], []
    for folder in folders:
        photos = ImageFolder(folder, split, HELD_OUT_FRACTION, kept_side=2 * SEARCHED)
        for i in tqdm(range(views * len(photos)), desc=f"{folder}: find faces", disable=None):
            view = np.ascontiguousarray(face_parts_view(photos[i % len(photos)], rng))
            found = reader.find(view)
            if found is not None:
                read = face_parts_inputs(extractor(to_model_range(view)[None]))
                maps.append(np.asarray(read)[0].astype(np.float16))
                marks.append(face_parts_labels(found.landmarks, SEARCHED))
    return np.stack(maps), np.stack(marks)


def face_parts_loss(labelled, found):
    """Cross-entropy of both maps, and the error of the size within faces."""
    cross = ops.binary_crossentropy(labelled[..., :2], found[..., :2], from_logits=True)
    size = labelled[..., 0] * (labelled[..., 2] - found[..., 2]) ** 2
    return ops.mean(cross[..., 0] + 4.0 * cross[..., 1] + size)


def main(argv=None) -> None:
    """Fit the network of face parts, print what it finds in held-out photos, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", required=True, nargs="+", help="folders of photos")
    parser.add_argument("--detector", required=True, help="YuNet as an ONNX file")
    parser.add_argument("--output", type=Path, required=True, help="where the .npz goes")
    parser.add_argument("--views", type=int, default=2, help="of each photo (default: 2)")
    parser.add_argument("--epochs", type=int, default=12, help="default: 12")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(argv)
    keras.utils.set_random_seed(arguments.seed)
    reader = FaceReader(arguments.detector)
    extractor = FeatureExtractor("compact", num_blocks=BLOCK)
    sets = {
        split: face_parts_examples(
            arguments.photos, split, reader, extractor, arguments.views, arguments.seed
        )
        for split in ("train", "validation")
    }
    head = face_parts_head()
    steps = arguments.epochs * len(sets["train"][0]) // BATCH
    head.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)), face_parts_loss
    )
    head.fit(*sets["train"], batch_size=BATCH, epochs=arguments.epochs, verbose=2)
    print(describe_face_parts_errors(head, *sets["validation"]))
    buffer = io.BytesIO()
    names = [f"weight_{i:02d}" for i in range(len(head.weights))]
    kept = [weight.astype(np.float16) for weight in head.get_weights()]
    np.savez(buffer, **dict(zip(names, kept, strict=True)))
    write_atomically(arguments.output, buffer.getvalue())


def describe_face_parts_errors(head, maps, marks) -> str:
    """Say how well held-out faces are found."""
    found = np.asarray(head.predict(maps, batch_size=BATCH, verbose=0))
    face, parts = (found[..., i] > 0.0 for i in range(2))
    lines = [f"held out: {len(maps)} views"]
    for name, ours, theirs in (
        ("face", face, marks[..., 0]),
        ("eyes, mouth", parts, marks[..., 1]),
    ):
        both, either = (ours & (theirs > 0.5)).sum(), (ours | (theirs > 0.5)).sum()
        lines.append(f"{name}: intersection over union {both / either:.3f}")
    inside = marks[..., 0] > 0.5
    wrong = np.exp(np.abs(found[..., 2] - marks[..., 2])[inside]) - 1.0
    return "\n".join([*lines, f"size within faces: median error {np.median(wrong):.3f}"])


if __name__ == "__main__":
    main()

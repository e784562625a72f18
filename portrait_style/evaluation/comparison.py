"""Results compared with their photos and with the style's own pictures."""

from collections import defaultdict

import numpy as np

from portrait_style.evaluation.truth_comparison import TruthComparison
from portrait_style.functional.colour import luminance
from portrait_style.image import crop_square, to_model_range
from portrait_style.quality import fidelity, perceptual
from portrait_style.quality.bootstrap import Estimate, bootstrap, mean_estimate
from portrait_style.quality.distribution import (
    frechet_distance,
    frechet_distance_estimate,
    kernel_distance,
    kernel_distance_estimate,
    scaled_to_unit_variance,
)
from portrait_style.quality.identity import likeness
from portrait_style.quality.style_set import SIDE, Description, StyleSet
from portrait_style.quality.total import score, total

_SETS = {
    "kernel_distance": (kernel_distance, kernel_distance_estimate),
    "frechet_distance": (frechet_distance, frechet_distance_estimate),
}
_MEANS = (
    "content_retention",
    "perceptual_distance",
    "multiscale_ssim",
    "ssim",
    "psnr",
    "identity",
    "faces_found",
    "landmark_drift",
    "style_accuracy",
    "style_accuracy_ceiling",
    "diversity",
    "flicker",
)
_OF_FACES = ("identity", "faces_found", "landmark_drift")
_NO_DETECTOR = "no face detector was given"
_NO_EMBEDDING = "no face embedding was given"
_NO_FACE = "no face was found"


class Comparison:
    """Gather figures of one method in one style, picture by picture.

    Pictures are measured and forgotten; what stays is some numbers a picture.

    Args:
        style_set: `StyleSet`.
        extractor: the `FeatureExtractor` that described it.
        style_encoder: `StyleEncoder` or `None`; with it the results' codes are kept.
        face_reader: `FaceReader` or `None`.

    Attributes:
        truth: `TruthComparison`, to be updated where it is known what was to be drawn.
        skipped: dict of measure to the reason why it is not among `estimates`.
    """

    def __init__(self, style_set: StyleSet, extractor, style_encoder=None, face_reader=None):
        self.style_set = style_set
        self.truth = TruthComparison(extractor)
        self.skipped = {}
        self._extractor = extractor
        self._style_encoder = style_encoder
        self._face_reader = face_reader
        self._values = defaultdict(list)
        self._vectors = defaultdict(list)
        if face_reader is None:
            self.skipped |= dict.fromkeys(_OF_FACES, _NO_DETECTOR)
        elif not face_reader.tells_people_apart:
            self.skipped["identity"] = _NO_EMBEDDING

    @property
    def codes(self):
        """Style codes of the results, (pictures, code_size)."""
        return np.concatenate(self._vectors["codes"])

    def update(self, photo, fake, style_square) -> None:
        """Measure a result.

        Args:
            photo, fake: uint8 arrays of one shape (height, width, 3).
            style_square: uint8 (192, 192, 3), the style picture that it was drawn after, or any
                other of the style.
        """
        squares = [crop_square(photo, SIDE), crop_square(fake, SIDE), style_square]
        images = np.stack([to_model_range(square) for square in squares])
        features = [np.asarray(maps) for maps in self._extractor(images)]
        self._compare_pixels(images[:1], images[1:2])
        self._compare_features(*([maps[i : i + 1] for maps in features] for i in range(3)))
        if self._style_encoder is not None:
            code = np.asarray(self._style_encoder(images[1:2], training=False))
            self._vectors["codes"].append(code)
        if self._face_reader is not None:
            self._compare_faces(photo, fake)

    def add(self, measure: str, values) -> None:
        """Add figures that were measured elsewhere; their mean is reported."""
        self._values[measure].extend(np.asarray(values, np.float64).ravel())

    def estimates(self, seed=0) -> dict[str, Estimate]:
        """Sum up: every measure that could be taken, with its interval.

        Args:
            seed: int, of the intervals. Defaults to 0.
        """
        found = {"total": self._estimate(self.total_of, seed)}
        for part, name in enumerate(("style_score", "content_score")):
            found[name] = self._estimate(lambda i, part=part: self._scores(i)[part], seed)
        found["style_distance"] = self._relative("moments", "photo_moments", seed)
        untouched = np.mean(self._values["photo_moments"])
        floor = mean_estimate(self.style_set.own_distances / untouched, seed)
        found["style_distance_floor"] = floor
        found["gram_distance"] = self._relative("grams", "photo_grams", seed)
        found |= self._set_distances(seed)
        found |= self.truth.estimates(seed)
        self.skipped |= self.truth.skipped
        for name in _MEANS:
            if self._values[name]:
                found[name] = mean_estimate(self._values[name], seed)
            elif name in _OF_FACES:
                self.skipped.setdefault(name, _NO_FACE)
        return found

    def total_of(self, index) -> float:
        """Total of some of the pictures, by their numbers."""
        return float(total(*self._scores(index)))

    def __len__(self) -> int:
        return len(self._values["moments"])

    def _compare_pixels(self, photo, fake) -> None:
        grey = luminance(photo), luminance(fake)
        for name in ("psnr", "ssim", "multiscale_ssim"):
            self.add(name, getattr(fidelity, name)(*grey))

    def _compare_features(self, photo, fake, style) -> None:
        self.add("content_change", perceptual.content_change(photo, fake))
        self.add("style_content_change", perceptual.content_change(photo, style))
        self.add("content_retention", perceptual.content_retention(photo, fake))
        self.add("perceptual_distance", perceptual.perceptual_distance(photo, fake))
        for prefix, features in (("photo_", photo), ("", fake)):
            described = Description(features)
            self.add(f"{prefix}moments", self.style_set.moment_distance(described))
            self.add(f"{prefix}grams", self.style_set.gram_distance(described))
            self._vectors[f"{prefix}pooled"].append(described.pooled)

    def _compare_faces(self, photo, fake) -> None:
        found = likeness(self._face_reader, photo, fake)
        if found is None:
            return
        self.add("faces_found", found.found)
        if found.identity is not None:
            self.add("identity", found.identity)
        if found.drift is not None:
            self.add("landmark_drift", found.drift)

    def _scores(self, index):
        """Style and content score of some of the pictures."""
        mean = {
            name: np.asarray(self._values[name])[index].mean()
            for name in ("moments", "photo_moments", "content_change", "style_content_change")
        }
        # Both are 0 where the style's pictures are the photos themselves.
        style = score(mean["moments"], max(mean["photo_moments"], 1e-6))
        content = score(mean["content_change"], max(mean["style_content_change"], 1e-6))
        return style, content

    def _estimate(self, statistic, seed) -> Estimate:
        return bootstrap(lambda index: float(statistic(index)), (len(self),), seed)

    def _relative(self, name, untouched, seed) -> Estimate:
        """Mean over results, divided by that of the untouched photos."""
        values, photos = (np.asarray(self._values[key]) for key in (name, untouched))
        return self._estimate(lambda i: values[i].mean() / max(photos[i].mean(), 1e-6), seed)

    def _set_distances(self, seed) -> dict[str, Estimate]:
        style = self.style_set.pooled
        photos, results = (np.concatenate(self._vectors[x]) for x in ("photo_pooled", "pooled"))
        if min(len(style), len(results)) < 2:
            reason = "it takes two or more photos and style pictures"
            self.skipped |= dict.fromkeys(_SETS, reason)
            return {}
        style, photos, results = scaled_to_unit_variance(style, photos, results)
        found = {}
        for name, (distance, estimate) in _SETS.items():
            untouched = distance(style, photos)
            if untouched <= 0.0:
                self.skipped[name] = "the photos cannot be told from the style's pictures"
                continue
            ends = estimate(style, results, seed)
            found[name] = Estimate(*(end / untouched for end in ends))
        return found

"""What a report lists: names, directions, and a line that says what each figure means."""

from typing import NamedTuple


class Measure(NamedTuple):
    """A figure of a report.

    Attributes:
        better: str, "higher", "lower", or "" where neither is.
        meaning: str, one line.
    """

    better: str
    meaning: str


MEASURES = {
    "total": Measure("higher", "style and content together, 0..1: harmonic mean of both scores"),
    "style_score": Measure("higher", "1 - style_distance: 0 as far as the photos, 1 at the style"),
    "content_score": Measure(
        "higher", "1 for the photo itself, 0 for a picture that shows something else"
    ),
    "style_distance": Measure(
        "lower", "channel moments to the style's mean; 1 = the untouched photos"
    ),
    "style_distance_floor": Measure("", "style_distance of the style's own pictures"),
    "gram_distance": Measure("lower", "Gram matrices to the style's mean; 1 = the photos"),
    "kernel_distance": Measure("lower", "distance to the style's set; 1 = the photos, 0 = none"),
    "frechet_distance": Measure("lower", "the same by fitted normals; 1 = the photos"),
    "style_accuracy": Measure("higher", "share of results that a classifier takes for the style"),
    "style_accuracy_ceiling": Measure(
        "", "share of real pictures that it tells right, held out in turn"
    ),
    "learned": Measure(
        "higher", "how much of the way from photo to truth was gone; 1 = the truth, 0 = the photo"
    ),
    "strength": Measure("", "how far the truth is from the photo, in statistics of cells"),
    "colour_error": Measure("lower", "coarse colours of result and truth, levels of 0..255"),
    "content_retention": Measure("higher", "perceptual features of the photo kept, 0..1"),
    "perceptual_distance": Measure("", "distance between photo and result, 0..2"),
    "multiscale_ssim": Measure("higher", "structure of the photo kept at five scales, 0..1"),
    "ssim": Measure("higher", "structure of the photo kept at the finest scale, -1..1"),
    "psnr": Measure("", "pixels of the photo kept, dB"),
    "identity": Measure("higher", "cosine of face embeddings of photo and result, -1..1"),
    "faces_found": Measure("higher", "share of the photos' faces that are still found, 0..1"),
    "landmark_drift": Measure("lower", "how far they moved; 1 = the distance between the eyes"),
    "diversity": Measure("", "distance between results of one photo after several pictures, 0..2"),
    "flicker": Measure("lower", "change between frames of a clip; 1 = as steady as the photos"),
}

import numpy as np
import pytest
import renderers
from PIL import Image
from renderers import DrawingFigures, darkest_and_lightest, renderer_row, two_decimals

from portrait_style.image import load_image
from portrait_style.image_folder import bundled_photos
from portrait_style.quality.identity import Likeness


def test_a_row_of_means_by_hand():
    likes = [Likeness(True, 0.5, 0.1), Likeness(False, 0.9, None), Likeness(True, 0.6, 0.1), None]
    tones = [(100.0, 90.0), (50.0, 60.0), (200.0, 220.0), (float("nan"), float("nan"))]
    figures = [
        DrawingFigures(i, 2.0 * i, 0.0, 0.5, *both)
        for i, both in enumerate(zip(likes, tones, strict=True))
    ]
    assert renderer_row("oil", figures) == [
        "oil",
        "1.50",  # of 0, 1, 2, 3
        "0.60",  # the median; who has no face in the photo does not count
        "67%",
        "3.00",
        "0.00",
        "50 > 60",
        "200 > 220",
        "0.50",
    ]


def test_what_was_not_measured_is_a_dash():
    assert two_decimals(float("nan")) == "-"
    assert darkest_and_lightest([]) == ["-", "-"]


def test_fifths_are_means():
    tones = [(float(i), 2.0 * i) for i in range(10)]
    assert darkest_and_lightest(tones[::-1]) == ["0 > 1", "8 > 17"]  # of 0.5 and 8.5


def test_table_and_sheet_of_a_photo_without_any_network(tmp_path, capsys):
    photos, output = tmp_path / "photos", tmp_path / "sheets"
    photos.mkdir()
    with Image.open(bundled_photos() / "faker-female-52.jpg") as photo:
        photo.resize((96, 96)).save(photos / "me.png")
    words = ["--data", tmp_path, "--photos", photos, "--output", output, "--size", "96"]
    renderers.main([*map(str, words), "--renderers", "sepia", "oil"])
    lines = capsys.readouterr().out.splitlines()
    missing = [line for line in lines if "is not there" in line]
    assert len(missing) == 3 and "vgg16" in missing[0]
    sepia, oil = (next(x for x in lines if x.startswith(name)).split() for name in ("sepia", "oil"))
    assert sepia[1:4] == oil[1:4] == ["-", "-", "-"]
    # Of so small a picture; tests/renderers holds what is promised.
    assert float(sepia[4]) < float(oil[4]) < 4.0
    # A margin of 4 around each of two cells of 256.
    sheet = load_image(output / "oil.png")
    assert sheet.shape == (264, 524, 3)
    drawn = np.abs(np.float32(sheet[4:260, 4:260]) - sheet[4:260, 264:520])
    assert 2.0 < drawn.mean() < 60.0


def test_strength_is_the_distance_that_is_measured_elsewhere(tmp_path):
    """VGG16 with random weights, held against the formula written out in NumPy."""
    from portrait_style.models.feature_extractor import FeatureExtractor

    models = tmp_path / "models"
    models.mkdir()
    network = FeatureExtractor("vgg16", None, num_blocks=4)
    arrays = {
        f"{layer.name}__{variable.name}": variable.numpy()
        for layer in network.backbone.layers
        for variable in layer.weights
    }
    np.savez(models / "vgg16_notop_float16.npz", **arrays)
    photo = load_image(bundled_photos() / "faker-female-52.jpg")
    drawings, figures = renderers.RendererGauge(models).measure(photo, ["linocut"])
    maps = [
        [np.asarray(x)[0] for x in network(picture[None] / np.float32(127.5) - 1)]
        for picture in (photo, drawings["linocut"])
    ]
    ratios = []
    for before, after in zip(*maps, strict=True):
        cells = []
        for x in (before, after):
            side = x.shape[0] // 16
            x = x.reshape(16, side, 16, side, -1)
            cells.append(np.concatenate([x.mean(axis=(1, 3)), x.std(axis=(1, 3))], axis=-1))
        ratios.append(np.abs(cells[0] - cells[1]).mean() / np.abs(cells[1]).mean())
    assert figures["linocut"].strength == pytest.approx(np.mean(ratios), rel=1e-3)

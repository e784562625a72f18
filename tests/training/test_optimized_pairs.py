import numpy as np
import pytest
from drawn_pictures import draw_picture
from PIL import Image

from portrait_style.errors import ArgumentError
from portrait_style.image import load_image
from portrait_style.image_folder import list_images
from portrait_style.training.optimized_pairs import optimized_pairs


@pytest.fixture
def pictures(tmp_path, monkeypatch):
    """Four drawn pictures of 64 pixels, and a cache of their own."""
    monkeypatch.setenv("PORTRAIT_STYLE_CACHE", str(tmp_path / "cache"))
    paths = [tmp_path / f"{i}.png" for i in range(4)]
    for path in paths:
        Image.fromarray(draw_picture(path.name)).resize((64, 64)).save(path)
    return paths


def test_pairs_are_made_once(pictures):
    *photos, picture = pictures
    folder = optimized_pairs(photos[:2], picture, "ink", 32, {"steps": 3})
    assert folder.name == "ink"
    before, after = (list_images(folder / side) for side in ("before", "after"))
    assert [path.name for path in before] == [path.name for path in after] == ["0.png", "1.png"]
    for photo, *pair in zip(photos, before, after, strict=False):
        given, kept, drawn = map(load_image, (photo, *pair))
        assert np.array_equal(given, kept)
        assert drawn.shape == kept.shape and np.abs(drawn - kept.astype(float)).mean() > 2.0
    made = [path.stat().st_mtime_ns for path in after]
    after[1].unlink()
    assert optimized_pairs(photos[:2], picture, "ink", 32, {"steps": 3}) == folder
    assert after[0].stat().st_mtime_ns == made[0] and after[1].is_file()


def test_other_settings_are_other_pairs(pictures):
    *photos, picture = pictures
    folders = {
        optimized_pairs(photos[:1], picture, "ink", 32, settings)
        for settings in ({"steps": 1}, {"steps": 2}, {"steps": 1, "style_weight": 9.0})
    }
    assert len(folders) == 3
    with pytest.raises(ArgumentError, match="`steps` must be"):
        optimized_pairs(photos, picture, "ink", 32, {"steps": 0})

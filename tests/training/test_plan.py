from pathlib import Path

import pytest

from portrait_style.errors import (
    DatasetError,
)
from portrait_style.image_folder import ImageFolder
from portrait_style.training.run import plan
from portrait_style.training.run_folder import RunFolder


def test_plan(make_config):
    config = make_config(
        generator_size="mobile", validation_fraction=0.0, steps=40, perceptual="vgg16"
    )
    assert plan(config).splitlines() == [
        "photos     24 files, 0 of them held out",
        "style      ink: 4 files, 0 of them held out",
        "style      oil: 12 files, 0 of them held out",
        "generator  mobile",
        "perceptual vgg16",
        "training   40 steps of 2 pictures at 32 px",
        f"output     {config.output}: a sheet and a checkpoint every 2 steps",
    ]
    assert not RunFolder(config.output).path.exists()


def test_plan_counts_what_is_held_out(make_config):
    config = make_config(validation_fraction=0.3)
    held_out = len(ImageFolder(Path(config.photos), "validation", 0.3, kept_side=32))
    assert plan(config).startswith(f"photos     24 files, {held_out} of them held out")


def test_plan_of_missing_folders(make_config, tmp_path):
    for name in ("photos", "styles"):
        with pytest.raises(DatasetError, match="is not a folder"):
            plan(make_config(**{name: str(tmp_path / "missing")}))

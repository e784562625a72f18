import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from drawn_pictures import draw_picture
from PIL import Image

from portrait_style.errors import ArgumentError, DatasetError
from portrait_style.image_folder import list_images
from portrait_style.model_files.preset import Preset
from portrait_style.training import recipe as recipe_module
from portrait_style.training.recipe import (
    descriptions_of,
    lay_out,
    main,
    make_preset,
    read_recipe,
)
from portrait_style.training.run_folder import RunFolder

PEOPLE = 20
SEPIA = "albumen print of the 1870s: warm browns, soft glowing skin"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def data(tmp_path):
    """Two pictures of each of twenty people, 12 of others, and a folder of a style."""
    folder = tmp_path / "data"
    names = [f"club/{mood}-{i:03d}.png" for i in range(PEOPLE) for mood in ("calm", "glad")]
    names += [f"street/{i}.png" for i in range(12)] + [f"prints/{i}.png" for i in range(8)]
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(draw_picture(name)).save(folder / name)
    return folder


@pytest.fixture
def written(tmp_path, tiny):
    """Write a recipe of two short stages; return its path."""
    told = {
        "name": "small",
        "description": "prints and a film",
        "photos": [
            {"folder": "club", "count": 10, "held_out": 0.25, "person": "[a-z]+-([0-9]+)"},
            {"folder": "street", "count": 6, "held_out": 0.2},
        ],
        "styles": [
            {
                "name": "print",
                "folder": "prints",
                "files": "prints.txt",
                "description": "woodcuts of waves",
            },
            {
                "name": "ink",
                "folder": "prints",
                "optimized": {
                    "picture": "7.png",
                    "count": 16,
                    "except": "^club",
                    "settings": {"steps": 2},
                },
            },
        ],
        "settings": {
            "generator_size": tiny,
            "render": ["sepia"],
            "size": 32,
            "batch": 2,
            "sample_every": 2,
            "mapping_steps": 2,
        },
        "stages": [
            {"initial": "random", "steps": 2},
            {"steps": 3, "styles": True, "loss_weights": {"shift": 3.0}},
        ],
    }
    path = tmp_path / "small.json"
    path.write_text(json.dumps(told))
    (tmp_path / "prints.txt").write_text("".join(f"{i}.png\n" for i in range(6)))
    return path


def test_nobody_is_both_learned_from_and_held_out(data, written, tmp_path):
    lay_out(read_recipe(written), tmp_path, data, tmp_path / "out")
    people = {}
    for part in ("photos", "held_out"):
        paths = list_images(tmp_path / "out" / part)
        people[part] = {path.stem.rpartition("-")[2] for path in paths if "club" in path.name}
        assert all(path.is_symlink() for path in paths)
    assert people["photos"] and people["held_out"]
    assert not people["photos"] & people["held_out"]
    # Both pictures of whoever is held out are.
    held = [path for path in (tmp_path / "out" / "held_out").iterdir() if "club" in path.name]
    assert len(held) == 2 * len(people["held_out"])
    assert len(list_images(tmp_path / "out" / "photos")) == 16
    assert len(list_images(tmp_path / "out" / "styles" / "print")) == 6


def test_a_share_of_the_photos(data, written, tmp_path):
    lay_out(read_recipe(written), tmp_path, data, tmp_path / "out", share=0.5)
    assert len(list_images(tmp_path / "out" / "photos")) == 8


def test_too_few_photos(data, written, tmp_path):
    told = json.loads(written.read_text())
    told["photos"][1]["count"] = 13
    written.write_text(json.dumps(told))
    with pytest.raises(DatasetError, match="street must hold 13 photos to learn from, not "):
        make_preset(written, data, tmp_path / "out")


@pytest.mark.parametrize("text", ["", "{}", '{"name": "x"}', "[1]"])
def test_what_is_no_recipe(tmp_path, text, capsys):
    path = tmp_path / "recipe.json"
    path.write_text(text)
    with pytest.raises(ArgumentError, match=r"recipe\.json is not a recipe: "):
        read_recipe(path)
    with pytest.raises(SystemExit) as error:
        main([str(path), "--data", str(tmp_path), "--output", str(tmp_path / "out")])
    assert error.value.code == 2
    assert "is not a recipe" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["mobile", "large"])
def test_recipes_of_the_presets_can_be_read(name):
    recipe = read_recipe(ROOT / "training" / "recipes" / f"{name}.json")
    assert recipe.name == recipe.settings["generator_size"] == name
    assert len(recipe.settings["render"]) + len(recipe.styles) >= 14
    told = descriptions_of(recipe)
    assert set(told) == {*recipe.settings["render"], *(style["name"] for style in recipe.styles)}
    assert told["sepia"] == SEPIA
    assert all(20 < len(line) < 90 and line.isprintable() for line in told.values())


@pytest.mark.slow
def test_a_recipe_goes_on_where_it_was(data, written, tmp_path, monkeypatch):
    monkeypatch.setenv("PORTRAIT_STYLE_CACHE", str(tmp_path / "cache"))
    output, trained = tmp_path / "out", []
    train = recipe_module.train

    def noted(config, resume):
        trained.append((config.steps, resume))
        if len(trained) == 2:
            raise KeyboardInterrupt
        return train(config, resume=resume)

    monkeypatch.setattr(recipe_module, "train", noted)
    with pytest.raises(KeyboardInterrupt):
        make_preset(written, data, output)
    assert Preset(output / "preset").bank.names == ["sepia"]
    folder = make_preset(written, data, output)
    assert trained == [(2, False), (3, False), (3, False)]
    preset = Preset(folder)
    assert set(preset.bank.names) == {"sepia", "print", "ink"}
    assert preset.description["description"] == "prints and a film"
    assert preset.bank.description("print") == "woodcuts of waves"
    assert preset.bank.description("sepia") == SEPIA
    first, second = (RunFolder(output / f"stage_{i}") for i in (1, 2))
    told = json.loads(second.config.read_text())
    assert told["initial"] == str(first.path)
    assert told["loss_weights"]["shift"] == 3.0
    (pairs,) = told["pairs"]
    changed = {path.stem for path in list_images(Path(pairs) / "after")}
    assert len(changed) == 6 and all(stem.startswith("street-") for stem in changed)
    drawn = preset.load_generator()(
        {
            "photo": np.zeros((1, 32, 32, 3), "float32"),
            "style_code": preset.bank.code("print")[None],
        }
    )
    assert np.isfinite(np.asarray(drawn)).all()
    make_preset(written, data, output)
    assert len(trained) == 3
    # A preset that was taken away is packed again.
    shutil.rmtree(folder)
    assert Preset(make_preset(written, data, output)).bank.description("sepia") == SEPIA
    assert len(trained) == 3

import base64
import json
import re
import warnings

import numpy as np
import pytest
from PIL import Image

from portrait_style import cli
from portrait_style.errors import ArgumentError, DatasetError
from portrait_style.evaluation import evaluate
from portrait_style.evaluation.config import EvaluationConfig
from portrait_style.evaluation.truth import find_truth, truth_folders
from portrait_style.image import load_image, save_image

pytestmark = pytest.mark.slow


def flat(level):
    return np.full((40, 32, 3), level, np.uint8)


def fill(folder, *names):
    for number, name in enumerate(names):
        save_image(folder / f"{name}.png", flat(20 * number))
    return folder


# Which file belongs to which photo


def test_drawings_are_found_by_the_names_of_results(tmp_path):
    fill(tmp_path / "oil", "a", "more/b")
    fill(tmp_path / "ink", "a-ink", "more-b", "a-oil")
    found = find_truth(tmp_path, ["ink", "oil"], ["a.png", "more-b.png"])
    told = {style: [path.name for path in paths.values()] for style, paths in found.items()}
    assert told == {"ink": ["a-ink.png", "more-b.png"], "oil": ["a.png", "b.png"]}
    assert all(list(paths) == ["a.png", "more-b.png"] for paths in found.values())


def test_a_photo_of_its_very_name_goes_before_one_with_the_style(tmp_path):
    fill(tmp_path / "ink", "a", "a-ink")
    found = find_truth(tmp_path, ["ink"], ["a.png", "a-ink.png"])
    assert [path.name for path in found["ink"].values()] == ["a.png", "a-ink.png"]


def test_a_folder_without_sub_folders_is_of_the_only_style(tmp_path):
    drawn = fill(tmp_path / "drawn", "a")
    assert truth_folders(drawn) == {"drawn": drawn}
    assert list(find_truth(drawn, ["oil"], ["a.png"])) == ["oil"]
    with pytest.raises(DatasetError, match="folder of none of the styles; .* ink or oil"):
        find_truth(drawn, ["ink", "oil"], ["a.png"])


def test_of_pairs_what_comes_after_counts(tmp_path):
    for side in ("before", "after"):
        fill(tmp_path / "edits" / side, "a")
    after = tmp_path / "edits" / "after"
    assert truth_folders(tmp_path / "edits") == {"edits": after}
    assert truth_folders(tmp_path) == {"edits": after}
    assert find_truth(tmp_path / "edits", ["mine"], ["a.png"]) == {
        "mine": {"a.png": after / "a.png"}
    }


def test_styles_without_a_folder_are_left_out(tmp_path):
    fill(tmp_path / "oil", "a")
    fill(tmp_path / "of no style", "b")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(find_truth(tmp_path, ["ink", "oil"], ["a.png"])) == ["oil"]


def test_photos_without_a_drawing_are_left_out_with_a_warning(tmp_path):
    fill(tmp_path / "oil", "a")
    with pytest.warns(UserWarning, match="oil 1 of 3 photos have one"):
        assert list(find_truth(tmp_path, ["oil"], ["a.png", "b.png", "c.png"])["oil"]) == ["a.png"]


def test_damaged_drawings_are_left_out_with_a_warning(tmp_path):
    fill(tmp_path / "oil", "a")
    (tmp_path / "oil" / "b.png").write_text("text")
    with pytest.warns(UserWarning) as warned:
        assert list(find_truth(tmp_path, ["oil"], ["a.png", "b.png"])["oil"]) == ["a.png"]
    assert any("b.png is not a picture" in str(warning.message) for warning in warned)


def test_a_drawing_of_no_photo_is_a_mistake(tmp_path):
    fill(tmp_path / "oil", "a")
    with pytest.raises(DatasetError, match=r"none of the 2 photos; .* such as b.png"):
        find_truth(tmp_path, ["oil"], ["b.png", "c.png"])


# Settings


def test_truth_takes_the_place_of_styles():
    config = EvaluationConfig("mobile", "photos", output="report", truth="drawn")
    assert config.styles is None and config.truth == "drawn"
    with pytest.raises(ArgumentError, match="`styles` or `truth` must name a folder"):
        EvaluationConfig("mobile", "photos", output="report")
    with pytest.raises(ArgumentError, match="`output` must name a folder"):
        EvaluationConfig("mobile", "photos", "styles")


# Evaluation


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Three photos, of which two have a truth in the style that the networks know by name."""
    root = tmp_path_factory.mktemp("truth")
    fill(root / "photos", "a", "b", "more/a")
    fill(root / "truth" / "oil", "a", "more-a", "of no photo")
    fill(root / "strangers", "c")
    return root


@pytest.fixture(scope="module")
def made(folders, run_folder):
    with pytest.warns(UserWarning, match="oil 2 of 3"):
        return evaluate(
            run_folder,
            folders / "photos",
            output=folders / "report",
            truth=folders / "truth",
            size=48,
        )


def test_pictures_of_the_truth_are_those_of_the_styles(made):
    assert list(made.styles) == ["oil", "oil (by name)"]
    assert made.settings["style_pictures"] == {"oil": 3}
    assert made.settings["truth"] == {"oil": 2}


def test_colours_are_compared_with_the_truth_of_the_photos_that_have_one(made, folders):
    def cells(path):
        square = Image.open(path).resize((256, 256), Image.Resampling.LANCZOS)
        return np.asarray(square, float).reshape(16, 16, 16, 16, 3).mean(axis=(1, 3))

    for row in made.styles:
        results, truths = folders / "report/pictures" / row, folders / "truth/oil"
        errors = [
            np.abs(cells(results / name) - cells(truths / name)).mean()
            for name in ("a.png", "more-a.png")
        ]
        assert made.styles[row]["colour_error"].value == pytest.approx(np.mean(errors), rel=1e-4)


def test_the_compact_network_tells_what_learned_takes(made, folders):
    for row in made.styles:
        assert "--perceptual vgg16 --perceptual-weights FILE" in made.skipped[row]["learned"]
    assert any(line.startswith("not measured: learned, strength;") for line in made.reasons())
    written = json.loads((folders / "report" / "report.json").read_text())
    assert "colour_error" in written["intervals"]["oil"]


def test_the_sheet_shows_the_truth_in_the_style_pictures_place(made, folders):
    for shown in made.sheets.values():
        assert [truth is not None for _, truth, _ in shown] == [True, False, True]
        np.testing.assert_array_equal(shown[2][1], load_image(folders / "truth/oil/more-a.png"))
    page = (folders / "report" / "report.html").read_text()
    assert page.count("<small>photo, truth, result</small>") == 2
    strips = re.findall(r'src="data:image/jpeg;base64,([^"]+)"', page)
    sizes = {load_image(base64.b64decode(strip)).shape for strip in strips}
    assert len(strips) == 6 and len(sizes) == 1


def test_a_report_with_vgg_tells_what_was_learned(folders, run_folder, tmp_path):
    from portrait_style.models.feature_extractor import FeatureExtractor

    weights = tmp_path / "vgg.weights.npz"
    backbone = FeatureExtractor("vgg16", weights=None).backbone
    np.savez(
        weights,
        **{f"{x.name}__{v.name}": np.asarray(v) for x in backbone.layers for v in x.weights},
    )
    report = evaluate(
        run_folder,
        folders / "photos" / "more",
        folders / "truth",
        tmp_path / "report",
        truth=folders / "truth" / "oil",
        perceptual="vgg16",
        perceptual_weights=weights,
        size=48,
    )
    assert report.styles["oil"]["learned"].value <= 1.0
    assert report.styles["oil"]["strength"].value > 0.0
    header = report.table().splitlines()[0]
    assert "learned" in header


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        ("nowhere", "nowhere is not a folder"),
        ("strangers", "strangers holds a readable drawing of none of the 3 photos"),
    ],
)
def test_mistakes_get_one_line(folders, run_folder, tmp_path, capsys, truth, said):
    given = {"model": run_folder, "photos": folders / "photos", "truth": folders / truth}
    given |= {"styles": folders / "truth", "output": tmp_path / "report"}
    options = [str(x) for name, value in given.items() for x in (f"--{name}", value)]
    code = cli.main(["evaluate", *options])
    errors = capsys.readouterr().err.splitlines()
    assert code == 2 and len(errors) == 1 and said in errors[0]


def test_the_command_needs_styles_or_truth_and_an_output(capsys):
    given = ["evaluate", "--model", "mobile", "--photos", "photos"]
    assert cli.main([*given, "--styles", "styles"]) == 2
    assert "required: --output" in capsys.readouterr().err
    assert cli.main([*given, "--output", "report"]) == 2
    assert "`styles` or `truth` must name a folder" in capsys.readouterr().err

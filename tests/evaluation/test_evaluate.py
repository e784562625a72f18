import base64
import json
import re
import shutil

import numpy as np
import pytest
from page_checks import assert_is_a_page

from portrait_style import cli
from portrait_style.evaluation import evaluate
from portrait_style.evaluation.config import EvaluationConfig
from portrait_style.evaluation.measures import MEASURES
from portrait_style.image import crop_square, load_image, resize_longer_side, save_image
from portrait_style.image_folder import in_validation, list_images
from portrait_style.stylizer import PortraitStylizer

pytestmark = pytest.mark.slow


def picture(seed, height=44, width=36):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    waves = [np.sin(x * rng.uniform(0.1, 0.6) + y * rng.uniform(0.1, 0.6)) for _ in range(3)]
    return np.round((np.stack(waves, axis=-1) + 1.0) * 127.5).astype(np.uint8)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Five photos in two folders, and two styles; the networks know `oil` by name."""
    root = tmp_path_factory.mktemp("evaluation")
    for number, name in enumerate(("a", "b", "c", "more/a", "more/b")):
        save_image(root / "photos" / f"{name}.png", picture(number))
    for number in range(4):
        save_image(root / "styles" / "oil" / f"{number}.png", picture(20 + number) // 2)
        save_image(root / "styles" / "<b>rush" / f"{number}.png", 255 - picture(30 + number) // 3)
    return root


@pytest.fixture(scope="module")
def made(folders, run_folder):
    return evaluate(
        run_folder,
        folders / "photos",
        folders / "styles",
        folders / "report",
        limit=4,
        size=48,
    )


@pytest.fixture(scope="module")
def written(made, folders):
    return json.loads((folders / "report" / "report.json").read_text())


def test_rows_are_the_folders_and_the_known_names(written):
    assert list(written["styles"]) == ["<b>rush", "oil", "oil (by name)"]


def test_report_has_every_measure_with_its_interval(written):
    for name, measures in written["styles"].items():
        assert measures.keys() == written["intervals"][name].keys()
        assert set(measures) | set(written["skipped"][name]) == set(MEASURES), name
        assert not set(measures) & set(written["skipped"][name])
        for measure, value in measures.items():
            low, high = written["intervals"][name][measure]
            assert low <= value <= high, measure


def test_bounds(written):
    for measures in written["styles"].values():
        for name in ("total", "style_score", "content_score", "style_accuracy"):
            assert 0.0 <= measures[name] <= 1.0
        assert 0.0 < measures["content_retention"] <= 1.0
        assert measures["flicker"] > 0.0
    assert written["styles"]["oil"]["diversity"] > 0.0
    assert "diversity" not in written["styles"]["oil (by name)"]


def test_total_is_the_mean_of_the_rows(written):
    expected = np.mean([measures["total"] for measures in written["styles"].values()])
    assert written["total"] == pytest.approx(expected, abs=1e-4)
    low, high = written["total_interval"]
    assert low <= written["total"] <= high


def test_settings_tell_what_was_evaluated(written, run_folder):
    assert written["settings"] == {
        "model": str(run_folder),
        "photos": 4,
        "style_pictures": {"<b>rush": 4, "oil": 4},
        "truth": {},
        "perceptual": "compact",
        "size": 48,
        "seed": 0,
        "held_out": False,
    }


def test_pictures_are_what_stylize_draws(made, folders, run_folder):
    drawn = sorted(path.name for path in (folders / "report/pictures/oil (by name)").iterdir())
    assert len(drawn) == 4 and set(drawn) < {"a.png", "b.png", "c.png", "more-a.png", "more-b.png"}
    stylizer = PortraitStylizer.load(run_folder)
    name = next(name for name in drawn if name.startswith("more-"))
    photo = resize_longer_side(load_image(folders / "photos/more" / name[5:]), 48)
    result = load_image(folders / "report/pictures/oil (by name)" / name)
    np.testing.assert_array_equal(result, stylizer.stylize(photo, "oil"))
    candidates = [
        stylizer.stylize(photo, crop_square(load_image(path), 192))
        for path in (folders / "styles/oil").iterdir()
    ]
    after = load_image(folders / "report/pictures/oil" / name)
    assert sum((after == candidate).all() for candidate in candidates) == 1


def test_page_stands_alone_and_is_escaped(made, folders):
    page = (folders / "report" / "report.html").read_text()
    images = re.findall(r'src="data:image/(?:png|jpeg);base64,([^"]+)"', page)
    # Two plots, and a strip for each of four photos in each of three rows.
    assert len(images) == 2 + 4 * 3
    for image in images:
        assert load_image(base64.b64decode(image)).shape[-1] == 3
    assert "<b>rush" not in page and "&lt;b&gt;rush" in page
    assert_is_a_page(page, pictures=len(images))
    assert "no face detector was given" in page


def test_same_arguments_same_report(made, folders, run_folder, tmp_path):
    arguments = folders / "photos", folders / "styles", tmp_path / "again"
    evaluate(run_folder, *arguments, limit=4, size=48)
    for name in ("report.json", "report.html"):
        assert (tmp_path / "again" / name).read_bytes() == (folders / "report" / name).read_bytes()


def test_table_and_reasons(made):
    lines = made.table().splitlines()
    assert lines[0].split()[:2] == ["style", "total"]
    assert [line.split("  ")[0] for line in lines[2:]] == [*made.styles, "all"]
    assert any("identity, faces_found" in line for line in made.reasons())
    assert any(
        line.startswith("not measured of oil (by name): diversity") for line in made.reasons()
    )


def test_named_styles_need_no_style_encoder(folders, run_folder, tmp_path):
    generator = tmp_path / "generator.keras"
    generator.write_bytes((run_folder / "generator.keras").read_bytes())
    made = evaluate(
        generator, folders / "photos", folders / "styles", tmp_path / "out", limit=2, size=48
    )
    assert list(made.styles) == ["oil (by name)"]
    assert made.skipped["oil (by name)"]["style_accuracy"] == "the model has no style encoder"


# Command line


@pytest.fixture
def command(folders, run_folder, tmp_path, capsys):
    """Run `evaluate`; return exit code, output and lines of errors."""

    def run(*arguments, **replaced):
        given = {
            "--model": run_folder,
            "--photos": folders / "photos",
            "--styles": folders / "styles",
            "--output": tmp_path / "report",
            "--limit": 2,
            "--size": 48,
        }
        given |= {f"--{name.replace('_', '-')}": value for name, value in replaced.items()}
        flat = [str(text) for pair in given.items() for text in pair]
        code = cli.main(["evaluate", *flat, *arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err.splitlines()

    return run


def test_command_prints_a_table_and_where_the_page_is(command, tmp_path):
    damaged = tmp_path / "photos"
    save_image(damaged / "good.png", picture(1))
    save_image(damaged / "fine.png", picture(2))
    (damaged / "bad.png").write_text("text")
    code, out, errors = command(photos=damaged, limit=9)
    assert code == 0
    assert out.splitlines()[-1] == str(tmp_path / "report" / "report.html")
    assert "oil (by name)" in out and "not measured: identity" in out
    assert len(errors) == 1 and "warning: skipped 1 of 3 files" in errors[0]


@pytest.mark.parametrize(
    ("replaced", "named"),
    [
        ({"photos": "nowhere"}, "nowhere is not a folder"),
        ({"styles": "nowhere"}, "nowhere is not a folder"),
        ({"model": "nowhere"}, "nowhere"),
        ({"limit": 0}, "--limit: 0 must be 1 or more"),
        ({"size": 4}, "--size: 4 must be in [16, 8192]"),
        ({"perceptual_weights": "nowhere.npz"}, "nowhere.npz does not exist"),
        ({"face_detector": "nowhere.onnx"}, "nowhere.onnx does not exist"),
        ({"face_embedding": "nowhere.onnx"}, "`face_embedding` needs `face_detector`"),
    ],
)
def test_mistakes_get_one_line(command, replaced, named):
    code, _, errors = command(**replaced)
    assert code == 2
    assert len(errors) == 1 and named in errors[0]


def test_a_used_folder_is_refused(command, tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "mine.txt").touch()
    code, _, errors = command()
    assert code == 2 and "is not empty; name a new folder or pass --overwrite" in errors[0]


def test_held_out_is_the_split_of_the_run(folders, run_folder, tmp_path):
    run = shutil.copytree(run_folder, tmp_path / "run")
    (run / "config.json").write_text(json.dumps({"validation_fraction": 0.6}))
    output = tmp_path / "report"
    photos, styles = folders / "photos", folders / "styles"
    evaluate(run, photos, styles, output, limit=9, size=32, held_out=True)
    drawn = {path.name for path in (output / "pictures" / "oil").iterdir()}
    held_out = [path for path in list_images(photos) if in_validation(path, 0.6)]
    expected = {"-".join(path.relative_to(photos).parts) for path in held_out}
    assert drawn == expected and len(expected) < 5
    written = json.loads((output / "report.json").read_text())
    of_style = [p for p in list_images(styles / "oil") if in_validation(p, 0.6)]
    assert written["settings"]["style_pictures"]["oil"] == len(of_style) < 4


def test_nothing_held_out(command):
    code, _, errors = command("--held-out")
    assert code == 2 and "holds no readable held-out picture" in errors[-1]


def test_a_model_that_draws_none_of_the_styles(command, folders, run_folder, tmp_path):
    generator = tmp_path / "generator.keras"
    generator.write_bytes((run_folder / "generator.keras").read_bytes())
    code, _, errors = command(model=generator, styles=folders / "styles" / "<b>rush")
    assert code == 2 and "name folders after its styles: oil, ink, café noir" in errors[0]


def test_help_shows_a_real_example_and_the_true_defaults(capsys):
    assert cli.main(["evaluate", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "portrait-style evaluate --model mobile --photos photos" in text
    config = EvaluationConfig("mobile", "photos", "styles", "report")
    for name in ("perceptual", "limit", "size", "seed"):
        assert f"(default: {getattr(config, name)})" in text

import json

import numpy as np
import pytest
from page_checks import assert_is_a_page
from PIL import Image
from sklearn.metrics import adjusted_rand_score

from portrait_style import cli
from portrait_style.discovery import discover
from portrait_style.image import crop_square, load_image, save_image
from portrait_style.styles.discovered import read_discovered
from portrait_style.stylizer import PortraitStylizer

KINDS = ("blots", "clouds", "hatching")


def clouds(rng):
    coarse = rng.integers(60, 200, (6, 6, 3), np.uint8)
    return crop_square(coarse.repeat(8, axis=0).repeat(8, axis=1), 64)


def hatching(rng):
    y, x = np.mgrid[:64, :64]
    lines = np.sin(0.5 * (x + y) + rng.normal(0.0, 0.3, (64, 64)) + rng.uniform(0.0, 6.0)) > 0.3
    return np.repeat(np.where(lines, 20, 250)[..., None], 3, axis=-1).astype(np.uint8)


def blots(rng):
    y, x = np.mgrid[:64, :64]
    picture = np.full((64, 64, 3), 240, np.uint8)
    for _ in range(3):
        inside = np.hypot(*(rng.uniform(10, 54, 2)[:, None, None] - [y, x])) < rng.uniform(8, 16)
        picture[inside] = rng.choice([[220, 30, 30], [20, 60, 210], [10, 10, 10]])
    return picture


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three kinds of pictures, 10 to 14 of each; the first cloud is there twice."""
    rng = np.random.default_rng(4)
    folder = tmp_path_factory.mktemp("mixed")
    for kind, draw, count in zip(KINDS, (blots, clouds, hatching), (10, 14, 12), strict=True):
        for number in range(count):
            save_image(folder / f"{kind}-{number:02d}.png", draw(rng))
    save_image(folder / "clouds-copy.jpg", load_image(folder / "clouds-00.png"))
    return folder


@pytest.fixture(scope="module")
def output(folder, run_folder, tmp_path_factory):
    output = tmp_path_factory.mktemp("discovery") / "found"
    discover(folder, output, model=run_folder)
    return output


@pytest.fixture(scope="module")
def written(output):
    return json.loads((output / "styles.json").read_text())


def test_kinds_are_found_and_every_picture_is_in_one_style(written, folder):
    pairs = [
        (file.split("-")[0], entry["name"])
        for entry in written["clusters"]
        for file in entry["files"]
    ]
    assert len(pairs) == len(list(folder.iterdir())) == 37
    assert adjusted_rand_score(*zip(*pairs, strict=True)) > 0.9


def test_styles_have_codes_of_their_pictures(written, folder, run_folder):
    stylizer = PortraitStylizer.load(run_folder)
    for entry in written["clusters"]:
        assert len(entry["code"]) == 64 and entry["spread"] > 0.0
        typical = [name for name in entry["files"] if name not in written["outliers"]]
        codes = np.stack([stylizer.encode_style(folder / name) for name in typical])
        np.testing.assert_allclose(entry["code"], codes.mean(axis=0), atol=1e-3)


def test_copies_are_told(written):
    assert written["duplicates"] == [["clouds-00.png", "clouds-copy.jpg"]]


def test_everything_is_there_to_be_looked_at(written, output):
    names = {entry["name"] for entry in written["clusters"]}
    assert len(list((output / "sheets").iterdir())) == len(names) == len(written["clusters"])
    for plot in ("map.png", "agreement.png"):
        assert min(load_image(output / plot).shape[:2]) > 200
    page = (output / "index.html").read_text()
    assert all(name in page for name in names) and "clouds-copy.jpg" in page
    # Two plots, every picture of a style, the outliers, and the copies.
    shown = 2 + 37 + len(written["outliers"]) + 2
    assert_is_a_page(page, pictures=shown)


@pytest.mark.slow
def test_a_later_run_finds_the_same_and_keeps_edited_names(
    written, output, folder, run_folder, photo
):
    path = output / "styles.json"
    edited = path.read_text().replace(f'"{written["clusters"][0]["name"]}"', '"my own"')
    path.write_text(edited)
    plot = (output / "agreement.png").read_bytes()
    discover(folder, output, model=run_folder, overwrite=True)
    assert path.read_text() == edited
    assert (output / "agreement.png").read_bytes() == plot
    stylizer = PortraitStylizer.load(run_folder)
    codes, _ = read_discovered(path)
    np.testing.assert_array_equal(
        stylizer.stylize(photo, f"{path}#my own"), stylizer.stylize(photo, codes["my own"])
    )


@pytest.fixture
def run(run_folder, tmp_path, monkeypatch, capsys):
    """Run `discover`; return (exit code, lines on stderr)."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pictures").mkdir()

    def run(*arguments, folder="pictures", output="found"):
        given = [folder, "--output", output, "--model", run_folder, *arguments]
        code = cli.main([str(text) for text in ("discover", *given)])
        return code, capsys.readouterr().err.splitlines()

    return run


def assert_refused(result, words, lines=1):
    code, errors = result
    assert code == 2 and len(errors) == lines, errors
    assert words in errors[-1]


def test_nothing_to_discover(run, tmp_path, photo):
    assert_refused(run(folder="nowhere"), "nowhere is not a folder")
    assert_refused(run(), "pictures holds no readable picture")
    (tmp_path / "pictures" / "letter.png").write_text("text")
    assert_refused(run(), "pictures holds no readable picture", lines=2)
    save_image(tmp_path / "pictures" / "a.png", photo)
    assert_refused(run(), "holds only one picture", lines=2)
    (tmp_path / "pictures" / "letter.png").unlink()
    for name in ("b.png", "c.bmp"):
        save_image(tmp_path / "pictures" / name, photo)
    assert_refused(run(), "copies of one; styles are told apart by comparing")
    assert not (tmp_path / "found").exists()


def test_mistaken_arguments(run, tmp_path, photo):
    for number in range(3):
        save_image(tmp_path / "pictures" / f"{number}.png", np.roll(photo, 9 * number, axis=1))
    assert_refused(run("--clusters", "4"), "at most the number of pictures, 3")
    assert_refused(run("--clusters", "0"), "--clusters: 0 must be")
    assert_refused(run("--clusters", "some"), "neither auto nor a whole number")
    assert_refused(run(output="pictures"), "pictures is not empty")
    assert_refused(run(output="pictures/0.png/found"), "0.png is not a folder")
    (tmp_path / "found").mkdir()
    (tmp_path / "found" / "styles.json").write_text("{}")
    assert_refused(run("--overwrite"), "is not a file of discovered styles")
    assert (tmp_path / "found" / "styles.json").read_text() == "{}"


def test_unreadable_files_are_told_and_left_out(run, tmp_path):
    rng = np.random.default_rng(0)
    for number in range(4):
        save_image(tmp_path / "pictures" / f"{number}.png", (clouds, blots)[number % 2](rng))
    (tmp_path / "pictures" / "bad.jpg").write_text("text")
    code, lines = run("--clusters", "2")
    assert code == 0 and len(lines) == 1 and "skipped 1 of" in lines[0]
    styles = json.loads((tmp_path / "found" / "styles.json").read_text())["clusters"]
    assert sorted(sum((style["files"] for style in styles), [])) == [f"{i}.png" for i in range(4)]
    with Image.open(next((tmp_path / "found" / "sheets").iterdir())) as sheet:
        assert sheet.format == "JPEG"

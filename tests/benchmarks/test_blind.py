import json
import re
import subprocess
import sys
from pathlib import Path

import blind
import numpy as np
import pytest
from baselines.magenta import MagentaMethod
from blind_study.drawing import Artists, References, make_references
from blind_study.questions import choose_photos, plan_questions, style_pictures
from blind_study.sheets import question_strip, write_sheets
from blind_study.study import LETTERS, SOURCES, read_study, write_study
from blind_study.votes import Vote, enter_votes, read_votes
from flat_questions import drawn

from portrait_style.encoding import encode_image
from portrait_style.image import load_image
from portrait_style.image_folder import bundled_photos
from portrait_style.renderers import render

BENCHMARKS = Path(blind.__file__).parent
FACE = "faker-female-52"


@pytest.fixture
def study(tmp_path):
    """Three questions in a folder, with the seed 3."""
    return write_study(tmp_path, {"model": "mobile"}, drawn(3), 3)


# Questions


def test_styles_and_photos_come_evenly_and_folders_take_turns():
    folders = [[Path(f"a{i}") for i in range(4)], [], [Path(f"b{i}") for i in range(6)]]
    planned = plan_questions(["oil", "comic", "sepia"], folders, 24, 5)
    styles = [style for style, _ in planned]
    for start in range(0, 24, 3):
        assert sorted(styles[start : start + 3]) == ["comic", "oil", "sepia"]
    names = [path.name for _, path in planned]
    assert "".join(name[0] for name in names) == "ab" * 12
    assert [names.count(f"a{i}") for i in range(4)] == [3] * 4
    assert [names.count(f"b{i}") for i in range(6)] == [2] * 6
    assert planned == plan_questions(["oil", "comic", "sepia"], folders, 24, 5)
    assert planned != plan_questions(["oil", "comic", "sepia"], folders, 24, 6)


def test_a_seed_gives_the_same_order_whatever_python_hashes(tmp_path):
    program = (
        f"import sys; sys.path.insert(0, {str(BENCHMARKS)!r})\n"
        "from blind_study.questions import plan_questions, choose_photos\n"
        "from pathlib import Path\n"
        "choice = choose_photos(Path('nowhere'))\n"
        "planned = plan_questions(['oil', 'comic'], choice.held_out, 30, 1)\n"
        "print(*((style, path.name) for style, path in planned), sep='\\n')\n"
        "print(*(path.name for path in choice.references))"
    )
    # As if text were hashed as in no other process.
    environment = {"PYTHONHASHSEED": "4321", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    choice = choose_photos(tmp_path)
    planned = plan_questions(["oil", "comic"], choice.held_out, 30, 1)
    *lines, last = run.stdout.splitlines()
    assert lines == [str((style, path.name)) for style, path in planned]
    assert last.split() == [path.name for path in choice.references]


def test_without_data_the_faces_of_the_package_are_parted_as_the_recipe_parts_them(tmp_path):
    choice = choose_photos(tmp_path)
    (held_out,) = choice.held_out
    assert len(held_out) > 5 and len(choice.references) == 8
    assert {path.parent for path in held_out} == {bundled_photos()}
    assert not set(held_out) & set(choice.references)


def test_own_photos_are_asked_about(tmp_path):
    (tmp_path / "me.png").write_bytes(encode_image(np.zeros((20, 20, 3), np.uint8), ".png"))
    assert choose_photos(tmp_path, tmp_path).held_out == [[tmp_path / "me.png"]]


def test_a_style_without_its_folder_has_no_pictures(tmp_path):
    assert style_pictures(tmp_path) == {}


# Drawings


class Inverting:
    styles = ["sepia", "ink"]

    def stylize(self, photo, style):
        return 255 - photo


def test_who_draws_what(tmp_path):
    """Each source by an independent way to the same drawing."""
    faces = sorted(bundled_photos().glob("faker-female-[12]?.jpg"))[:3]
    ink = tmp_path / "ink.png"
    ink.write_bytes(encode_image(np.full((40, 40, 3), 200, np.uint8), ".png"))
    references = make_references(["sepia", "ink", "unknown"], faces, {"ink": [ink]})
    assert list(references.pictures) == ["sepia", "ink"]
    artists = Artists(Inverting(), references, lambda photo, picture: picture)
    photo, drawings = artists.draw("sepia", faces[0], np.random.default_rng(0))
    assert list(drawings) == list(SOURCES)
    assert photo.shape == (384, 384, 3)
    assert all(each.shape == photo.shape and each.dtype == np.uint8 for each in drawings.values())
    np.testing.assert_array_equal(drawings["ours"], 255 - photo)
    np.testing.assert_array_equal(drawings["renderer"], render(photo, "sepia"))
    # Magenta's style picture is a drawing of somebody else.
    others = references.pictures["sepia"][1:]
    assert any(np.array_equal(drawings["magenta"], other) for other in others)
    assert not np.array_equal(drawings["magenta"], references.pictures["sepia"][0])
    _, drawings = artists.draw("ink", faces[0], np.random.default_rng(0))
    assert list(drawings) == ["ours", "filter", "magenta"]
    assert np.abs(np.float32(drawings["filter"]) - 200.0).max() < 10.0


def test_the_filter_is_one_for_all_photos():
    """Where drawings are photos at half contrast, that is what it does to any other photo."""
    faces = [load_image(bundled_photos() / f"faker-male-{i}.jpg") for i in (0, 10, 13)]
    halved = [np.round(60.0 + 0.5 * face).astype(np.uint8) for face in faces]
    artists = Artists(Inverting(), References(["a", "b", "c"], faces, {"ink": halved}))
    photo, drawings = artists.draw("ink", bundled_photos() / f"{FACE}.jpg", None)
    assert list(drawings) == ["ours", "filter"]
    np.testing.assert_allclose(drawings["filter"], 60.0 + 0.5 * photo, atol=2.0)


def test_the_photo_itself_is_no_reference_under_another_name_either(tmp_path):
    link = tmp_path / "photos-x.jpg"
    link.symlink_to(bundled_photos() / f"{FACE}.jpg")
    grounds = [np.full((4, 4, 3), i, np.uint8) for i in range(2)]
    references = References([FACE, "other"], grounds, {"oil": grounds, "ink": grounds})
    for style, first in (("oil", 1), ("ink", 0)):
        photos, pictures = references.of_others(style, link)
        assert [photo.max() for photo in photos] == [1]
        assert pictures[0].max() == first


# The study


def test_every_source_is_at_each_place_about_equally_often(tmp_path):
    study = write_study(tmp_path, {}, drawn(400), 0)
    places = np.zeros((4, 4), int)
    for question in study.questions:
        assert sorted(question.sources) == sorted(SOURCES)
        for place, source in enumerate(question.sources):
            places[SOURCES.index(source), place] += 1
    # 100 expected; four standard deviations are 35.
    assert np.abs(places - 100).max() < 35


def test_the_key_fits_the_pictures(tmp_path):
    study = write_study(tmp_path, {}, drawn(4), 1)
    for i, question in enumerate(study.questions):
        assert load_image(tmp_path / "pictures" / question.picture)[0, 0, 0] == 9 * i
        for name, source in zip(question.drawings, question.sources, strict=True):
            shown = load_image(tmp_path / "pictures" / name)[0, 0, 0]
            assert shown == 9 * i + 2 * (1 + SOURCES.index(source))


def test_neither_the_page_nor_a_picture_says_who_drew_it(tmp_path, study):
    page = (tmp_path / "index.html").read_text()
    told = r"ours|renderer\w*|filter\w*|magenta|mobile|person|ghiasi|key\.json"
    assert set(re.findall(rf"\b({told})\b", page, re.IGNORECASE)) <= {"person"}
    # Once, where faults are named: not a name of a file.
    assert page.count("person") == 1
    names = sorted(path.name for path in (tmp_path / "pictures").iterdir())
    assert len(names) == 15 and all(re.fullmatch(r"[0-9a-f]{16}\.jpg", name) for name in names)
    assert names != [n for question in study.questions for n in question.drawings]
    # Of a file, its head could tell as well.
    heads = {
        (tmp_path / "pictures" / name).read_bytes().partition(b"\xff\xdb")[0] for name in names
    }
    assert len(heads) == 1


def test_the_page_stands_alone_and_shows_all_questions(tmp_path, study):
    page = (tmp_path / "index.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "http" not in page and "@import" not in page and "url(" not in page
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert "@media (prefers-color-scheme: dark)" in page
    data = re.search(r'<script type="application/json" id="study">(.*?)</script>', page, re.DOTALL)
    told = json.loads(data[1])
    assert told["study"] == study.name
    for shown, question in zip(told["questions"], study.questions, strict=True):
        assert shown["drawings"] == [f"pictures/{name}" for name in question.drawings]
        assert set(shown) == {"style", "photo", "drawings"}


def test_what_is_filled_in_is_escaped(tmp_path):
    write_study(tmp_path, {}, drawn(1, styles=("</script><b>",)), 0)
    page = (tmp_path / "index.html").read_text()
    assert "<b>" not in page and page.count("</script>") == 2


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(tmp_path):
    folders = [tmp_path / name for name in "abc"]
    names = [
        write_study(folder, {}, drawn(3), seed).name
        for folder, seed in zip(folders, (1, 1, 2), strict=True)
    ]
    assert names[0] == names[1] != names[2]
    files = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")}
        for folder in folders
    ]
    assert files[0] == files[1] != files[2]


def test_a_study_is_read_as_it_was_written(tmp_path, study):
    assert read_study(tmp_path) == study


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"name": "a", "settings": {}, "questions": [{"style": "oil"}]}',
        '{"name": "a", "settings": {}, "questions": [{"style": "oil", "photo": "p", '
        '"picture": "q", "drawings": ["r"], "sources": []}]}',
    ],
)
def test_a_damaged_key_is_one_line(tmp_path, text, capsys):
    (tmp_path / "key.json").write_text(text)
    assert blind.main(["--tally", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "key.json is damaged" in line


def test_sheets_hold_five_questions_each(tmp_path):
    study = write_study(tmp_path, {}, drawn(7, SOURCES[:3]), 0)
    paths = write_sheets(tmp_path, study)
    assert [path.name for path in paths] == ["questions-1-5.png", "questions-6-7.png"]
    strip = question_strip(tmp_path, study, 6)
    assert load_image(paths[1]).shape == (2 * strip.shape[0], *strip.shape[1:])
    np.testing.assert_array_equal(load_image(paths[1])[: strip.shape[0]], strip)
    # Of four cells alike, each has its own colour in the middle.
    middles = strip[strip.shape[0] // 2, np.arange(4) * strip.shape[1] // 4 + 160, 0]
    shown = [45, *(45 + 2 * (1 + SOURCES.index(s)) for s in study.questions[5].sources)]
    assert middles.tolist() == shown


# The command


def test_a_study_from_the_command_line(tmp_path, monkeypatch, capsys):
    """The whole way with a real renderer; what is left out is a line each."""
    from portrait_style import PortraitStylizer

    photos, output = tmp_path / "photos", tmp_path / "study"
    photos.mkdir()
    for name in (FACE, "faker-male-0"):
        (photos / f"{name}.jpg").write_bytes((bundled_photos() / f"{name}.jpg").read_bytes())
    monkeypatch.setattr(Inverting, "styles", ["sepia", "no_such_style"])
    monkeypatch.setattr(PortraitStylizer, "load", lambda source: Inverting())
    monkeypatch.setattr(MagentaMethod, "reason_to_skip", lambda self: "needs its package")
    words = ["--data", str(tmp_path), "--photos", str(photos), "--output", str(output)]
    words += ["--count", "3", "--seed", "7"]
    assert blind.main([*words, "--judge-sheet"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "no_such_style is left out: no renderer draws it, and no picture shows it"
    assert lines[1] == "magenta is left out: needs its package"
    study = read_study(output)
    assert [sorted(q.sources) for q in study.questions] == [["filter", "ours", "renderer"]] * 3
    assert {q.letters for q in study.questions} == {LETTERS[:3]}
    assert (output / "sheets" / "questions-1-3.png").is_file()
    # It is kept, with its votes; another one does not take its place.
    enter_votes(output, study, "1=A")
    for kept in (words, ["--output", str(output)]):
        assert blind.main(kept) == 0
        assert read_votes(output, read_study(output)) == {1: Vote("A")}
    assert blind.main([*words, "--seed", "8"]) == 2
    assert "holds a study of model mobile, photos" in capsys.readouterr().err


def test_a_folder_without_photos_is_one_line(tmp_path, monkeypatch, capsys):
    from portrait_style import PortraitStylizer

    (tmp_path / "photos").mkdir()
    monkeypatch.setattr(PortraitStylizer, "load", lambda source: Inverting())
    words = ["--photos", str(tmp_path / "photos"), "--output", str(tmp_path / "study")]
    assert blind.main(words) == 2
    assert "photos: there is no photo to ask about" in capsys.readouterr().err
    assert not (tmp_path / "study").exists()

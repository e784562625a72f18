import numpy as np
import pytest
from drawn_pictures import draw_picture
from PIL import Image

from portrait_style import cli
from portrait_style.errors import DatasetError
from portrait_style.image_folder import bundled_photos, list_images
from portrait_style.training.inspection import inspect, machine_slowness


@pytest.fixture
def faces(tmp_path):
    """Twelve faces of the package, 48 pixels more than what is wanted."""
    folder = tmp_path / "faces"
    folder.mkdir()
    for path in list_images(bundled_photos())[:12]:
        Image.open(path).resize((176, 176)).save(folder / f"{path.stem}.png")
    return folder


def write(folder, name, pixels):
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(folder / name)


def notes_of(found):
    return "\n".join(text for folder in found.folders for text in (*folder.faults, *folder.notes))


def test_good_photos_are_only_few(faces):
    found = inspect(photos=faces)
    assert found.fit and found.folders[0].pictures == 12
    assert notes_of(found) == "12 photos are few; 40 and more are better"


def test_what_is_wrong_with_photos_is_named(faces):
    (faces / "cut.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    Image.open(faces / next(iter(sorted(p.name for p in faces.glob("*.png"))))).resize(
        (100, 100)
    ).save(faces / "zz_again.png")
    write(faces, "waves.png", draw_picture("waves", 200, 200))
    told = notes_of(inspect(photos=faces))
    assert "1 cannot be read and are left out" in told and "cut.jpg" in told
    assert "1 are smaller than 128 pixels: zz_again.png" in told
    assert "1 are there more than once" in told and "= zz_again.png" in told
    assert "no face is found in 1: waves.png" in told


def test_fewer_than_a_batch_is_a_fault(faces):
    found = inspect(photos=faces, batch=16)
    assert not found.fit and "12 photos are fewer than a batch, 16" in notes_of(found)


def test_palettes(tmp_path):
    rng = np.random.default_rng(0)
    for i in range(14):
        grain = rng.integers(0, 30, (140, 140, 3))
        write(tmp_path / "styles" / "one", f"{i}.png", (grain + 90).astype(np.uint8))
        ground = rng.choice([0, 220], 3)
        write(tmp_path / "styles" / "many", f"{i}.png", (grain + ground).astype(np.uint8))
    found = {x.folder: x for x in inspect(styles=tmp_path / "styles").folders}
    assert any("palettes of their own" in text for text in found["many"].notes)
    assert not any("palettes" in text for text in found["one"].notes)


def test_pairs_out_of_register_are_a_fault(faces, tmp_path):
    for i, path in enumerate(list_images(faces)):
        pixels = np.asarray(Image.open(path).convert("RGB"))
        write(tmp_path / "edits" / "before", path.name, pixels)
        moved = np.roll(pixels, 24, axis=1) if i == 3 else pixels
        write(tmp_path / "edits" / "after", path.name, 255 - moved)
    found = inspect(pairs=[tmp_path / "edits"])
    assert not found.fit and found.folders[0].pictures == 12
    assert "1 pairs do not fit" in notes_of(found)
    (tmp_path / "edits" / "after" / list_images(faces)[0].name).unlink()
    assert "no partner of the same name" in notes_of(inspect(pairs=[tmp_path / "edits"]))


def test_minutes_grow_with_the_work(faces):
    usual = inspect(photos=faces).minutes
    assert inspect(photos=faces, steps=40_000).minutes > 3 * usual
    assert inspect(photos=faces, size=256, batch=16).minutes > 2 * usual
    assert machine_slowness() > 0


def test_the_command(faces, tmp_path, capsys):
    assert cli.main(["check", "--photos", str(faces)]) == 0
    told = capsys.readouterr().out
    assert "about " in told and "minutes of training on this machine" in told
    assert cli.main(["check", "--photos", str(faces), "--batch", "16"]) == 2
    assert "fault  " in capsys.readouterr().out
    assert cli.main(["check"]) == 2
    assert "--photos, --styles or --pairs" in capsys.readouterr().err
    assert cli.main(["check", "--photos", str(tmp_path / "nowhere")]) == 2
    assert "nowhere is not a folder" in capsys.readouterr().err


def test_a_missing_folder(tmp_path):
    with pytest.raises(DatasetError, match="nowhere"):
        inspect(styles=tmp_path / "nowhere")

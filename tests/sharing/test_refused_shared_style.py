"""What is no shared style, and what cannot be shared."""

import json
import shutil
import struct
import zipfile
import zlib

import numpy as np
import pytest
from adapted_model import NAME, write_adapted_model
from shared_style_files import refused, told_by

from portrait_style import share_style
from portrait_style.errors import ModelError, SharedStyleError
from portrait_style.styles.bank import StyleBank
from portrait_style.styles.shared import MOST_BYTES, read_shared_style
from portrait_style.stylizer import PortraitStylizer


@pytest.fixture
def forge(waves, tmp_path):
    """Write a file that differs from a good one; return its path."""

    def write(changes=(), thumbnail=None, parts=(), left_out=()):
        with zipfile.ZipFile(waves) as archive:
            content = {name: archive.read(name) for name in archive.namelist()}
        told = json.loads(content["style.json"]) | dict(changes)
        content["style.json"] = json.dumps(told).encode()
        content["thumbnail.png"] = thumbnail or content["thumbnail.png"]
        content |= dict(parts)
        path = tmp_path / "forged.style"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in content.items():
                if name not in left_out:
                    archive.writestr(name, data)
        return path

    return write


def png_of(side):
    """A PNG whose header tells of a square of that side, and which ends after a few pixels."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(side))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels)


def update_of(path, **changes):
    return {"update": told_by(path)["update"] | changes}


FORGERIES = {
    "another format": ({"changes": {"format": "brush"}}, "another kind of file"),
    "a later version": ({"changes": {"version": 2}}, "format 2, this version reads 1"),
    "two lines": ({"changes": {"name": "a\nb"}}, "`name` must be one line"),
    "no name": ({"changes": {"name": None}}, "`name` must be one line"),
    "a long licence": ({"changes": {"licence": 3}}, "`licence` must be one line"),
    "an empty code": ({"changes": {"code": []}}, "finite numbers"),
    "a code of text": ({"changes": {"code": ["red"] * 64}}, "is not a usable style"),
    "not a number": ({"changes": {"code": [float("nan")] * 64}}, "finite numbers"),
    "infinity": ({"changes": {"code": [1e39] * 64}}, "finite numbers"),
    "a short code": ({"changes": {"code": [1.0] * 63}}, "a code of 64 numbers"),
    "a far code": ({"changes": {"code": [1e9] * 64}}, "a code of 64 numbers"),
    "other networks": ({"changes": {"model": "0" * 16}}, "made for other networks"),
    "no fingerprint": ({"changes": {"model": None}}, "made for other networks"),
    "a medium": ({"changes": {"medium": {"kind": "brick", "scale": 1.0, "depth": 0.1}}}, "kind"),
    "an update of nothing": ({"changes": {"update": {}}}, "'direction' is missing"),
    "an update of text": ({"changes": {"update": "all"}}, "is not a usable style"),
    "no thumbnail": ({"left_out": ["thumbnail.png"]}, "style.json and thumbnail.png"),
    "another part": ({"parts": {"../../evil.py": b"x"}}, "nothing else"),
    "a thumbnail of text": ({"thumbnail": b"text"}, "thumbnail.png is not a picture"),
    "a thumbnail of many pixels": ({"thumbnail": png_of(7000)}, "more than 1024 pixels"),
    "a thumbnail that is cut": ({"thumbnail": png_of(64)}, "damaged"),
    "a list": ({"parts": {"style.json": b"[1]"}}, "is not a usable style"),
    "text": ({"parts": {"style.json": b"{"}}, "is not a usable style"),
    "depth": ({"parts": {"style.json": b"[" * 100_000}}, "is not a usable style"),
    "a bomb": ({"parts": {"style.json": bytes(MOST_BYTES + 1)}}, "style.json has more than 8 MB"),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_forged_files_are_refused(command, forge, preset, photo_path, tmp_path, what):
    changes, reason = FORGERIES[what]
    path = forge(**changes)
    before = sorted(tmp_path.rglob("*"))
    result = command("stylize", photo_path, "--style", path, "--model", preset)
    refused(result, str(path), reason)
    assert sorted(tmp_path.rglob("*")) == before


def test_forged_updates_are_refused(command, forge, preset, waves, photo_path, tmp_path):
    shifts = told_by(waves)["update"]["shifts"]
    first = next(iter(shifts))
    for forged, reason in (
        (update_of(waves, direction=[1.0] * 63), "an update for codes of 64 numbers"),
        (update_of(waves, direction=[0.0] * 64), "an update without direction"),
        (update_of(waves, code_scale=0.0), "an update without direction"),
        (update_of(waves, shifts={**shifts, first: [1e30] * len(shifts[first])}), "finite numbers"),
        (update_of(waves, shifts={**shifts, first: [3e38] * len(shifts[first])}), "finite numbers"),
        (update_of(waves, shifts={**shifts, first: [1.0]}), "one a channel"),
        (update_of(waves, shifts={**shifts, "0" * 16: [1.0]}), "adds to other networks"),
    ):
        path = forge(forged)
        before = sorted(tmp_path.rglob("*"))
        result = command("stylize", photo_path, "--style", path, "--model", preset)
        refused(result, str(path), reason)
        assert sorted(tmp_path.rglob("*")) == before


def test_foreign_files_are_refused(command, preset, photo_path, tmp_path):
    path = tmp_path / "foreign.style"
    np.savez(tmp_path / "pickled.npz", code=np.array([{"a": 1}], object))
    for content in (b"", b"PK\x03\x04", b"text" * 99, (tmp_path / "pickled.npz").read_bytes()):
        path.write_bytes(content)
        result = command("stylize", photo_path, "--style", path, "--model", preset)
        refused(result, "foreign.style is not a usable style")
    path.write_bytes(bytes(MOST_BYTES + 1))
    told = ("stylize", photo_path, "--model", preset, "--style")
    refused(command(*told, path), "foreign.style is not a usable style (more than 8 MB)")
    refused(command(*told, tmp_path / "none.style"), "none.style' is neither a style nor")
    (tmp_path / "folder.style").mkdir()
    refused(command(*told, tmp_path / "folder.style"), "folder.style does not exist")


def test_whatever_is_cut_or_changed_is_refused_or_harmless(waves, bank, tmp_path):
    with open(waves, "rb") as file:
        whole = file.read()
    path, rng = tmp_path / "cut.style", np.random.default_rng(0)
    for length in rng.integers(0, len(whole), 40):
        path.write_bytes(whole[:length])
        with pytest.raises(SharedStyleError, match=r"cut\.style is not a usable style"):
            read_shared_style(path)
    good = read_shared_style(waves)
    for place in rng.integers(0, len(whole), 150):
        changed = bytearray(whole)
        changed[place] ^= int(rng.integers(1, 256))
        path.write_bytes(changed)
        # Each part has a checksum; what lies between them tells nothing.
        try:
            np.testing.assert_array_equal(read_shared_style(path).code, good.code)
        except SharedStyleError:
            continue


def test_an_encrypted_file_is_refused(forge):
    path = forge()
    data = bytearray(path.read_bytes())
    # The flag of encryption, of each part and in the directory.
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + offset] |= 1
            start = data.find(mark, start + 1)
    path.write_bytes(data)
    with pytest.raises(SharedStyleError, match="is not a usable style"):
        read_shared_style(path)


def test_a_style_needs_the_networks_that_it_was_learned_with(waves, oil, adapted, photo, tmp_path):
    # The adapted generator knows it already; its kernels are others.
    with pytest.raises(SharedStyleError, match=r"waves\.style adds to other networks than these"):
        adapted.stylize(photo, waves)
    np.testing.assert_array_equal(adapted.stylize(photo, oil), adapted.stylize(photo, "oil"))
    with pytest.raises(SharedStyleError, match="was made for other networks"):
        read_shared_style(oil, StyleBank(np.ones(64)))


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("a.zip", "a.zip must end with .style"),
        ("there.style", "there.style exists; choose another name or pass --overwrite"),
        ("there.style/a.style", "is not a folder"),
        ("folder.style", "folder.style is a folder"),
    ],
)
def test_places_that_will_not_do(command, preset, output, reason, tmp_path):
    here = tmp_path / "here"
    (here / "there.style").write_text("precious")
    (here / "folder.style").mkdir()
    refused(command("share", "oil", "--model", preset, "--output", output), reason)
    assert (here / "there.style").read_text() == "precious"
    assert {path.name for path in here.iterdir()} == {"there.style", "folder.style"}


def test_an_existing_file_is_replaced_where_that_is_asked_for(command, preset, oil):
    told = ("share", "oil", "--model", preset)
    assert command(*told) == (0, "oil.style\n", [])
    refused(command(*told), "oil.style exists")
    assert command(*told, "--overwrite") == (0, "oil.style\n", [])


def test_layers_that_are_alike_cannot_be_told_apart(run_folder, tmp_path):
    folder = write_adapted_model(tmp_path / "adapted", run_folder)
    with pytest.raises(ModelError, match="has equal layers, which cannot be told apart"):
        share_style(folder, NAME, tmp_path / "x.style")


def test_styles_and_models_that_will_not_do(command, preset, run_folder, networks, tmp_path):
    def share(style, model):
        return command("share", style, "--model", model, "--output", "x.style")

    refused(share("chalk", preset), "'chalk' is neither a style nor", "oil, ink")
    refused(share("oil", "none"), "'none' is neither a preset")
    told = ("share", "oil", "--model", preset, "--output", "x.style", "--name", "a\nb")
    refused(command(*told), "`name` must be one line of text")
    (tmp_path / "generator.keras").touch()
    nameless = networks[0].from_config({**networks[0].get_config(), "styles": None})
    nameless.build({"photo": (None, None, None, 3), "style_code": (None, 64)})
    nameless.save(tmp_path / "generator.keras")
    refused(share("oil", tmp_path / "generator.keras"), "names no styles")
    assert not list((tmp_path / "here").iterdir())


def test_what_was_learned_is_told_beside_the_model_that_it_came_of(
    command, preset, adapted_folder, tmp_path
):
    gone = shutil.copytree(adapted_folder, tmp_path / "gone")
    note = json.loads((gone / "adaptation.json").read_text())

    def share(model):
        note["arguments"]["model"] = str(model)
        (gone / "adaptation.json").write_text(json.dumps(note))
        return command("share", NAME, "--model", gone, "--output", "x.style")

    refused(share(tmp_path / "none"), "was adapted from", "none", "is not there")
    other = PortraitStylizer.load(preset)
    other.generator.smoothing.bias.assign_add([0.5, 0.5, 0.5])
    refused(share(other.save(tmp_path / "other")), "is another model")
    (gone / "adaptation.json").write_text("{")
    told = ("share", NAME, "--model", gone, "--output", "x.style")
    refused(command(*told), "adaptation.json is damaged")
    assert not list((tmp_path / "here").iterdir())

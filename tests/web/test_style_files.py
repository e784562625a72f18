"""Styles that come to the page as files, and what comes instead of them."""

import io
import json
import zipfile

import numpy as np
import pytest
from page_modules import needs_node

from portrait_style.medium import Medium
from portrait_style.personalization.session import FeedbackSession
from portrait_style.styles.fingerprint import fingerprint
from portrait_style.styles.low_rank_update import LowRankUpdate
from portrait_style.styles.shared import SharedStyle

pytestmark = needs_node


STYLE = """
import { readStyleFile } from "./modules/style_file.js";
---
try {
  return { style: await readStyleFile(new File([readFileSync("file")], given.name), given.model) };
} catch (error) {
  return { message: error.message };
}
"""


def read_style(modules, bank, content, name="theirs.style"):
    (modules.folder / "file").write_bytes(content)
    model = {"fingerprint": fingerprint(bank), "photo_code": bank.to_config()["photo_code"]}
    return modules.run(STYLE, name=name, model=model)


def shared(bank, **settings):
    given = {"name": "<b>墨</b> & Öl", "code": bank.code("oil"), "model": fingerprint(bank)}
    thumbnail = np.zeros((16, 16, 3), np.uint8)
    return SharedStyle(**{**given, "thumbnail": thumbnail, **settings}).to_bytes()


def test_a_shared_style_is_read(modules, bank):
    medium = Medium("paper", 4.0, 0.04, dry=True)
    content = shared(bank, description="broad", medium=medium)
    style = read_style(modules, bank, content)["style"]
    np.testing.assert_array_equal(np.float32(style["code"]), bank.code("oil"))
    assert style["name"] == "<b>墨</b> & Öl"
    assert style["description"] == "broad" and style["medium"] == medium.to_config()


def repacked(content, **changes):
    """The archive of a style with other parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**parts, **changes}.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def with_json(content, **changes):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        told = json.loads(archive.read("style.json"))
    return repacked(content, **{"style.json": json.dumps({**told, **changes})})


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda content: b"", "is empty"),
        (lambda content: b"no archive", "no archive"),
        (lambda content: content[: len(content) // 2], "no archive"),
        (lambda content: repacked(content, **{"../evil.txt": b"x"}), "nothing else"),
        (lambda content: repacked(content, **{"style.json": b" " * (9 << 20)}), "too large"),
        (lambda content: repacked(content, **{"style.json": b"\xff{"}), "not a usable style"),
        (lambda content: with_json(content, format="other"), "another kind of file"),
        (lambda content: with_json(content, version=99), "another format"),
        (lambda content: with_json(content, model="0" * 16), "other networks"),
        (lambda content: with_json(content, code=[1.0] * 63), "code of 64 numbers"),
        (lambda content: with_json(content, code=["1"] * 64), "code of 64 numbers"),
        (lambda content: with_json(content, code=[1e30] * 64), "code of 64 numbers"),
        (lambda content: with_json(content, code=None), "code of 64 numbers"),
        (lambda content: with_json(content, name="a\nb"), "one line of text"),
        (lambda content: with_json(content, medium={"kind": "constructor"}), "unknown medium"),
    ],
)
def test_a_bad_style_file_is_named(modules, bank, change, said):
    message = read_style(modules, bank, change(shared(bank)))["message"]
    assert message.startswith("theirs.style") and said in message


def test_a_style_that_changes_the_network_is_refused(modules, bank):
    update = LowRankUpdate(np.ones(64, np.float32), 1.0, {"0" * 16: np.ones(8, np.float32)})
    message = read_style(modules, bank, shared(bank, update=update))["message"]
    assert "changes the network" in message and "portrait-style stylize" in message


def test_a_profile_is_read(modules, bank, tmp_path):
    session = FeedbackSession.start(bank)
    session.choose([3])
    session.save(tmp_path / "me.json")
    content = (tmp_path / "me.json").read_bytes()
    style = read_style(modules, bank, content, "我.json")["style"]
    assert style["name"] == "我"
    np.testing.assert_allclose(style["code"], json.loads(content)["code"], rtol=1e-6)


def test_a_profile_without_a_code_and_discovered_styles_are_no_style(modules, bank, tmp_path):
    session = FeedbackSession.start(bank)
    session.choose([3])
    session.save(tmp_path / "me.json")
    unsettled = {**json.loads((tmp_path / "me.json").read_bytes()), "code": None}
    message = read_style(modules, bank, json.dumps(unsettled).encode(), "me.json")["message"]
    assert "has no code yet" in message
    found = json.dumps({"clusters": [], "model": fingerprint(bank)}).encode()
    assert "discovered styles" in read_style(modules, bank, found, "styles.json")["message"]
    for content in (b"[]", b"null", b"{", b'{"version": 1}'):
        message = read_style(modules, bank, content, "me.json")["message"]
        assert message.startswith("me.json")

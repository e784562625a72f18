"""Zip archives that somebody sends: their pictures are kept, and nothing else of them."""

import io
import stat
import struct
import zipfile

import pytest
from studio_pictures import archive, encoded, stored_files


def entry(name, mode=None, made_on=3):
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = made_on
    if mode is not None:
        info.external_attr = mode << 16
    return info


def test_pictures_come_out_of_an_archive(client, post, face):
    packed = archive(
        {
            "holiday/": b"",
            "holiday/Jürgen.png": encoded(face),
            "holiday/deep/北京.JPG": encoded(face, "JPEG"),
            "holiday/list.txt": b"no picture",
            "__MACOSX/holiday/._Jürgen.png": b"\0\5\x16\7",
            ".DS_Store": b"x",
        }
    )
    body = post(("holiday.zip", packed)).json()
    assert [photo["name"] for photo in body["photos"]] == ["Jürgen.png", "北京.JPG"]
    assert body["refused"] == []
    assert len(stored_files(client)) == 4


def test_names_in_utf_8_are_read_though_the_archive_does_not_say_so(post, face):
    packed = archive({"München.png": encoded(face)})
    silent = packed.replace(struct.pack("<H", 0x800), b"\0\0")
    with zipfile.ZipFile(io.BytesIO(silent)) as opened:
        assert opened.namelist() != ["München.png"]
    assert post(("a.zip", silent)).json()["photos"][0]["name"] == "München.png"


def test_a_damaged_picture_in_an_archive_does_not_keep_the_others(post, face):
    packed = archive({"a.png": encoded(face), "b.png": b"none"}, zipfile.ZIP_STORED)
    body = post(("a.zip", packed)).json()
    assert [photo["name"] for photo in body["photos"]] == ["a.png"]
    assert [entry["name"] for entry in body["refused"]] == ["b.png"]
    broken = packed.replace(b"none", b"nine")
    assert "b.png is damaged" in post(("a.zip", broken)).json()["refused"][0]["error"]


@pytest.mark.parametrize(
    "name", ["../x.png", "a/../../x.png", "/x.png", "..\\x.png", "C:\\x.png", "\\\\host\\x.png"]
)
def test_a_name_that_leads_out_of_an_archive_is_refused(client, refused, face, tmp_path, name):
    packed = archive({"good.png": encoded(face), name: encoded(face)})
    assert "leads out of it" in refused(("a.zip", packed))
    assert stored_files(client) == []
    assert not list(tmp_path.rglob("x.png")) and not list(tmp_path.parent.glob("x.png"))


def test_a_link_in_an_archive_is_refused(client, refused, face):
    link = entry("link.png", stat.S_IFLNK | 0o777)
    packed = archive({"good.png": encoded(face), link: b"/etc/passwd"})
    assert "holds a link" in refused(("a.zip", packed))
    assert stored_files(client) == []


def test_an_archive_that_unpacks_to_too_much_is_refused(open_client, refused):
    client = open_client(unpacked_bytes=1 << 20)
    packed = archive({f"{i}.png": b"\0" * (300 << 10) for i in range(4)})
    assert len(packed) < 10_000
    assert "unpacks to more than 1 MB" in refused(("bomb.zip", packed), to=client)


def test_an_archive_with_one_huge_file_is_refused(open_client, refused):
    client = open_client(upload_bytes=1 << 20)
    packed = archive({"huge.png": b"\0" * (2 << 20)})
    assert "a file of more than 1 MB" in refused(("bomb.zip", packed), to=client)


def test_a_size_that_is_a_lie_unpacks_to_no_more(refused):
    packed = archive({"x.png": b"\0" * (4 << 20)})
    lie = packed.replace(struct.pack("<I", 4 << 20), struct.pack("<I", 100))
    assert lie != packed and "x.png is damaged" in refused(("lie.zip", lie))


def test_an_archive_of_too_many_files_is_refused(open_client, refused):
    client = open_client(files=10)
    packed = archive({f"{i}.png": b"x" for i in range(11)})
    assert "holds 11 pictures; at most 10" in refused(("many.zip", packed), to=client)
    packed = archive({f"{i}/": b"" for i in range(100)})
    assert "too many files" in refused(("many.zip", packed), to=client)
    # The end of the archive may say less than there is.
    lie = packed[:-14] + struct.pack("<2H", 1, 1) + packed[-10:]
    assert "too many files" in refused(("many.zip", lie), to=open_client(files=1))


def test_other_archives_are_refused_in_a_clear_line(refused, face):
    packed = archive({"a.png": encoded(face)})
    assert "cut off or damaged" in refused(("cut.zip", packed[:-30]))
    assert "holds no pictures" in refused(("texts.zip", archive({"a.txt": b"x"})))
    assert "holds no pictures" in refused(("empty.zip", archive({})))
    # Bit 0 of the flags, in the list at the end: locked.
    at = packed.index(b"PK\1\2") + 8
    locked = packed[:at] + b"\1" + packed[at + 1 :]
    assert "locked by a password" in refused(("locked.zip", locked))
    odd = archive({"a.png": encoded(face)}, zipfile.ZIP_LZMA)
    assert "unknown way" in refused(("odd.zip", odd))

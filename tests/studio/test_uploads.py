"""Whatever somebody may send: kept as a clean photo, or refused in a clear line."""

import io
import struct
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageCms
from studio_pictures import encoded, stored_files


def kept_picture(client, photo):
    return Image.open(io.BytesIO(client.get(photo["url"]).content))


# Photos


def test_a_photo_is_kept_with_its_thumbnail(client, post, face):
    big = np.asarray(Image.fromarray(face).resize((800, 960)))
    (photo,) = post(("me.png", encoded(big))).json()["photos"]
    assert (photo["kind"], photo["name"]) == ("photo", "me.png")
    assert (photo["width"], photo["height"]) == (800, 960)
    assert photo["photo_id"] is None and photo["settings"] == {}
    picture = kept_picture(client, photo)
    assert picture.format == "JPEG" and picture.size == (800, 960)
    assert np.abs(np.asarray(picture).astype(int) - big).mean() < 3.0
    thumbnail = Image.open(io.BytesIO(client.get(photo["thumbnail_url"]).content))
    assert thumbnail.format == "JPEG" and max(thumbnail.size) == 320
    assert client.get("/api/projects/1/photos").json() == {"photos": [photo]}


def test_good_photos_are_kept_beside_refused_ones(post, face):
    answer = post(("a.png", encoded(face)), ("b.txt", b"hello"), ("c.png", encoded(face)))
    assert answer.status_code == 200
    body = answer.json()
    assert [photo["name"] for photo in body["photos"]] == ["a.png", "c.png"]
    assert [entry["name"] for entry in body["refused"]] == ["b.txt"]
    assert body["refused"][0]["error"].startswith("b.txt is not a picture")


def test_a_phone_s_photo_is_turned_upright_and_loses_where_it_was_taken(client, post, face):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "Maker of cameras"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 13.0)  # GPS latitude
    sent = encoded(face, "JPEG", exif=exif, comment=b"a secret comment")
    assert b"Maker of cameras" in sent
    (photo,) = post(("phone.jpg", sent)).json()["photos"]
    assert (photo["width"], photo["height"]) == (96, 80)
    picture = kept_picture(client, photo)
    assert picture.size == (96, 80) and not picture.getexif()
    # What was at the bottom left is at the top left.
    upright = np.rot90(face, -1)
    assert np.abs(np.asarray(picture).astype(int) - upright).mean() < 4.0
    for path in stored_files(client):
        data = path.read_bytes()
        assert b"Exif" not in data and b"Maker" not in data and b"secret" not in data


@pytest.mark.parametrize("kind", ["16-bit", "CMYK", "grey", "palette", "1-bit"])
def test_any_kind_of_picture_becomes_srgb(client, post, kind):
    grey = np.tile(np.linspace(0, 255, 64).round().astype(np.uint8), (64, 1))
    made = {
        "16-bit": lambda: encoded(grey.astype(np.uint16) * 257, "PNG"),
        "CMYK": lambda: encoded(Image.fromarray(grey).convert("CMYK"), "TIFF"),
        "grey": lambda: encoded(grey, "PNG"),
        "palette": lambda: encoded(Image.fromarray(grey).convert("P"), "GIF"),
        "1-bit": lambda: encoded(Image.fromarray(grey).convert("1"), "PNG"),
    }[kind]()
    (photo,) = post(("x", made)).json()["photos"]
    picture = kept_picture(client, photo)
    assert picture.mode == "RGB" and "icc_profile" in picture.info
    profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
    assert "sRGB" in ImageCms.getProfileDescription(profile)
    levels = np.asarray(picture).astype(int)
    assert levels[:, -8:].mean() > 200 and levels[:, :8].mean() < 50


def test_what_is_transparent_stays_so(client, post, face):
    alpha = np.full(face.shape[:2], 255, np.uint8)
    alpha[:40] = 0
    (photo,) = post(("cut.png", encoded(np.dstack([face, alpha])))).json()["photos"]
    picture = kept_picture(client, photo)
    assert picture.format == "PNG" and picture.mode == "RGBA"
    assert np.array_equal(np.asarray(picture)[..., 3], alpha)


def test_a_large_photo_is_scaled_down(open_client, post, face):
    client = open_client(longer_side=48)
    (photo,) = post(("me.png", encoded(face)), to=client).json()["photos"]
    assert (photo["width"], photo["height"]) == (40, 48)


def test_damaged_files_are_refused(client, refused, face):
    whole = encoded(np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8), "JPEG")
    assert "is empty" in refused(("e.png", b""))
    assert "cut.jpg is damaged" in refused(("cut.jpg", whole[: len(whole) // 2]))
    assert "is not a picture" in refused(("page.png", b"<html><script>alert(1)</script>"))
    assert "is not a picture" in refused(("drawing.svg", b"<svg onload='alert(1)'/>"))
    assert "at least 16x16" in refused(("dot.png", encoded(face[:4, :4])))
    frames = [Image.fromarray(face), Image.fromarray(255 - face)]
    moving = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert "animated" in refused(("moving.gif", moving))
    assert stored_files(client) == []


def test_a_picture_that_unpacks_to_too_many_pixels_is_refused(client, refused):
    # 400 million pixels in less than a megabyte.
    header = struct.pack(">2I5B", 20_000, 20_000, 1, 0, 0, 0, 0)
    bomb = encoded(Image.new("1", (20, 20)))
    start = bomb.index(b"IHDR") + 4
    crc = zipfile.crc32(b"IHDR" + header)
    bomb = bomb[:start] + header + struct.pack(">I", crc) + bomb[start + 17 :]
    assert "megapixels" in refused(("bomb.png", bomb))
    wide = encoded(Image.new("1", (9_000, 5_000)))
    assert "9000x5000" in refused(("wide.png", wide))
    assert stored_files(client) == []


def test_a_photo_that_would_be_too_narrow_is_refused(open_client, refused):
    client = open_client(longer_side=64)
    line = encoded(Image.new("RGB", (1600, 16)))
    assert "too narrow" in refused(("line.png", line), to=client)


# Names


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Jürgen Müller.png", "Jürgen Müller.png"),
        ("J\u0075\u0308rgen.png", "Jürgen.png"),
        ("我的照片.png", "我的照片.png"),
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\anna\\me.png", "me.png"),
        ("/etc/shadow", "shadow"),
        ("..", ".."),
        ("folder/", "folder"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),
        ("'; DROP TABLE pictures; --.png", "'; DROP TABLE pictures; --.png"),
        ("gpj.\u202egnp.png", "gpj.gnp.png"),
        ("x" * 500 + ".png", "x" * 120),
    ],
)
def test_a_name_is_shown_and_is_no_path(client, post, face, sent, shown):
    (photo,) = post((sent, encoded(face))).json()["photos"]
    assert photo["name"] == shown
    folder = client.app.state.studio.files.folder
    assert len(stored_files(client)) == 2
    assert all(path.relative_to(folder).as_posix()[2] == "/" for path in stored_files(client))
    file = client.get(photo["url"])
    assert file.headers["content-type"] == "image/jpeg"
    assert file.headers["content-disposition"].startswith("inline; filename")


def test_markup_in_a_name_comes_as_json(client, post, face):
    post(("<script>alert(1)</script>", encoded(face)))
    answer = client.get("/api/projects/1/photos")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


# Limits


def test_a_request_that_is_too_large_is_refused(open_client, face):
    client = open_client(upload_bytes=20_000)
    files = [("files", ("big.bmp", encoded(face, "BMP") + b"\0" * 20_000))]
    answer = client.post("/api/projects/1/photos", files=files)
    assert answer.status_code == 413 and "MB at once" in answer.json()["error"]
    assert stored_files(client) == []


def test_a_request_that_does_not_say_its_length_is_cut_off(open_client):
    client = open_client(upload_bytes=20_000)
    sent = []

    def body():
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
        for _ in range(100):
            sent.append(1)
            yield b"\0" * 1000

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/api/projects/1/photos", content=body(), headers=headers)
    assert answer.status_code == 413 and "MB at once" in answer.json()["error"]


def test_too_many_photos_at_once_are_refused(open_client, face):
    client = open_client(files=3)
    files = [("files", (f"{i}.png", encoded(face))) for i in range(4)]
    answer = client.post("/api/projects/1/photos", files=files)
    assert answer.status_code == 413 and "at most 3" in answer.json()["error"]
    assert stored_files(client) == []


def test_what_is_no_upload_is_not_understood(client):
    answer = client.post("/api/projects/1/photos")
    assert answer.status_code == 400 and "files" in answer.json()["error"]
    answer = client.post("/api/projects/1/photos", data={"files": "text"})
    assert answer.status_code == 400 and "files" in answer.json()["error"]


def test_twenty_uploads_at_once_are_all_kept(client, face):
    def send(number):
        files = [("files", (f"{number}.png", encoded(np.roll(face, number, axis=1))))]
        return client.post("/api/projects/1/photos", files=files)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert [answer.status_code for answer in answers] == [200] * 20
    photos = client.get("/api/projects/1/photos").json()["photos"]
    assert {photo["name"] for photo in photos} == {f"{i}.png" for i in range(20)}
    assert len({photo["id"] for photo in photos}) == 20 and len(stored_files(client)) == 40

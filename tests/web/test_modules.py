"""What the page computes is what the package computes."""

import io
import struct

import numpy as np
import pytest
from page_modules import needs_node
from PIL import Image

from portrait_style.image import crop_square, resize_longer_side, to_model_range
from portrait_style.medium import SIDE, SMALLEST, Medium, lay_on, texture_squares
from portrait_style.styles.codes import mix_codes
from portrait_style.web.site import texture_bytes

pytestmark = needs_node


def noise(height, width, seed=5):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def rgba(image):
    """Write an image as the page has it."""
    height, width = image.shape[:2]
    alpha = np.full((height, width, 1), 255, np.uint8)
    return np.concatenate([image, alpha], -1).tobytes()


def write_pixels(modules, image, name="image"):
    (modules.folder / name).write_bytes(rgba(image))
    return {"height": image.shape[0], "width": image.shape[1]}


def read_pixels(modules, sides, name="made"):
    pixels = np.frombuffer((modules.folder / name).read_bytes(), np.uint8)
    pixels = pixels.reshape(sides["height"], sides["width"], 4)
    assert (pixels[..., 3] == 255).all()
    return pixels[..., :3]


RESIZE = """
import { writeFileSync } from "node:fs";
import { cropSquare, resizeLongerSide } from "./modules/resample.js";
---
const image = { ...given.sides, data: new Uint8ClampedArray(readFileSync("image")) };
const made = { cropSquare, resizeLongerSide }[given.how](image, given.size);
writeFileSync("made", made.data);
return { width: made.width, height: made.height };
"""


@pytest.mark.parametrize("size", [16, 33, 90, 203])
@pytest.mark.parametrize("shape", [(67, 90), (90, 50), (35, 35)])
def test_pictures_are_scaled_to_the_very_levels_of_the_package(modules, shape, size):
    image = noise(*shape)
    sides = modules.run(
        RESIZE, sides=write_pixels(modules, image), size=size, how="resizeLongerSide"
    )
    np.testing.assert_array_equal(read_pixels(modules, sides), resize_longer_side(image, size))


def test_very_tall_pictures_are_scaled_nearly_so(modules):
    image = noise(90, 41)
    sides = modules.run(RESIZE, sides=write_pixels(modules, image), size=33, how="resizeLongerSide")
    made, expected = read_pixels(modules, sides).astype(int), resize_longer_side(image, 33)
    # Of these, Pillow scales the height first, and rounds in between.
    assert np.abs(made - expected).max() <= 2


@pytest.mark.parametrize("shape", [(67, 90), (90, 41)])
def test_squares_are_those_of_the_package(modules, shape):
    image = noise(*shape)
    sides = modules.run(RESIZE, sides=write_pixels(modules, image), size=24, how="cropSquare")
    np.testing.assert_array_equal(read_pixels(modules, sides), crop_square(image, 24))


def test_mixes_are_those_of_the_package(modules):
    codes = np.random.default_rng(3).normal(size=(3, 64)).astype(np.float32)
    for weights in ([1, 1, 1], [0.2, 3, 0], [0, 0, 5]):
        made = modules.run(
            'import { mixCodes } from "./modules/codes.js";\n---\n'
            "return mixCodes(given.codes, given.weights);",
            codes=codes.tolist(),
            weights=weights,
        )
        np.testing.assert_allclose(made, mix_codes(codes, weights), atol=2e-6)


INPUT = """
import { cropped, inputSides, padded } from "./modules/network_input.js";
---
const image = { ...given.sides, data: new Uint8ClampedArray(readFileSync("image")) };
const sides = inputSides(image, { rim: 16, multiple: 16 });
const values = padded(image, sides, 16);
const back = cropped(values, sides[1], image, 16);
return { sides, values: [...values], same: image.data.every((x, i) => x === back.data[i]) };
"""


def test_the_rim_is_the_packages_and_comes_off_again(modules):
    image = noise(20, 37)
    made = modules.run(INPUT, sides=write_pixels(modules, image))
    assert made["sides"] == [64, 80] and made["same"]
    expected = to_model_range(np.pad(image, ((16, 28), (16, 27), (0, 0)), mode="edge"))
    values = np.reshape(np.float32(made["values"]), (64, 80, 3))
    np.testing.assert_array_equal(values, expected)


MEDIUM = """
import { writeFileSync } from "node:fs";
import { layOn, TEXTURES } from "./modules/medium.js";
---
const image = { ...given.sides, data: new Uint8ClampedArray(readFileSync("image")) };
const squares = {};
for (const name of TEXTURES[given.medium.kind]) {
  const { low, step } = given.textures[name];
  const data = Float32Array.from(readFileSync(name), (byte) => low + step * byte);
  squares[name] = { width: given.side, height: given.side, data };
}
writeFileSync("made", layOn(image, given.medium, given.texture, squares, given.smallest).data);
return given.sides;
"""


@pytest.mark.parametrize(
    "medium",
    [
        Medium("paper", 4.0, 0.04),
        Medium("paper", 12.0, 0.06, dry=True),
        Medium("grain", 1.2, 0.045),
        Medium("weave", 3.2, 0.035),
        Medium("halftone", 8.0, 0.08),
    ],
    ids=lambda medium: medium.kind,
)
@pytest.mark.parametrize("shape", [(120, 160), (700, 500)])
def test_media_differ_from_the_packages_by_a_level_at_most(modules, medium, shape):
    ramp = np.linspace(0, 255, shape[0] * shape[1] * 3).reshape(*shape, 3).astype(np.uint8)
    textures = {}
    for name, square in texture_squares().items():
        content, textures[name] = texture_bytes(square)
        (modules.folder / name).write_bytes(content)
    sides = modules.run(
        MEDIUM,
        sides=write_pixels(modules, ramp),
        medium=medium.to_config(),
        texture=0.9,
        smallest=SMALLEST,
        side=SIDE,
        textures=textures,
    )
    made, expected = read_pixels(modules, sides).astype(int), lay_on(ramp, medium, 0.9)
    assert np.abs(made - expected).max() <= 1
    assert np.mean(made != expected) < 0.15
    # It is there at all.
    assert np.abs(made - ramp.astype(int)).max() > 3


HEADER = """
import { checkPicture, pictureKind, pictureSides } from "./modules/picture_file.js";
---
const bytes = new Uint8Array(readFileSync("file"));
const file = new File([bytes], given.name);
let message = null;
try { await checkPicture(file); } catch (error) { message = error.message; }
return { kind: pictureKind(bytes), sides: pictureSides(bytes), message };
"""


def encoded(kind, sides=(37, 29), **options):
    buffer = io.BytesIO()
    Image.new("RGB", sides, (200, 90, 30)).save(buffer, kind, **options)
    return buffer.getvalue()


def check_file(modules, content, name="人像 Müller.jpg"):
    (modules.folder / "file").write_bytes(content)
    return modules.run(HEADER, name=name)


@pytest.mark.parametrize(
    "kind, options",
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "exif": bytes(900)}),
        ("PNG", {}),
        ("GIF", {}),
        ("BMP", {}),
        ("WebP", {}),
        ("WebP", {"lossless": True}),
        ("WebP", {"exif": b"Exif\0\0" + bytes(50)}),
        ("AVIF", {}),
    ],
)
def test_kind_and_size_are_read_off_the_header(modules, kind, options):
    found = check_file(modules, encoded(kind, **options))
    assert found == {"kind": kind, "sides": [37, 29], "message": None}


def huge_png():
    content = bytearray(encoded("PNG"))
    content[16:24] = struct.pack(">II", 30000, 30000)
    return bytes(content)


SVG_BOMB = b'<svg xmlns="http://www.w3.org/2000/svg"><!DOCTYPE x [<!ENTITY a "aaaa">]>&a;</svg>'


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "is empty"),
        (b"hello, I am no picture at all", "is not a photo"),
        (SVG_BOMB, "is not a photo"),
        (b"%PDF-1.7" + bytes(90), "is not a photo"),
        (encoded("PNG")[:18], "is damaged"),
        (encoded("JPEG")[:20], "is damaged"),
        (huge_png(), "more than 64 megapixels"),
        (encoded("PNG", (9, 400)), "9 × 400 pixels"),
    ],
    ids=["empty", "text", "svg", "pdf", "cut png", "cut jpeg", "bomb", "thin"],
)
def test_what_is_no_photo_is_named_before_it_is_decoded(modules, content, said):
    message = check_file(modules, content)["message"]
    assert message.startswith("人像 Müller.jpg") and said in message


def test_names_of_pictures_keep_letters_of_all_languages(modules):
    script = (
        'import { pictureName } from "./modules/png_file.js";\n---\n'
        "return given.names.map(([photo, style]) => pictureName(photo, style));"
    )
    names = [["Jürgen Groß.jpg", "oil"], ["奶奶.png", "picture_scroll"], ["a/../b.jpg", "<x>"]]
    assert modules.run(script, names=names) == [
        "Jürgen_Groß-oil.png",
        "奶奶-picture_scroll.png",
        "a_.._b-_x_.png",
    ]


PACE = """
import { Pace } from "./modules/pace.js";
---
const pace = new Pace(given.largest);
const sizes = [];
for (let i = 0; i < 80; i++) {
  pace.add(given.seconds * (pace.size / 256) ** 2);
  sizes.push(pace.size);
}
return { sizes, rate: pace.rate };
"""


@pytest.mark.parametrize(
    "seconds, largest, size",
    [(0.2, None, 192), (0.01, None, 512), (2.0, None, 128), (0.01, 256, 256)],
)
def test_live_pictures_are_as_large_as_the_device_keeps_up_with(modules, seconds, largest, size):
    made = modules.run(PACE, seconds=seconds, largest=largest)
    # It comes to rest there.
    assert set(made["sizes"][-20:]) == {size}
    assert made["rate"] == pytest.approx(1 / (seconds * (size / 256) ** 2))

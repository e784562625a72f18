"""The examples that users copy: each runs as a program of its own and draws what Keras draws."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from portrait_style import FeedbackSession, PortraitStylizer
from portrait_style.export.onnx_format import convert_onnx
from portrait_style.export.program import baked_program, conditional_program, write_program
from portrait_style.image import to_model_range, to_uint8
from portrait_style.styles.fingerprint import fingerprint

EXAMPLES = Path(__file__).parents[2] / "examples"
RUNTIMES = {"run_tflite.py": "ai_edge_litert", "run_onnx.py": "onnxruntime"}
SIZE, RIM = 64, 16


@pytest.fixture(scope="module")
def exported(networks, bank, tmp_path_factory):
    """The part of an export that the examples read."""
    folder = tmp_path_factory.mktemp("exported")
    for kind in ("tflite", "onnx"):
        (folder / kind).mkdir()
    conditional, baked = conditional_program(networks[0]), baked_program(networks[0], "ink", 0.5)
    write_program(conditional, folder / "saved", batch=1, size=SIZE)
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder / "saved"))
    (folder / "tflite/conditional.tflite").write_bytes(converter.convert())
    for program in (conditional, baked):
        (folder / f"onnx/{program.name}.onnx").write_bytes(convert_onnx(program))
    metadata = {"inputs": {"photo": {"range": [-1, 1]}}, **bank.to_config()}
    (folder / "metadata.json").write_text(json.dumps(metadata, ensure_ascii=False), "utf-8")
    return folder


@pytest.fixture
def photo_path(photo, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(photo).save(path)
    return path


def run(example, photo, model, output, *arguments):
    command = [sys.executable, EXAMPLES / example, photo, model, "--output", output, *arguments]
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return np.asarray(Image.open(output))


def assert_same_picture(picture, expected):
    assert picture.shape == expected.shape
    # Where two runtimes differ in the last bit, rounding may fall to either side.
    assert np.abs(picture.astype(int) - expected).max() <= 1
    assert np.mean(picture != expected) < 0.01


def test_onnx_draws_what_the_stylizer_draws(exported, networks, photo_path, tmp_path):
    model = exported / "onnx/conditional.onnx"
    options = ("--style", "café noir", "--intensity", "0.75", "--size", "50")
    picture = run("run_onnx.py", photo_path, model, tmp_path / "out.png", *options)
    expected = PortraitStylizer(*networks).stylize(photo_path, "café noir", 0.75, size=50)
    assert_same_picture(picture, np.asarray(expected))


def test_tflite_draws_what_the_stylizer_draws(exported, networks, photo, tmp_path):
    # Of a square, the rim leaves as much in both.
    Image.fromarray(photo[:, :40]).save(tmp_path / "square.png")
    model = exported / "tflite/conditional.tflite"
    output, options = tmp_path / "out.png", ("--style", "oil", "--intensity", "0.5")
    picture = run("run_tflite.py", tmp_path / "square.png", model, output, *options)
    stylizer = PortraitStylizer(*networks)
    expected = stylizer.stylize(photo[:, :40], "oil", 0.5, size=SIZE - 2 * RIM)
    assert_same_picture(picture, expected)


def test_tflite_draws_in_the_style_of_a_profile_or_a_discovered_one(
    exported, networks, bank, photo, tmp_path
):
    square, output, profile = (tmp_path / name for name in ("square.png", "out.png", "me.json"))
    Image.fromarray(photo[:, :40]).save(square)
    session = FeedbackSession.start(bank)
    session.choose([3])
    session.save(profile)
    styles = [{"name": "wash", "code": bank.code("ink").tolist()}]
    found = {"model": fingerprint(bank), "clusters": styles}
    (tmp_path / "styles.json").write_text(json.dumps(found))
    model = exported / "tflite/conditional.tflite"
    stylizer = PortraitStylizer(*networks)
    for style in (str(profile), f"{tmp_path / 'styles.json'}#wash"):
        picture = run("run_tflite.py", square, model, output, "--style", style)
        expected = stylizer.stylize(photo[:, :40], style, size=SIZE - 2 * RIM)
        assert_same_picture(picture, expected)


def test_a_photo_that_is_no_square_is_padded_to_the_fixed_size(
    exported, networks, bank, photo_path, tmp_path
):
    model, output = exported / "tflite/conditional.tflite", tmp_path / "out.png"
    picture = run("run_tflite.py", photo_path, model, output, "--style", "ink")
    small = Image.open(photo_path).resize((32, 23), Image.Resampling.LANCZOS)
    padding = ((RIM, SIZE - RIM - 23), (RIM, RIM), (0, 0))
    padded = to_model_range(np.pad(np.asarray(small), padding, mode="edge"))
    inputs = {"photo": padded, "style_code": bank.code("ink"), "intensity": np.float32(1.0)}
    program = conditional_program(networks[0])
    image = program.run(**{name: array[None] for name, array in inputs.items()})[0]
    assert_same_picture(picture, to_uint8(image[RIM : RIM + 23, RIM : RIM + 32]))


def test_a_baked_onnx_file_beside_its_metadata(exported, networks, photo_path, tmp_path):
    for name in ("onnx/baked.onnx", "metadata.json"):
        shutil.copy(exported / name, tmp_path)
    model = tmp_path / "baked.onnx"
    picture = run("run_onnx.py", photo_path, model, tmp_path / "out.png", "--size", "56")
    expected = PortraitStylizer(*networks).stylize(photo_path, "ink", 0.5, size=56)
    assert_same_picture(picture, np.asarray(expected))


@pytest.mark.parametrize("example", RUNTIMES)
def test_an_unknown_style_is_answered_with_the_known_ones(exported, photo_path, tmp_path, example):
    kind = example.removeprefix("run_").removesuffix(".py")
    model = exported / kind / f"conditional.{kind}"
    command = [
        sys.executable,
        EXAMPLES / example,
        photo_path,
        model,
        "--output",
        tmp_path / "o.png",
    ]
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert result.returncode == 2
    assert "--style must be one of oil, ink, café noir" in result.stderr


@pytest.mark.parametrize("example, runtime", RUNTIMES.items())
def test_the_examples_need_nothing_but_the_runtime(example, runtime):
    imported = set()
    for node in ast.walk(ast.parse((EXAMPLES / example).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module.split(".")[0])
    assert imported - sys.stdlib_module_names == {"numpy", "PIL", runtime}
    check = f"import sys, runpy; runpy.run_path({str(EXAMPLES / example)!r}); "
    check += "assert not {'tensorflow', 'portrait_style'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)

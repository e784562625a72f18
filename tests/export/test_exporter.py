import dataclasses
import functools
import hashlib
import json
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from page_checks import assert_is_a_page
from PIL import Image

from portrait_style.cli import export as command
from portrait_style.cli import main
from portrait_style.errors import ArtefactError, DatasetError, ModelError, OutputError, ParityError
from portrait_style.export import export_model
from portrait_style.export.config import PRECISIONS, ExportConfig
from portrait_style.export.exporter import run_export
from portrait_style.export.formats import FORMATS, SavedModelFile, TFLiteFile
from portrait_style.export.program import SavedProgram, conditional_program
from portrait_style.model_files.preset import preset_names
from portrait_style.model_files.trained_model import open_model

pytestmark = pytest.mark.slow

SIZE = 64


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The bundled generator in a file of its own, so that there is no style encoder to export."""
    path = tmp_path_factory.mktemp("alone") / "generator.keras"
    open_model("mobile").generator.save(path)
    return path


@pytest.fixture(scope="module")
def exported(alone, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    return export_model(alone, folder / "out", style="oil", size=SIZE, quantize=("float16",))


def test_files_of_each_format_pass(exported):
    assert exported.refused == []
    assert {artefact.path for artefact in exported.artefacts} == {
        "saved_model/1",
        "tflite/conditional_float16.tflite",
        "tflite/baked_float16.tflite",
        "onnx/conditional.onnx",
        "onnx/baked.onnx",
    }
    for artefact in exported.artefacts:
        assert artefact.parity.pictures >= 20
        assert (exported.folder / artefact.path).exists()


@pytest.mark.parametrize("preset", preset_names())
def test_every_file_of_a_bundled_preset_passes(preset, tmp_path):
    report = export_model(preset, tmp_path / "out", style="oil", size=SIZE)
    assert report.refused == []
    precisions = {
        "conditional": PRECISIONS,
        "baked": PRECISIONS,
        "style_encoder": ("float32", "float16", "dynamic"),
    }
    tflite_files = {f"tflite/{name}_{p}.tflite" for name, ps in precisions.items() for p in ps}
    onnx_files = {f"onnx/{name}.onnx" for name in precisions}
    made = {artefact.path for artefact in report.artefacts}
    assert made == {"saved_model/1", *tflite_files, *onnx_files}
    metadata = json.loads((report.folder / "metadata.json").read_text())
    assert metadata["licence"] == "Apache-2.0"
    assert set(metadata["files"]) == made


def test_metadata_says_how_to_call_what_was_made(exported):
    metadata = json.loads((exported.folder / "metadata.json").read_text())
    preset = open_model("mobile").generator.styles
    assert metadata["styles"] == preset["styles"]
    assert metadata["photo_code"] == preset["photo_code"]
    assert metadata["inputs"]["photo"] == {
        "shape": [1, SIZE, SIZE, 3],
        "range": [-1, 1],
        "colour": "RGB",
    }
    for path, entry in metadata["files"].items():
        if path.startswith(("tflite", "onnx")):
            content = (exported.folder / path).read_bytes()
            assert len(content) == entry["bytes"]
            assert hashlib.sha256(content).hexdigest() == entry["sha256"]


def test_report_holds_every_artefact_and_its_pictures(exported):
    report = json.loads((exported.folder / "report.json").read_text())
    assert [entry["path"] for entry in report["artefacts"]] == [a.path for a in exported.artefacts]
    assert all(entry["refused"] is None for entry in report["artefacts"])
    page = (exported.folder / "report.html").read_text()
    assert page.count("data:image/png;base64,") == len(exported.artefacts)
    assert_is_a_page(page, pictures=len(exported.artefacts))
    # In the table, a path may be broken between its parts.
    text = page.replace("<wbr>", "")
    assert all(text.count(artefact.path) == 3 for artefact in exported.artefacts)


# Faults


@pytest.fixture
def export_one(alone, tmp_path):
    """Export one TFLite file; a format may be another than the one that is registered."""

    def export(kind=None, **changes):
        settings = {"formats": ("tflite",), "quantize": ("float32",), "size": SIZE, **changes}
        config = ExportConfig(alone, tmp_path / "out", **settings)
        (name, *_) = config.formats
        return run_export(config, formats={name: kind} if kind else FORMATS)

    return export


def converting(change):
    """A format that converts another function than the one that the file is compared with."""

    class Changed(TFLiteFile):
        def write(self, path):
            self.saved = SavedProgram(change(self.program), self.saved.size)
            super().write(path)

    return Changed


def writing(content):
    """A format that writes what a function of the file makes of what it should write."""

    class Written(TFLiteFile):
        def write(self, path):
            super().write(path)
            path.write_bytes(content(self, path.read_bytes()))

    return Written


def with_function(change):
    def changed(program):
        function = program.function
        return dataclasses.replace(
            program, function=lambda **inputs: change(function, inputs, program)
        )

    return changed


def zero_weights(function, inputs, program):
    return 0.0 * function(**inputs)


def half_range(function, inputs, program):
    return 0.5 * function(**inputs)


def blue_first(function, inputs, program):
    return function(**inputs)[..., ::-1]


def full_intensity(function, inputs, program):
    ignored = inputs.get("intensity")
    return (
        function(**inputs)
        if ignored is None
        else function(**{**inputs, "intensity": ignored * 0.0 + 1.0})
    )


@pytest.mark.parametrize(
    "fault",
    [
        zero_weights,
        pytest.param(half_range, marks=pytest.mark.slow),
        pytest.param(blue_first, marks=pytest.mark.slow),
        pytest.param(full_intensity, marks=pytest.mark.slow),
    ],
)
def test_a_network_that_draws_something_else_is_refused(tmp_path, fault, export_one):
    with pytest.raises(ParityError, match="conditional_float32.tflite is not the Keras model"):
        export_one(converting(with_function(fault)))
    out = tmp_path / "out"
    assert not (out / "tflite" / "conditional_float32.tflite").exists()
    assert (out / "tflite" / "conditional_float32.tflite.refused").exists()
    report = json.loads((out / "report.json").read_text())
    assert "psnr" in report["artefacts"][0]["refused"]
    metadata = json.loads((out / "metadata.json").read_text())
    assert "tflite/conditional_float32.tflite" not in metadata["files"]


def test_swapped_inputs_are_refused(export_one):
    def swapped(program):
        photo, code, intensity = program.inputs.items()
        inputs = dict([("photo", code[1]), ("style_code", photo[1]), intensity])

        def function(photo, style_code, intensity):
            return program.function(photo=style_code, style_code=photo, intensity=intensity)

        return dataclasses.replace(program, inputs=inputs, function=function)

    with pytest.raises(ArtefactError, match="photo"):
        export_one(converting(swapped))


def test_a_truncated_file_is_refused(export_one):
    with pytest.raises(ArtefactError, match="damaged"):
        export_one(writing(lambda file, content: content[:400_000]))


def test_calibration_on_black_pictures_is_refused(export_one):
    class OnBlack(TFLiteFile):
        def write(self, path):
            self.calibration["photo"] = np.full_like(self.calibration["photo"], -1.0)
            super().write(path)

    with pytest.raises(ArtefactError, match="calibration"):
        export_one(OnBlack, quantize=("int8",))


def test_operators_outside_the_runtime_are_refused(export_one):
    def convert_with_flex(file, content):
        def function(photo, style_code, intensity):
            image = tf.image.rgb_to_hsv(photo)  # has no builtin operator
            return {"image": image + style_code[0, 0] + intensity[0]}

        specs = file.program.specs(1, file.saved.size)
        concrete = tf.function(function).get_concrete_function(*specs)
        converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete])
        converter.target_spec.supported_ops = [
            tf.lite.OpsSet.TFLITE_BUILTINS,
            tf.lite.OpsSet.SELECT_TF_OPS,
        ]
        return converter.convert()

    with pytest.raises(ArtefactError, match="FlexRGBToHSV"):
        export_one(writing(convert_with_flex))


def test_a_saved_model_that_only_python_loads_is_refused(tmp_path, export_one):
    class OfPython(SavedModelFile):
        def write(self, path):
            generator, module = self.program.network, tf.Module()
            module.network = generator
            module.serve = tf.function(
                lambda photo, style_code, intensity: {
                    "image": generator({"photo": photo, "style_code": style_code})
                },
                input_signature=conditional_program(generator).specs(),
            )
            tf.saved_model.save(module, str(path), signatures=module.serve)

    with pytest.raises(ArtefactError, match=r"saved_model/1.*variable"):
        export_one(OfPython, formats=("saved_model",))
    assert (tmp_path / "out" / "saved_model" / "1.refused").is_dir()


# Arguments and the command line


def test_portraits_of_a_folder_are_used(tmp_path, export_one):
    portraits = tmp_path / "portraits"
    portraits.mkdir()
    rng = np.random.default_rng(0)
    for i in range(24):
        picture = rng.integers(0, 256, (6, 5, 3), np.uint8)
        Image.fromarray(picture).resize((70, 80)).save(portraits / f"{i}.png")
    report = export_one(photos=portraits)
    assert report.artefacts[0].parity.pictures == 24
    (portraits / "3.png").unlink()
    with pytest.raises(DatasetError, match="23 readable pictures, and 24"):
        export_one(photos=portraits, overwrite=True)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"formats": ("coreml",)}, ValueError, "`formats` must be of"),
        ({"quantize": ()}, ValueError, "`quantize` must be of"),
        ({"size": 100}, ValueError, "multiple of 16"),
        ({"size": 16}, ValueError, r"\[32, 2048\]"),
        ({"style": "cubism"}, ModelError, "cubism"),
        ({"photos": "nowhere"}, DatasetError, "nowhere"),
    ],
)
def test_mistakes_are_named_before_anything_is_written(
    tmp_path, changes, error, message, export_one
):
    with pytest.raises(error, match=message):
        export_one(**changes)
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir())


def test_a_folder_in_use_is_left_alone(tmp_path, export_one):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="not empty"):
        export_one()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_command_line(alone, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["export", "--model", str(alone), "--output", str(out), "--size", str(SIZE)]
    assert main([*arguments, "--formats", "tflite", "--quantize", "float16"]) == 0
    printed = capsys.readouterr().out.split()
    assert str(out / "tflite" / "conditional_float16.tflite") in printed
    assert str(out / "report.html") in printed
    assert main([*arguments, "--formats", "tflite"]) == 2
    assert "not empty" in capsys.readouterr().err
    formats = {"tflite": converting(with_function(half_range))}
    run = functools.partial(command.run, formats=formats)
    faulty = {"export": SimpleNamespace(**{**vars(command), "run": run})}
    again = ["--formats", "tflite", "--quantize", "float32", "--overwrite"]
    assert main([*arguments, *again], faulty) == 1
    lines = capsys.readouterr().err.strip().splitlines()
    assert "conditional_float32.tflite" in lines[-1]


def test_mistakes_on_the_command_line(capsys):
    arguments = ["export", "--model", "mobile", "--output", "x"]
    for wrong in (["--formats", "coreml"], ["--input-range", "0"], ["--size", "17"]):
        assert main([*arguments, *wrong]) == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1

"""The formats that an export consists of: a class each, all alike.

A file of a format is written, opened in its own runtime, run, and judged by its threshold. Each
format imports the packages that it needs when it is used, so that one of them can be had without
those of the others, and the command line knows their names without any. A new format is a new class
in `FORMATS`.
"""

import json
import shutil
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from portrait_style.export.artefact import Artefact
from portrait_style.export.parity import Threshold
from portrait_style.output_files import write_atomically

if TYPE_CHECKING:
    from portrait_style.export.config import ExportConfig
    from portrait_style.export.program import Program, SavedProgram
    from portrait_style.export.source import Source

# By precision, for images; for codes, what is asked of the correlation alone.
IMAGE_THRESHOLDS = {
    "float32": Threshold(psnr=80.0, worst_psnr=70.0, correlation=0.99999),
    "float16": Threshold(psnr=50.0, worst_psnr=45.0, correlation=0.9999),
    "dynamic": Threshold(psnr=35.0, worst_psnr=28.0, correlation=0.998),
    "int8": Threshold(psnr=32.0, worst_psnr=25.0, correlation=0.998),
}
CODE_CORRELATIONS = {"float32": 0.99999, "float16": 0.9999, "dynamic": 0.99, "int8": 0.99}


class ExportedFile(ABC):
    """One file of an export, or one folder, in some format.

    Args:
        artefact: `Artefact`, not measured yet.
        program: `Program` that it must equal.
    """

    def __init__(self, artefact: Artefact, program: "Program"):
        self.artefact = artefact
        self.program = program

    @classmethod
    @abstractmethod
    def plan(cls, source: "Source", config: "ExportConfig") -> list["ExportedFile"]:
        """Say which files of this format an export has."""

    @abstractmethod
    def write(self, path: Path) -> None:
        """Write the file or folder.

        Raises:
            ArtefactError: if the program cannot be written so.
            OutputError: if the folder cannot be written.
        """

    @abstractmethod
    def open(self, path: Path):
        """Open what was written in its own runtime.

        Returns:
            A function of the program's inputs as keyword arguments, arrays, that gives its output.

        Raises:
            ArtefactError: if it cannot be opened.
        """

    @property
    def threshold(self) -> Threshold:
        """What the file must reach."""
        precision = self.artefact.precision
        if self.program.output == "image":
            return IMAGE_THRESHOLDS[precision]
        return Threshold(0.0, 0.0, CODE_CORRELATIONS[precision])


class SavedModelFile(ExportedFile):
    """The format for servers; of a generator of ours also with its other signatures.

    Args:
        program: `Program`.
        generator, style_encoder: the networks, or `None` for a program that is not of this package.
    """

    def __init__(self, program, generator=None, style_encoder=None):
        super().__init__(Artefact("saved_model/1", "saved_model", program.name, "float32"), program)
        self._networks = generator, style_encoder

    @classmethod
    def plan(cls, source, config):
        """One, of the generator."""
        return [cls(source.programs[0], source.generator, source.style_encoder)]

    def write(self, path):
        """Write the folder anew."""
        from portrait_style.export.program import write_program
        from portrait_style.export.saved_model import write_serving_model

        shutil.rmtree(path, ignore_errors=True)
        generator, style_encoder = self._networks
        if generator is not None:
            write_serving_model(path.parent, generator, style_encoder)
        else:
            write_program(self.program, path)

    def open(self, path):
        """Load it as servers do."""
        from portrait_style.export.native_runtime import NativeSavedModel

        loaded = NativeSavedModel(path)
        return lambda **inputs: loaded.run("serving_default", **inputs)[self.program.output]


class TFLiteFile(ExportedFile):
    """The format for phones, a file a size and precision.

    Args:
        saved: `SavedProgram`, of batch 1 and one size; all precisions are made of it.
        precision: str, of `config.PRECISIONS`.
        calibration: dict of input name to array, one row an example, for int8.
    """

    def __init__(self, saved: "SavedProgram", precision, calibration=None):
        name = saved.program.name
        path = f"tflite/{name}_{precision}.tflite"
        super().__init__(Artefact(path, "tflite", name, precision), saved.program)
        self.saved = saved
        self.calibration = calibration

    @classmethod
    def plan(cls, source, config):
        """One a program and precision."""
        from portrait_style.export.calibration import calibration_inputs
        from portrait_style.export.pictures import portraits
        from portrait_style.export.program import SavedProgram

        files = []
        for program in source.programs:
            size, examples = program.size or config.size, None
            # Codes are few numbers, computed seldom: 8-bit arithmetic would only blur them.
            precisions = [p for p in config.quantize if p != "int8" or program.output == "image"]
            if "int8" in precisions:
                pictures = portraits(config.photos, size, last=True)
                examples = calibration_inputs(program, pictures, source.bank)
            saved = SavedProgram(program, size)
            files += [cls(saved, precision, examples) for precision in precisions]
        return files

    def write(self, path):
        from portrait_style.export.tflite import convert_saved

        write_atomically(path, convert_saved(self.saved, self.artefact.precision, self.calibration))

    def open(self, path):
        """Load it into the LiteRT interpreter."""
        from portrait_style.export.tflite import TFLiteArtefact

        # What others built may need more than one piece of the graph; ours may not.
        return TFLiteArtefact(path, strict=self.program.name != "foreign").run


class OnnxFile(ExportedFile):
    """The format for browsers, of any batch and size; it tells what `metadata.json` does."""

    def __init__(self, program):
        path = f"onnx/{program.name}.onnx"
        super().__init__(Artefact(path, "onnx", program.name, "float32"), program)

    @classmethod
    def plan(cls, source, config):
        """One a program."""
        return [cls(program) for program in source.programs]

    def write(self, path):
        from portrait_style.export.description import describe
        from portrait_style.export.onnx_format import convert_onnx

        metadata = {
            key: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for key, value in describe(self.program, None).items()
        }
        write_atomically(path, convert_onnx(self.program, metadata))

    def open(self, path):
        """Load it into onnxruntime."""
        from portrait_style.export.onnx_format import OnnxArtefact

        return OnnxArtefact(path).run


# By the names that a caller gives, in the order in which they are made.
FORMATS = {"saved_model": SavedModelFile, "tflite": TFLiteFile, "onnx": OnnxFile}

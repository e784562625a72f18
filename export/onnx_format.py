"""ONNX: a program as one file for onnxruntime on servers, desktops and in browsers."""

import contextlib
import logging
import os

import numpy as np
import onnx
import onnxruntime
import tensorflow as tf

# What tf2onnx itself freezes with; TensorFlow has no public name for it.
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from portrait_style.errors import ArtefactError
from portrait_style.export.artefact import read_artefact
from portrait_style.export.program import Program
from portrait_style.terminal import silenced

OPSET = 17
# Written for opset 17; onnxruntime has loaded it since 1.11.
IR_VERSION = 8
THREADS = 2
_FREE_SIDES = ("batch", "height", "width")
_DEFAULT_DOMAINS = ("", "ai.onnx")


def convert_onnx(program: Program, metadata: dict[str, str] | None = None) -> bytes:
    """Convert a program; batch, height and width stay free where the program leaves them free.

    Args:
        program: `Program`.
        metadata: dict of str, kept in the file as `metadata_props`, or `None`.

    Returns:
        bytes of an ONNX file of opset 17 whose inputs have the names, and the order, of
        `program.inputs`; its one output is `program.output`.

    Raises:
        ArtefactError: if the network uses an operation that ONNX does not have.
    """
    with _quiet_onnx():
        model = _convert_graph_to_onnx(program)
    for value in (*model.graph.input, *model.graph.output):
        _name_free_onnx_sides(value)
    _drop_unused_onnx_domains(model)
    model.ir_version = IR_VERSION
    onnx.helper.set_model_props(model, metadata or {})
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise ArtefactError(
            f"{program.name} cannot be written as ONNX ({_first_line_of_onnx_error(error)}); "
            "export it to another format"
        ) from error
    return model.SerializeToString()


class OnnxArtefact:
    """An ONNX file in onnxruntime, on two threads of the processor.

    Args:
        content_or_path: bytes of the file, or its path.

    Raises:
        ArtefactError: if the file is missing, damaged, or needs more than ONNX's own operators.
    """

    def __init__(self, content_or_path: bytes | str | os.PathLike):
        content = read_artefact(content_or_path)
        try:
            _check_onnx_domains(onnx.load_from_string(content))
            self.session = onnxruntime.InferenceSession(
                content, _onnx_session_options(), providers=["CPUExecutionProvider"]
            )
        except ArtefactError:
            raise
        except Exception as error:  # onnxruntime has a class for each, and no common base.
            raise ArtefactError(
                f"the ONNX file is damaged ({_first_line_of_onnx_error(error)}); export it again"
            ) from error

    @property
    def metadata(self) -> dict[str, str]:
        """What `convert_onnx` was given."""
        return dict(self.session.get_modelmeta().custom_metadata_map)

    def run(self, **inputs: np.ndarray) -> np.ndarray:
        """Compute.

        Args:
            **inputs: an array for each input of the file, by name.

        Returns:
            float32 array, the file's first output.

        Raises:
            ArtefactError: if an input is missing, unknown or of another shape.
        """
        names = [value.name for value in self.session.get_inputs()]
        if set(names) != set(inputs):
            raise ArtefactError(
                f"the ONNX file takes {', '.join(names)}, and was given "
                f"{', '.join(inputs) or 'nothing'}; name each input once"
            )
        arrays = {name: np.asarray(inputs[name], np.float32) for name in names}
        try:
            return self.session.run(None, arrays)[0]
        except Exception as error:  # As above.
            shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
            raise ArtefactError(
                f"the ONNX file does not run on {shapes} ({_first_line_of_onnx_error(error)}); "
                "check the shapes of its inputs"
            ) from error


def _convert_graph_to_onnx(program: Program) -> onnx.ModelProto:
    # Here, because tf2onnx logs while it is imported, too.
    import tf2onnx

    traced = tf.function(program.traceable(), input_signature=program.specs())
    # `tf2onnx.convert.from_function` would make an input of every constant that the function
    # holds, such as the code of a baked style; frozen first, constants stay constants.
    frozen = convert_variables_to_constants_v2(
        traced.get_concrete_function(), lower_control_flow=False, aggressive_inlining=True
    )
    inputs = {f"{name}:0": name for name in program.inputs}
    output = frozen.outputs[0].name
    model, _ = tf2onnx.convert.from_graph_def(
        frozen.graph.as_graph_def(add_shapes=True),
        name=program.name,
        input_names=list(inputs),
        output_names=[output],
        opset=OPSET,
        custom_op_handlers={"Log1p": (_log1p_in_onnx, [])},
        tensors_to_rename={**inputs, output: program.output},
    )
    return model


def _log1p_in_onnx(graph, node, name, args) -> None:
    """Write log1p(x), which ONNX lacks, as log(x + 1).

    Below 1e-7 the sum rounds to 1; the absolute error is under 1e-7, too.
    """
    one = graph.make_const(f"{name}/one", np.ones((), np.float32))
    total = graph.make_node("Add", [node.input[0], one.output[0]], name=f"{name}/total")
    node.type = "Log"
    graph.replace_input(node, node.input[0], total.output[0], 0)


def _name_free_onnx_sides(value: onnx.ValueInfoProto) -> None:
    """Call free dimensions batch, height and width; tf2onnx numbers them anew every time."""
    for axis, side in enumerate(value.type.tensor_type.shape.dim):
        if side.dim_param:
            side.dim_param = _FREE_SIDES[axis]


def _drop_unused_onnx_domains(model: onnx.ModelProto) -> None:
    used = {node.domain for node in model.graph.node}
    for entry in [entry for entry in model.opset_import if entry.domain not in used]:
        model.opset_import.remove(entry)


def _check_onnx_domains(model: onnx.ModelProto) -> None:
    domains = {entry.domain for entry in model.opset_import}
    domains |= {node.domain for node in model.graph.node}
    foreign = sorted(domains.difference(_DEFAULT_DOMAINS))
    if foreign:
        raise ArtefactError(
            f"the ONNX file uses operators of {', '.join(foreign)}, which not every runtime has; "
            "export it again without them"
        )


def _onnx_session_options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    # Only what is fatal: everything else arrives as an exception.
    options.log_severity_level = 4
    return options


def _first_line_of_onnx_error(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    # onnxruntime begins with its own name, a number and the kind of error.
    return lines[0].removeprefix("[ONNXRuntimeError] : ").split(" : ", 2)[-1][:160]


@contextlib.contextmanager
def _quiet_onnx():
    """Keep back what TensorFlow's parts and tf2onnx log about each other."""
    loggers = [tf.get_logger(), logging.getLogger("tf2onnx")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        # The C++ parts know nothing of loggers.
        with silenced():
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)

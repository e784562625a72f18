"""A generator's TFLite file with one style worked into its weights: fewer steps a picture."""

import threading
from types import SimpleNamespace

import numpy as np

from portrait_style.model_files.lite_networks import LiteNetwork

# Pictures drawn in one style before it is worked in, which takes as long as some pictures.
_PATIENCE = 8
# The photo's side in the run that computes what depends on the style alone: any serves.
_SIDE = 64


class BakedStyles:
    """Works a style into a generator once several pictures were drawn in it, one after another.

    Any number of threads may ask: who comes while a style is worked in draws as before.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._asked: tuple | None = None
        self._count, self._baked = 0, None

    def __call__(self, generator, code: np.ndarray):
        """Choose what draws a picture.

        Args:
            generator: `Generator`, or `LiteNetwork` of one.
            code: (code_size,).

        Returns:
            What is called as `generator` is, with this code only.
        """
        if not isinstance(generator, LiteNetwork):
            return generator
        asked = generator, code.tobytes()
        with self._lock:
            if self._asked != asked:
                self._asked, self._count, self._baked = asked, 0, None
            self._count += 1
            if self._count != _PATIENCE:
                return self._baked or generator
        baked = generator.edited(lambda content: baked_content(content, code))
        with self._lock:
            if self._asked == asked:
                self._baked = baked
        return baked


def baked_content(content: bytes, code: np.ndarray) -> bytes:
    """Work a style into a generator's file: scales and offsets of channels become weights.

    What depends on the style code alone is computed once. Where it scales or moves the channels of
    a convolution, it goes into the convolution's kernel and bias; elsewhere it becomes a constant.
    The file has the same signature, and its style code is not looked at.

    Args:
        content: of a generator's file with weights in half precision.
        code: float32 (code_size,).

    Returns:
        The content of another file.
    """
    # What describes the format comes with the runtime.
    from ai_edge_litert.schema_py_generated import Model, ModelT

    model = ModelT.InitFromObj(Model.GetRootAs(content, 0))
    graph = model.subgraphs[0]
    for operator in graph.operators:
        operator.inputs = np.array(operator.inputs)
    values = _values(content, graph, code)
    _StyleBaking(model, graph, values).run()
    return _packed(model)


def _values(content: bytes, graph, code: np.ndarray) -> dict[int, np.ndarray]:
    """Compute all tensors that depend on no photo: by number."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(
        model_content=content,
        # Else what lies between input and output is not kept.
        experimental_preserve_all_tensors=True,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    signature = interpreter.get_signature_runner()
    photo = np.zeros((1, _SIDE, _SIDE, 3), np.float32)
    signature(photo=photo, style_code=np.asarray(code, np.float32)[None])
    by_name = {entry["name"]: entry["index"] for entry in interpreter.get_input_details()}
    known = _independent(graph, _photo_input(graph, by_name))
    return {number: np.array(interpreter.get_tensor(number)) for number in known}


def _photo_input(graph, by_name: dict[str, int]) -> int:
    """Find which input is the picture: the one of four dimensions."""
    return next(n for n in by_name.values() if len(graph.tensors[n].shape) == 4)


def _independent(graph, photo: int) -> list[int]:
    """List the results of operators that no photo reaches."""
    reached, known = {photo}, []
    for operator in graph.operators:
        if reached.isdisjoint(operator.inputs.tolist()):
            known += list(operator.outputs)
        else:
            reached.update(operator.outputs)
    return known


class _StyleBaking:
    """Rewrites a graph; `values` are the tensors that depend on no photo."""

    def __init__(self, model, graph, values: dict[int, np.ndarray]):
        from ai_edge_litert.schema_py_generated import ActivationFunctionType, BuiltinOperator

        self.model, self.graph, self.values = model, graph, values
        self.no_activation = ActivationFunctionType.NONE
        self.kinds = SimpleNamespace(
            scale=BuiltinOperator.MUL,
            offset=BuiltinOperator.ADD,
            convolutions=(BuiltinOperator.CONV_2D, BuiltinOperator.DEPTHWISE_CONV_2D),
            depthwise=BuiltinOperator.DEPTHWISE_CONV_2D,
        )

    def run(self) -> None:
        """Fold what can be folded, keep the rest as constants, and drop what nobody needs."""
        makers = {out: op for op in self.graph.operators for out in op.outputs}
        uses: dict[int, int] = {}
        for operator in self.graph.operators:
            for number in operator.inputs.tolist():
                uses[number] = uses.get(number, 0) + 1
        constants: dict[int, int] = {}
        kept = []
        for operator in self.graph.operators:
            if all(out in self.values for out in operator.outputs):
                continue
            maker = self._folded_into(operator, makers, uses)
            if maker is not None:
                maker.outputs = operator.outputs
                makers[operator.outputs[0]] = maker
                continue
            self._with_constants(operator, constants)
            kept.append(operator)
        self.graph.operators = kept

    def _kind(self, operator) -> int:
        code = self.model.operatorCodes[operator.opcodeIndex]
        return max(code.builtinCode, code.deprecatedBuiltinCode)

    def _folded_into(self, operator, makers: dict, uses: dict):
        """Work a scale or an offset into the convolution before it, and return that, or `None`."""
        kind = self._kind(operator)
        if kind not in (self.kinds.scale, self.kinds.offset):
            return None
        told = [number for number in operator.inputs.tolist() if number in self.values]
        drawn = [number for number in operator.inputs.tolist() if number not in self.values]
        if len(told) != 1 or len(drawn) != 1 or uses[drawn[0]] != 1:
            return None
        maker, value = makers.get(drawn[0]), self.values[told[0]]
        if maker is None or self._kind(maker) not in self.kinds.convolutions:
            return None
        channels = self.graph.tensors[maker.outputs[0]].shape[-1]
        if value.size != channels or (
            maker.builtinOptions.fusedActivationFunction != self.no_activation
        ):
            return None
        self._fold(maker, value.reshape(-1), kind)
        maker.builtinOptions.fusedActivationFunction = (
            operator.builtinOptions.fusedActivationFunction
        )
        return maker

    def _fold(self, convolution, value: np.ndarray, kind: int) -> None:
        kernel, bias = (self.values[number] for number in convolution.inputs.tolist()[1:3])
        if kind == self.kinds.scale:
            # A row a channel, but for depthwise kernels, which have channels last.
            last = self._kind(convolution) == self.kinds.depthwise
            shape = (1, 1, 1, -1) if last else (-1, 1, 1, 1)
            kernel, bias = kernel * value.reshape(shape), bias * value
        else:
            bias = bias + value
        inputs = [convolution.inputs[0], self._constant(kernel), self._constant(bias)]
        convolution.inputs = np.array(inputs, np.int32)

    def _with_constants(self, operator, constants: dict[int, int]) -> None:
        """Let an operator read what is known from constants, each of which is written once."""
        for place, number in enumerate(operator.inputs.tolist()):
            if number in self.values and self.model.buffers[self._buffer(number)].data is None:
                if number not in constants:
                    constants[number] = self._constant(self.values[number])
                operator.inputs[place] = constants[number]

    def _buffer(self, number: int) -> int:
        return self.graph.tensors[number].buffer

    def _constant(self, value: np.ndarray) -> int:
        """Add a constant: its number."""
        from ai_edge_litert.schema_py_generated import BufferT, TensorT, TensorType

        buffer, tensor = BufferT(), TensorT()
        buffer.data = np.frombuffer(np.ascontiguousarray(value, np.float32).tobytes(), np.uint8)
        self.model.buffers.append(buffer)
        tensor.shape = np.array(value.shape, np.int32)
        tensor.type, tensor.buffer = TensorType.FLOAT32, len(self.model.buffers) - 1
        tensor.name = b"baked"
        self.graph.tensors.append(tensor)
        number = len(self.graph.tensors) - 1
        self.values[number] = np.asarray(value, np.float32)
        return number


def _packed(model) -> bytes:
    import flatbuffers

    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())

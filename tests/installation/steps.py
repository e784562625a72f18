"""What is run in each environment, and what it must leave: the README's commands, made small."""

import shlex
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A program to run in an environment.

    Args:
        command: str, as at a terminal.
        leaves: patterns of files; each must fit one that is not empty afterwards.
        refused: bool, whether the command is to ask for an extra: exit code 2, and one line on
            stderr that says what to install.
    """

    command: str
    leaves: tuple[str, ...] = ()
    refused: bool = False

    @property
    def words(self) -> list[str]:
        """The program and its arguments."""
        return shlex.split(self.command)


def _command(line: str, *leaves: str, **settings) -> Step:
    return Step(f"portrait-style {line}", leaves, **settings)


_TRAIN = (
    "--output runs/mine --photos photos --styles styles --steps 2 --size 64 --batch 2 "
    "--sample-every 1"
)
_TRAINED = tuple(
    f"runs/mine/{name}"
    for name in (
        "config.json",
        "metrics.jsonl",
        "report.html",
        "sheet.png",
        "samples/*.png",
        "checkpoints/step-0000002.weights.h5",
        "generator.keras",
        "style_encoder.keras",
        "mapping_network.keras",
    )
)
_DISCOVER = "discover styles --output found --clusters 2"
_EVALUATE = (
    "evaluate --model mobile --photos photos --styles styles --output report --held-out "
    "--limit 2 --size 64"
)
_EXPORT = (
    "export --model mobile --output exported --formats tflite,onnx,saved_model "
    "--quantize float16 --size 64 --photos photos"
)
_BENCHMARK = "benchmark --model mobile --size 64 --quantize float16 --photos photos"
_WEB = "web --model mobile --output site --runtime node_modules"
_FEEDBACK = "feedback start --profile me.json me.png --size 64"
_STUDIO = "studio --storage studio --port 0 --no-browser"
_RENDER = "render me.png --renderer comic --output me-as-comic.png"
# Of the photos that come with the package.
_TRAIN_RENDERED = (
    "train --render sepia --output runs/drawn --steps 2 --size 64 --batch 2 --sample-every 1"
)

BASE = (
    Step("python make_pictures.py", ("me.png", "photos/*", "styles/*/*")),
    Step("python -m portrait_style --version"),
    _command("styles"),
    _command("styles --sheet me.png --output sheet.jpg", "sheet.jpg"),
    _command("stylize me.png --style engraving --output me-engraved.png", "me-engraved.png"),
    _command(
        "stylize photos/photo-000.png photos/photo-001.png --intensity 0.7 --size 64 "
        "--style styles/red_chalk/red_chalk-00.png --output painted",
        "painted/photo-000*.png",
        "painted/photo-001*.png",
    ),
    _command(
        "stylize me.png --style random:7@oil --size 64 --output me-varied.png", "me-varied.png"
    ),
    _command(
        "interpolate me.png --output strip.png --from oil --to engraving --frames 3 --size 64",
        "strip.png",
    ),
    _command(
        "interpolate me.png --output clip.gif --from oil --to engraving --frames 3 --size 64",
        "clip.gif",
    ),
    _command(
        "optimize me.png --style styles/red_chalk/red_chalk-00.png --size 64 --iterations 3 "
        "--output me-painted.png",
        "me-painted.png",
    ),
    _command(f"train --dry-run {_TRAIN}"),
    _command(f"train {_TRAIN}", *_TRAINED),
    _command("train --resume runs/mine --steps 3", "runs/mine/checkpoints/step-0000003.weights.h5"),
    _command(
        "stylize me.png --style red_chalk --model runs/mine --size 64 --output me-chalk.png",
        "me-chalk.png",
    ),
    _command("check --photos photos --styles styles --size 64"),
    _command(
        "adapt --model mobile --styles styles/blue_wash --photos photos --steps 2 --size 64 "
        "--output runs/adapted",
        "runs/adapted/generator.keras",
        "runs/adapted/style_encoder.keras",
    ),
    _command(
        "stylize me.png --style blue_wash --model runs/adapted --size 64 --output me-blue.png",
        "me-blue.png",
    ),
    _command("share blue_wash --model runs/adapted --output blue.style", "blue.style"),
    _command(
        "stylize me.png --style blue.style --size 64 --output me-as-blue.png", "me-as-blue.png"
    ),
    Step("python train_in_python.py", ("generator.keras",)),
    Step("python load_generator.py"),
    _command(_DISCOVER, refused=True),
    _command(_EVALUATE, refused=True),
    _command(_EXPORT, refused=True),
    _command(_BENCHMARK, refused=True),
    _command(_WEB, refused=True),
    _command(_FEEDBACK, refused=True),
    _command(_STUDIO, refused=True),
    _command("renderers", refused=True),
    _command(_RENDER, refused=True),
    _command(_TRAIN_RENDERED, refused=True),
    _command("stylize phone.heic --style oil --size 64 --output phone.png", refused=True),
)

DISCOVER = (_command(_DISCOVER, "found/styles.json", "found/index.html"),)

EVALUATE = (_command(_EVALUATE, "report/report.json", "report/report.html", "report/pictures/*/*"),)

EXPORT = (
    _command(
        _EXPORT,
        "exported/tflite/conditional_float16.tflite",
        "exported/tflite/style_encoder_float16.tflite",
        "exported/onnx/conditional.onnx",
        "exported/onnx/style_encoder.onnx",
        "exported/saved_model/*/saved_model.pb",
        "exported/metadata.json",
        "exported/report.html",
    ),
    _command(_BENCHMARK),
    Step("python make_runtime.py", ("node_modules/onnxruntime-web/package.json",)),
    _command(
        _WEB,
        "site/index.html",
        "site/modules/app.js",
        "site/icons/icon-192.png",
        "site/model/drawing.onnx",
        "site/model/drawing.tflite",
        "site/runtime/litert/wasm-utils.js",
    ),
)

FEEDBACK = (
    _command(_FEEDBACK, "me.json", "me/round-1/sheet.png"),
    _command("feedback choose --profile me.json --liked 1,4"),
    _command("feedback next --profile me.json me.png --size 64", "me/round-2/sheet.png"),
    _command("feedback choose --profile me.json --better 2,5"),
    _command("feedback save --profile me.json", "me.json"),
    _command("stylize me.png --style me.json --size 64 --output me-mine.png", "me-mine.png"),
    _command("feedback save --profile me.json --refine me.png", "me.json"),
)

RENDER = (
    _command("renderers"),
    _command(_RENDER, "me-as-comic.png"),
    _command(
        "render photos/photo-000.png photos/photo-001.png --renderer linocut --stroke 1.5 "
        "--output prints",
        "prints/photo-000*.png",
        "prints/photo-001*.png",
    ),
    _command(
        _TRAIN_RENDERED,
        "runs/drawn/generator.keras",
        "runs/drawn/style_encoder.keras",
        "runs/drawn/report.html",
    ),
    _command(
        "stylize me.png --style sepia --model runs/drawn --size 64 --output me-sepia.png",
        "me-sepia.png",
    ),
)

HEIF = (
    Step("python make_heic.py", ("me.heic",)),
    _command("stylize me.heic --style oil --size 64 --output me-phone.png", "me-phone.png"),
)

STUDIO = (
    Step(
        f"python use_studio.py portrait-style {_STUDIO}",
        ("studio/studio.sqlite3", "from-studio.png"),
    ),
)

# "" is the package without an extra; it comes first, for it makes the pictures.
ENVIRONMENTS = {
    "": BASE,
    "discover": DISCOVER,
    "evaluate": EVALUATE,
    "export": EXPORT,
    "feedback": FEEDBACK,
    "heif": HEIF,
    "render": RENDER,
    "studio": STUDIO,
}
# Extras for working on the project itself; no command asks for them.
WITHOUT_COMMANDS = {"benchmark", "browser", "demo", "dev", "test"}

# What draws without TensorFlow, as the README lists it, and what it draws.
LIGHT_PACKAGES = ("ai-edge-litert", "flatbuffers", "numpy", "pillow", "tqdm")
_NO_TENSORFLOW = (
    "import importlib.util as u; assert not (u.find_spec('tensorflow') or u.find_spec('keras'))"
)
LIGHT = (
    Step(f'python -c "{_NO_TENSORFLOW}"'),
    _command("styles"),
    _command("stylize me.png --style comic --output light/comic.png", "light/comic.png"),
    _command(
        "stylize photos --style oil:0.5,engraving:0.5 --size 64 --output light", "light/photo-000*"
    ),
    _command("stylize me.png --style random:7@oil --output light/7.png", "light/7.png"),
    _command("stylize me.png --style me.json --output light/mine.png", "light/mine.png"),
    _command(
        "stylize me.png --style styles/red_chalk/red_chalk-00.png --output light/chalk.png",
        "light/chalk.png",
    ),
    Step("python draw_found.py", ("light/found.png",)),
    _command("stylize me.png --style blue.style --output light/blue.png", "light/blue.png"),
    _command(
        "interpolate me.png --output light/strip.png --from oil --to engraving --frames 3",
        "light/strip.png",
    ),
    _command("styles --sheet me.png --output light/sheet.jpg", "light/sheet.jpg"),
    _command("share comic --output light/comic.style", "light/comic.style"),
    _command(f"train --dry-run {_TRAIN}", refused=True),
)

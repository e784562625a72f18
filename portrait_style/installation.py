"""What must be installed for what: the packages that each extra brings, and their modules.

`setup.cfg` says the same with versions; a test holds the two against each other.
"""

import importlib.util

from portrait_style.errors import MissingPackageError

# The module by which a package is imported. Presence is told by the module: `tensorflow-cpu` or
# `opencv-python` serve as well as what is named here.
MODULES = {
    "ai-edge-litert": "ai_edge_litert",
    "alembic": "alembic",
    "argon2-cffi": "argon2",
    "fastapi": "fastapi",
    "flatbuffers": "flatbuffers",
    "jinja2": "jinja2",
    "keras": "keras",
    "matplotlib": "matplotlib",
    "numpy": "numpy",
    "onnx": "onnx",
    "onnxruntime": "onnxruntime",
    "opencv-python-headless": "cv2",
    "pillow": "PIL",
    "pillow-heif": "pillow_heif",
    "platformdirs": "platformdirs",
    "protobuf": "google.protobuf",
    "pydantic": "pydantic",
    "python-multipart": "python_multipart",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
    "scipy": "scipy",
    "sqlalchemy": "sqlalchemy",
    "tensorboard": "tensorboard",
    "tensorflow": "tensorflow",
    "tf2onnx": "tf2onnx",
    "threadpoolctl": "threadpoolctl",
    "tqdm": "tqdm",
    "uvicorn": "uvicorn",
}
# Enough to draw with a preset that has TFLite files.
LIGHT = ("ai-edge-litert", "flatbuffers", "numpy", "pillow", "tqdm")
BASE = (
    "ai-edge-litert",
    "flatbuffers",
    "jinja2",
    "keras",
    "numpy",
    "pillow",
    "platformdirs",
    "tensorboard",
    "tensorflow",
    "tqdm",
)
EXTRAS = {
    "discover": ("matplotlib", "scikit-learn", "scipy", "threadpoolctl"),
    "evaluate": (
        "matplotlib",
        "opencv-python-headless",
        "scikit-learn",
        "scipy",
        "threadpoolctl",
    ),
    "export": (
        "onnx",
        "onnxruntime",
        "protobuf",
        "scikit-image",
        "tf2onnx",
        "threadpoolctl",
    ),
    "feedback": ("scikit-learn",),
    "heif": ("pillow-heif",),
    "render": ("opencv-python-headless",),
    "studio": (
        "alembic",
        "argon2-cffi",
        "fastapi",
        "matplotlib",
        "onnx",
        "onnxruntime",
        "opencv-python-headless",
        "protobuf",
        "pydantic",
        "python-multipart",
        "scikit-image",
        "scikit-learn",
        "scipy",
        "sqlalchemy",
        "tf2onnx",
        "threadpoolctl",
        "uvicorn",
    ),
}


def check_installed(extra: str | None = None, light: bool = False) -> None:
    """Make sure that what an extra brings is there, without importing it.

    Args:
        extra: str, one of `EXTRAS`, or `None` for what every installation has.
        light: bool, whether what a light installation has is enough. Defaults to `False`.

    Raises:
        MissingPackageError: if something is missing.
    """
    needed = (*(LIGHT if light else BASE), *EXTRAS.get(extra or "", ()))
    missing = [name for name in needed if not _is_installed(MODULES[name])]
    if missing:
        raise MissingPackageError(_installation_advice(missing, extra))


def package_of(error: ModuleNotFoundError) -> MissingPackageError | None:
    """Say what must be installed where a module was not found.

    Args:
        error: what Python raised.

    Returns:
        The error to raise instead, or `None` if the module is of a package that is there, or that
        nobody needs.
    """
    root = (error.name or "").partition(".")[0]
    for package, module in MODULES.items():
        if module.partition(".")[0] == root and not _is_installed(module):
            extra = next((name for name, brought in EXTRAS.items() if package in brought), None)
            return MissingPackageError(
                _installation_advice([package], None if package in BASE else extra)
            )
    return None


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # of the package that the module lies in
        return False
    except ValueError:  # another thread imports it at this moment: it says not yet where it is from
        return True


def _installation_advice(missing: list[str], extra: str | None) -> str:
    named = f"portrait-style[{extra}]" if extra else "portrait-style"
    return (
        f"{', '.join(missing)} must be installed for this: pip install {' '.join(missing)} "
        f"(what pip install '{named}' brings)"
    )

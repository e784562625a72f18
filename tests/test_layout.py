"""What may import what."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TREES = {
    "portrait_style": ROOT / "portrait_style",
    "portrait_style.training": ROOT / "training",
    "portrait_style.export": ROOT / "export",
}


def imported_names(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers_of(package, tree):
    return {
        path.relative_to(ROOT).as_posix()
        for path in TREES[tree].rglob("*.py")
        for name in imported_names(path)
        if name == package or name.startswith(f"{package}.")
    }


def test_only_the_command_line_and_the_studio_know_training_and_export():
    for package in ("portrait_style.training", "portrait_style.export"):
        outside = importers_of(package, "portrait_style")
        allowed = ("portrait_style/cli/", "portrait_style/studio/")
        assert all(path.startswith(allowed) for path in outside)


# From the ground up: what stands in a line may import what stands in the lines before it.
FLOORS = (
    "errors _version",
    "settings installation output_files terminal cache",
    "_lazy decoding mark transparency",
    "encoding",
    "_registration image medium perceptual_settings",
    "functional image_folder near_duplicates reports styles optimization_config",
    "layers losses interpolation",
    "models",
    "model_files quality optimization",
    "stylizer",
    "personalization evaluation sharing",
    "discovery renderers web",
    "training export",
    "studio",
    "cli",
    "__main__",
)
RANKS = {name: rank for rank, line in enumerate(FLOORS) for name in line.split()}


def floor_of(module):
    """The folder or file, directly below the package, that a module is or lies in."""
    return module.split(".")[1]


def test_dependence_runs_downwards():
    for tree, folder in TREES.items():
        for path in folder.rglob("*.py"):
            parts = (*tree.split("."), *path.relative_to(folder).with_suffix("").parts)
            if parts[1] == "__init__":
                continue
            for name in imported_names(path):
                if name.startswith("portrait_style.") and name.split(".")[1] in RANKS:
                    above, below = RANKS[parts[1]], RANKS[floor_of(name)]
                    same = parts[1] == floor_of(name)
                    assert same or below < above, f"{path} imports {name}"


def test_every_folder_has_its_floor():
    found = {path.stem for path in TREES["portrait_style"].glob("*.py")} - {"__init__"}
    found |= {path.parent.name for path in TREES["portrait_style"].glob("*/__init__.py")}
    assert found | {"training", "export"} == set(RANKS)


def test_training_and_export_do_not_know_each_other():
    assert not importers_of("portrait_style.export", "portrait_style.training")
    assert not importers_of("portrait_style.training", "portrait_style.export")


def test_nothing_is_imported_by_its_folder_name():
    for tree in TREES:
        assert not importers_of("training", tree) | importers_of("export", tree)


def test_losses_and_quality_do_not_know_each_other():
    for path in (TREES["portrait_style"] / "losses").rglob("*.py"):
        assert not any(name.startswith("portrait_style.quality") for name in imported_names(path))
    for path in (TREES["portrait_style"] / "quality").rglob("*.py"):
        assert not any(name.startswith("portrait_style.losses") for name in imported_names(path))


@pytest.mark.parametrize(
    "statements",
    [
        "import portrait_style; dir(portrait_style); portrait_style.StyleBank",
        "from portrait_style import ImageError, LossWeights, PortraitStylizer, __version__",
        "from portrait_style.cli import main; main(['--help']); main(['train', '--help'])",
        "from portrait_style.cli import main; main(['evaluate', '--help'])",
        "from portrait_style.cli import main; main(['export', '--help'])",
        "from portrait_style.cli import main; main(['feedback', 'choose', '--help'])",
        "from portrait_style.cli import main; main(['discover', '--help'])",
        "from portrait_style.cli import main; main(['interpolate', '--help'])",
        "from portrait_style.cli import main; main(['optimize', 'none.jpg', '--style', 'a.jpg', "
        "'--output', 'b.png'])",
        "from portrait_style.cli import main; main(['--version']); main(['styles'])",
        "from portrait_style.cli import main; main(['stylize', 'none.jpg', '--style', 'oil'])",
        "from portrait_style.cli import main; assert main(['renderers']) == 0",
        "from portrait_style.cli import main; main(['render', 'me.jpg', '--renderer', 'etching'])",
    ],
)
def test_tensorflow_stays_out(statements):
    check = "import sys; assert not {'tensorflow', 'keras'} & set(sys.modules)"
    command = [sys.executable, "-c", f"{statements}; {check}"]
    subprocess.run(command, check=True, capture_output=True)


def test_public_names_exist_and_others_do_not():
    import portrait_style

    for name in portrait_style.__all__:
        assert getattr(portrait_style, name) is not None
        assert name in dir(portrait_style)
    with pytest.raises(AttributeError, match="no attribute 'Stylizer'"):
        portrait_style.Stylizer  # noqa: B018


PACKAGES = [path for folder in TREES.values() for path in sorted(folder.rglob("__init__.py"))]
LAZY_PACKAGES = [path for path in PACKAGES if "hand_on(" in path.read_text()]


@pytest.mark.parametrize("path", LAZY_PACKAGES, ids=lambda path: path.parent.name)
def test_type_checkers_see_what_is_handed_on_lazily(path):
    tree = ast.parse(path.read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If) and node.orelse)
    (call,) = (
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) == 2
    )
    assert ast.unparse(block.test) == "TYPE_CHECKING" and ast.unparse(call.func) == "hand_on"
    # `X as X`: a name that is not renamed so is the package's own, says PEP 484.
    seen = {
        alias.asname: node.module
        for node in block.body
        for alias in node.names
        if alias.name == alias.asname
    }
    assert seen == ast.literal_eval(call.args[1])


def test_a_second_copy_of_a_mapped_package_is_refused():
    for package in ("training", "export"):
        result = subprocess.run(
            [sys.executable, "-c", f"import {package}"], cwd=ROOT, capture_output=True, text=True
        )
        assert f"import portrait_style.{package}, not {package}" in result.stderr


PATCHING = ("setattr", "delattr", "setitem", "delitem")


def patched_names(call):
    """Names that a call of `monkeypatch` goes through to what it changes."""
    for argument in call.args[:2]:
        for node in ast.walk(argument):
            if isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from node.value.split(".")


def test_tests_change_nothing_private():
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(PATCHING):
                private = [x for x in patched_names(node) if x.startswith("_")]
                assert not private, f"{path}:{node.lineno} changes {private}"


# Their signatures are Keras'.
KERAS_SIGNATURES = {"fit"}


def test_no_function_takes_more_than_seven_arguments():
    for folder in TREES.values():
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef) and node.name not in KERAS_SIGNATURES:
                    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                    count = sum(argument.arg not in ("self", "cls") for argument in given)
                    takes_kwargs = node.args.kwarg is not None and node.name == "__init__"
                    assert count <= 7 or takes_kwargs, f"{path}: {node.name} takes {count}"


# Keras calls them and says when; what they do here may go without saying.
KERAS_METHODS = {
    "build",
    "compute_output_shape",
    "get_config",
    "on_epoch_end",
    "on_train_batch_end",
    "on_train_begin",
    "on_train_end",
    "set_model",
    "train_step",
}


def classes():
    for folder in TREES.values():
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    yield node


def documented_methods(node, known):
    """Names of the methods that a class or one of its bases documents."""
    found = {x.name for x in node.body if isinstance(x, ast.FunctionDef) and ast.get_docstring(x)}
    for base in node.bases:
        # Two modules may have a class of one name.
        above = [other for other in known if other.name == ast.unparse(base)]
        found = found.union(*(documented_methods(other, known) for other in above))
        found |= KERAS_METHODS if not above else set()
    return found


def test_a_public_method_says_what_it_does_unless_its_base_class_does():
    found = list(classes())
    for node in found:
        said = documented_methods(node, found)
        for x in node.body:
            if isinstance(x, ast.FunctionDef) and node.name[0] != "_" != x.name[0]:
                assert x.name in said, f"{node.name}.{x.name}"

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


def test_only_commands_know_training_and_export():
    for package in ("portrait_style.training", "portrait_style.export"):
        assert importers_of(package, "portrait_style") <= {
            "portrait_style/commands/export.py",
            "portrait_style/commands/train.py",
        }


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
        "from portrait_style.cli import main; main(['feedback', 'choose', '--help'])",
        "from portrait_style.cli import main; main(['discover', '--help'])",
        "from portrait_style.cli import main; main(['interpolate', '--help'])",
        "from portrait_style.cli import main; main(['optimize', 'none.jpg', '--style', 'a.jpg', "
        "'--output', 'b.png'])",
        "from portrait_style.cli import main; main(['--version']); main(['styles'])",
        "from portrait_style.cli import main; main(['stylize', 'none.jpg', '--style', 'oil'])",
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


def test_a_second_copy_of_a_mapped_package_is_refused():
    for package in ("training", "export"):
        result = subprocess.run(
            [sys.executable, "-c", f"import {package}"], cwd=ROOT, capture_output=True, text=True
        )
        assert f"import portrait_style.{package}, not {package}" in result.stderr

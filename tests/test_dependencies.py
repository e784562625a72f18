"""What every command and package may import, held against what its installation brings.

Imports are found by parsing, and followed inside the package.
"""

import ast
import configparser
import functools
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

from portrait_style import _registration
from portrait_style.cli import commands
from portrait_style.installation import BASE, EXTRAS, MODULES, check_installed

ROOT = Path(__file__).parents[1]
TREES = {
    "portrait_style": ROOT / "portrait_style",
    "portrait_style.training": ROOT / "training",
    "portrait_style.export": ROOT / "export",
}
# The packages that README and documentation import from, and the extra that each takes.
EXTRA_OF_PACKAGE = {
    "portrait_style": None,
    "portrait_style.training": None,
    "portrait_style.discovery": "discover",
    "portrait_style.evaluation": "evaluate",
    "portrait_style.export": "export",
    "portrait_style.renderers": "render",
}


@functools.cache
def module_files():
    found = {}
    for name, folder in sorted(TREES.items()):
        for path in folder.rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            found[".".join((name, *parts))] = path
    return found


@functools.cache
def imports_of(module, everywhere):
    """Modules that a module imports: when it is imported, or by any of its functions too."""
    tree = ast.parse(module_files()[module].read_text())
    skipped = for_type_checkers(tree) | (set() if everywhere else inside_functions(tree))
    nodes = [node for node in ast.walk(tree) if node not in skipped]
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {home_of(node.module, alias.name) for alias in node.names}
    return found


def inside_functions(tree):
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return {x for node in ast.walk(tree) if isinstance(node, functions) for x in ast.walk(node)}


def for_type_checkers(tree):
    """What stands in `if TYPE_CHECKING:` is never run; its `else` is."""
    blocks = [node.body for node in ast.walk(tree) if is_type_checking(node)]
    return {x for block in blocks for node in block for x in ast.walk(node)}


def is_type_checking(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def home_of(module, name):
    """The module that `from module import name` loads: a lazily handed name has a home."""
    if f"{module}.{name}" in module_files():
        return f"{module}.{name}"
    return lazy_homes(module).get(name, module) if module in module_files() else module


@functools.cache
def lazy_homes(package):
    """The table that a package hands to `hand_on`."""
    for node in ast.walk(ast.parse(module_files()[package].read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "hand_on":
            return ast.literal_eval(node.args[1])
    return {}


def foreign_roots(starts):
    """Modules of others that are reached from some of ours, whatever branch is taken.

    A package that lies above a module is imported with it, but its functions are not called.
    """
    roots, seen = set(), set()
    waiting = [(start, True) for start in starts]
    while waiting:
        module, everywhere = waiting.pop()
        if (module, everywhere) in seen:
            continue
        seen.add((module, everywhere))
        for name in imports_of(module, everywhere):
            if not name.startswith("portrait_style"):
                roots.add(foreign(name))
                continue
            above = name.split(".")
            waiting += [(".".join(above[:i]), False) for i in range(1, len(above))]
            waiting.append((name, not name.startswith("portrait_style.cli.")))
    return roots - set(sys.stdlib_module_names) - {"portrait_style"}


def foreign(name):
    """What of a module's name tells whose it is; `google` is a namespace of many."""
    return name[: len("google.protobuf")] if name.startswith("google.") else name.split(".")[0]


def brought_by(extra):
    return {MODULES[name] for name in (*BASE, *(EXTRAS[extra] if extra else ()))}


def test_imports_for_type_checkers_are_not_followed():
    assert imports_of("portrait_style.discovery", True) == {"typing", "portrait_style._lazy"}
    text = "if TYPE_CHECKING:\n    import keras\nelse:\n    import numpy"
    tree = ast.parse(text)
    skipped = [
        ast.unparse(node) for node in for_type_checkers(tree) if isinstance(node, ast.Import)
    ]
    assert skipped == ["import keras"]


@pytest.mark.parametrize("command", commands())
def test_a_command_needs_what_its_extra_brings(command):
    module = commands()[command]
    needed = foreign_roots([module.__name__, "portrait_style.cli"])
    assert needed <= brought_by(module.EXTRA)


@pytest.mark.parametrize("package", sorted(EXTRA_OF_PACKAGE))
def test_what_a_package_hands_on_needs_what_its_extra_brings(package):
    homes = lazy_homes(package)
    assert homes, f"{package} hands nothing on lazily"
    needs_feedback = {"FeedbackSession"}
    for name, home in homes.items():
        extra = "feedback" if name in needs_feedback else EXTRA_OF_PACKAGE[package]
        assert foreign_roots([home]) <= brought_by(extra), name


def test_renderers_need_what_their_extra_brings():
    """They are found by their files, which no import statement names."""
    found = [name for name in module_files() if name.startswith("portrait_style.renderers.")]
    needed = foreign_roots(found)
    assert "cv2" in needed and needed <= brought_by("render")


@pytest.mark.parametrize("package", sorted(EXTRA_OF_PACKAGE))
def test_importing_a_package_imports_nothing_of_others(package):
    check = f"import {package}, sys; print(sorted({{x.split('.')[0] for x in sys.modules}}))"
    bare = subprocess.run([sys.executable, "-c", check], check=True, capture_output=True, text=True)
    assert not set(MODULES.values()) & set(ast.literal_eval(bare.stdout))


def test_whatever_is_imported_anywhere_is_in_the_table():
    known = set(MODULES.values())
    for module in module_files():
        roots = {foreign(name) for name in imports_of(module, True)} - {"portrait_style"}
        assert roots - set(sys.stdlib_module_names) <= known, module


def test_the_table_is_that_of_the_installation():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")

    def names(text):
        return {re.split(r"[<>=!~;\[ ]", line)[0] for line in text.split("\n") if line.strip()}

    assert names(config["options"]["install_requires"]) == set(BASE)
    extras = config["options.extras_require"]
    for extra, brought in EXTRAS.items():
        assert names(extras[extra]) == set(brought)
    # HEIC is what a file may be; no command is for it alone.
    assert {module.EXTRA for module in commands().values()} == {None, *EXTRAS} - {"heif"}


def test_every_class_that_a_file_can_hold_is_in_the_registry():
    found = {}
    for module, path in module_files().items():
        for node in ast.walk(ast.parse(path.read_text())):
            marked = [ast.unparse(x) for x in getattr(node, "decorator_list", ())]
            if any("register_keras_serializable" in text for text in marked):
                found[node.name] = module
    assert found == _registration.HOMES


def test_what_another_thread_imports_at_this_moment_is_installed(monkeypatch):
    """Its module is there, and says later where it is from."""
    half_imported = types.ModuleType("cv2")
    assert half_imported.__spec__ is None
    monkeypatch.setitem(sys.modules, "cv2", half_imported)
    check_installed("render")


def test_a_name_that_needs_more_than_is_installed_says_what_to_install():
    blocked = "import sys; sys.modules['sklearn'] = None; import portrait_style.discovery as d; "
    use = blocked + "d.discover"
    result = subprocess.run([sys.executable, "-c", use], capture_output=True, text=True)
    last = result.stderr.splitlines()[-1]
    assert "MissingPackageError: scikit-learn must be installed" in last
    assert "pip install scikit-learn" in last and "portrait-style[discover]" in last
    caught = blocked + "\ntry: d.discover\nexcept ImportError: print('caught')"
    assert subprocess.check_output([sys.executable, "-c", caught], text=True) == "caught\n"

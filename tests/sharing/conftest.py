"""A preset, a model that adapted it, and files of styles of both."""

import pytest
from adapted_model import NAME, write_adapted_model, write_model_with_distinct_kernels

from portrait_style import cli, share_style
from portrait_style.stylizer import PortraitStylizer


@pytest.fixture(scope="session")
def preset(preset, tmp_path_factory):
    return write_model_with_distinct_kernels(tmp_path_factory.mktemp("distinct"), preset)


@pytest.fixture(scope="session")
def plain(preset):
    return PortraitStylizer.load(preset)


@pytest.fixture(scope="session")
def adapted_folder(preset, tmp_path_factory):
    return write_adapted_model(tmp_path_factory.mktemp("adapted"), preset)


@pytest.fixture(scope="session")
def adapted(adapted_folder):
    return PortraitStylizer.load(adapted_folder)


@pytest.fixture(scope="session")
def waves(adapted_folder, tmp_path_factory):
    """The file of the style that was learned."""
    path = tmp_path_factory.mktemp("shared") / "waves.style"
    return str(share_style(adapted_folder, NAME, path))


@pytest.fixture(scope="session")
def oil(preset, tmp_path_factory):
    """The file of a style of the preset."""
    path = tmp_path_factory.mktemp("shared") / "oil.style"
    return str(share_style(preset, "oil", path))


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run a command in an empty folder; return (exit code, stdout, lines on stderr)."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)

    def run(*words):
        code = cli.main([str(word) for word in words])
        told = capsys.readouterr()
        return code, told.out, told.err.splitlines()

    return run

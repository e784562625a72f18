"""The folder that `web` writes, without a browser and without a network."""

import base64
import hashlib
import http.server
import io
import json
import os
import re
import tarfile
import threading

import numpy as np
import pytest
from command_errors import error_line
from fake_runtime import write_runtime
from PIL import Image

from portrait_style import cli
from portrait_style.cache import CACHE_VARIABLE
from portrait_style.errors import DownloadError, OutputError
from portrait_style.export.onnx_format import OnnxArtefact
from portrait_style.export.tflite import TFLiteArtefact
from portrait_style.image import to_model_range, to_uint8
from portrait_style.styles.fingerprint import fingerprint
from portrait_style.stylizer import PortraitStylizer
from portrait_style.web.runtime import PACKAGES, REGISTRY_VARIABLE, NpmPackage, runtime_files
from portrait_style.web.site import PageModel, site_files, write_site

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runtime(tmp_path_factory):
    return write_runtime(tmp_path_factory.mktemp("runtime"))


@pytest.fixture(scope="module")
def site(run_folder, runtime, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hosted") / "site"
    arguments = ["--model", run_folder, "--runtime", runtime, "--output", folder]
    assert cli.main(["web", *map(str, arguments)]) == 0
    return folder


def files_of(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def listed(site):
    text = (site / "precache.js").read_text()
    return json.loads(text.removeprefix("self.SITE = ").rstrip().removesuffix(";"))


def test_every_file_that_the_page_names_is_there(site):
    found = files_of(site)
    page = (site / "index.html").read_text()
    named = set(re.findall(r'(?:href|src)="([^"#]+)"', page))
    icons = json.loads((site / "manifest.webmanifest").read_text())["icons"]
    named |= {icon["src"] for icon in icons}
    for module in (site / "modules").glob("*.js"):
        named |= {f"modules/{name}" for name in re.findall(r'from "\./(.+?)"', module.read_text())}
    assert named and named <= found
    for icon in icons[1:]:
        side = int(icon["sizes"].split("x")[0])
        assert Image.open(site / icon["src"]).size == (side, side)


def test_nothing_in_it_asks_another_server(site):
    for path in [*site.glob("*.*"), *(site / "modules").iterdir()]:
        text = path.read_bytes().decode("utf-8", "ignore")
        assert "//cdn" not in text and "https://" not in text, path
    policy = re.search(
        r'Content-Security-Policy" content="([^"]+)"', (site / "index.html").read_text()
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].split(";"))
    assert rules["default-src"] == "'none'" and rules["connect-src"] == "'self'"
    assert not re.search(r"https?:|\*", policy[1])


def test_what_is_kept_offline_is_there_once_and_is_all_that_one_engine_needs(site):
    kept = listed(site)
    names = kept["first"] + kept["later"]
    assert len(names) == len(set(names))
    assert files_of(site) - set(names) == {"sw.js", "precache.js", "runtime/NOTICE.txt"}
    assert {"index.html", "model/drawing.onnx", "textures/grain.bin"} <= set(kept["first"])
    assert not any("litert/" in name or "webgpu" in name for name in kept["first"])


def version_of(bank, **changes):
    given = {"onnx": b"onnx", "tflite": b"tflite", "sample": np.zeros((16, 16, 3), np.uint8)}
    model = PageModel("tiny", bank, 16, 16, tflite_size=288, **{**given, **changes})
    return re.search(r'"version": "([0-9a-f]{16})"', site_files(model, {})["precache.js"].decode())[
        1
    ]


def test_the_version_changes_with_the_content(bank):
    assert version_of(bank) == version_of(bank)
    assert version_of(bank) != version_of(bank, onnx=b"other")


def test_the_page_is_told_of_the_styles(site, bank):
    told = json.loads((site / "model/model.json").read_text(encoding="utf-8"))
    assert told["fingerprint"] == fingerprint(bank)
    assert [style["name"] for style in told["styles"]] == bank.names
    np.testing.assert_allclose(told["styles"][2]["code"], bank.code("café noir"), atol=1e-6)
    assert "{style}" in told["mark"] and "trainedAlgorithmicMedia" not in told["styles"]


@pytest.mark.parametrize("name", ["model/drawing.onnx", "model/drawing.tflite"])
def test_the_networks_draw_what_the_stylizer_draws(site, networks, bank, name):
    photo = np.random.default_rng(2).integers(0, 256, (256, 256, 3), np.uint8)
    padded = to_model_range(np.pad(photo, ((16, 16), (16, 16), (0, 0)), mode="edge"))
    kind = OnnxArtefact if name.endswith(".onnx") else TFLiteArtefact
    image = kind(site / name).run(
        photo=padded[None], style_code=bank.code("ink")[None], intensity=np.float32([0.6])
    )
    expected = PortraitStylizer(*networks).stylize(photo, "ink", 0.6).astype(int)
    drawn = to_uint8(image[0, 16:-16, 16:-16])
    psnr = 10 * np.log10(255**2 / np.mean((drawn - expected) ** 2))
    assert psnr > 50


def test_a_bare_import_is_resolved(site):
    text = (site / "runtime/litert/index.js").read_text()
    assert 'from "./wasm-utils.js"' in text
    assert (site / "runtime/litert/wasm-utils.js").is_file()


def test_the_folder_keeps_what_else_it_holds(runtime, run_folder, tmp_path, capsys):
    (tmp_path / "CNAME").write_text("example.org")
    arguments = ["--model", run_folder, "--runtime", runtime, "--output", tmp_path]
    assert cli.main(["web", *map(str, arguments)]) == 2
    assert "--overwrite" in error_line(capsys)
    assert files_of(tmp_path) == {"CNAME"}
    assert cli.main(["web", *map(str, arguments), "--overwrite"]) == 0
    assert capsys.readouterr().out == f"{tmp_path}\n"
    assert (tmp_path / "CNAME").read_text() == "example.org"
    assert (tmp_path / "index.html").is_file()


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--model", "none"], "none"),
        (["--runtime", "nowhere"], "npm install onnxruntime-web@"),
        (["--output", "file.txt/site"], "not a folder"),
        (["--overwrite", "--output", "file.txt"], "not a folder"),
    ],
)
def test_mistakes_get_one_line_and_leave_nothing(
    arguments, said, runtime, run_folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").write_text("x")
    given = ["--output", "site", "--model", str(run_folder), "--runtime", str(runtime)]
    assert cli.main(["web", *given, *arguments]) == 2
    assert said in error_line(capsys)
    assert os.listdir(tmp_path) == ["file.txt"]


def test_a_runtime_of_another_version_is_refused(tmp_path):
    folder = write_runtime(tmp_path)
    (folder / "onnxruntime-web/package.json").write_text('{"version": "1.0.0"}')
    with pytest.raises(DownloadError, match="holds onnxruntime-web 1.0.0; run npm install"):
        runtime_files(folder)


def test_a_runtime_that_lacks_a_file_is_refused(tmp_path):
    folder = write_runtime(tmp_path)
    (folder / "@litertjs/core/wasm/litert_wasm_internal.wasm").unlink()
    with pytest.raises(DownloadError, match="does not hold @litertjs/core"):
        runtime_files(folder)


def test_a_folder_is_written_whole_or_not_at_all(tmp_path):
    # A file cannot lie in a file.
    with pytest.raises(OutputError, match="cannot write"):
        write_site(tmp_path / "site", {"a": b"1", "a/b": b"2"})
    assert os.listdir(tmp_path) == []


# What is fetched


def archive_of(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


ARCHIVE = archive_of({"dist/run.js": b"run", "dist/other.js": b"no", "../../evil": b"evil"})
INTEGRITY = f"sha512-{base64.b64encode(hashlib.sha512(ARCHIVE).digest()).decode()}"
PACKAGE = NpmPackage("@some/runner", "1.2.3", INTEGRITY, "MIT", {"dist/run.js": "runtime/run.js"})


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A registry on this machine; `served` is what it has, `asked` what it was asked for."""

    class Handler(http.server.BaseHTTPRequestHandler):
        served, asked = {"/@some/runner/-/runner-1.2.3.tgz": ARCHIVE}, []

        def do_GET(self):
            self.asked.append(self.path)
            content = self.served.get(self.path)
            self.send_response(404 if content is None else 200)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(REGISTRY_VARIABLE, f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    yield Handler
    server.shutdown()


def test_a_package_is_fetched_once_and_said_in_a_line(registry):
    said = []
    for _ in range(2):
        files = runtime_files(say=said.append, packages=(PACKAGE,))
        assert files["runtime/run.js"] == b"run"
        assert set(files) == {"runtime/run.js", "runtime/NOTICE.txt"}
    assert len(registry.asked) == 1
    assert len(said) == 1 and "fetched @some/runner 1.2.3" in said[0]


def test_a_damaged_cache_is_fetched_again(registry, tmp_path):
    runtime_files(packages=(PACKAGE,))
    (kept,) = (tmp_path / "cache").rglob("*.tgz")
    kept.write_bytes(ARCHIVE[:-3])
    assert runtime_files(packages=(PACKAGE,))["runtime/run.js"] == b"run"
    assert len(registry.asked) == 2 and kept.read_bytes() == ARCHIVE


def test_what_has_another_checksum_is_refused_and_not_kept(registry, tmp_path):
    registry.served = {path: ARCHIVE + b"\0" for path in registry.served}
    with pytest.raises(DownloadError, match="its checksum differs"):
        runtime_files(packages=(PACKAGE,))
    assert not list(tmp_path.rglob("*.tgz"))


def test_without_a_network_the_other_way_is_named(registry):
    registry.served = {}
    with pytest.raises(DownloadError, match="name a node_modules folder by --runtime"):
        runtime_files(packages=(PACKAGE,))


def test_every_package_is_pinned():
    for package in PACKAGES:
        assert re.fullmatch(r"\d+\.\d+\.\d+", package.version)
        digest = base64.b64decode(package.integrity.removeprefix("sha512-"), validate=True)
        assert len(digest) == 64

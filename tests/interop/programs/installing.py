"""Installs a program with its pinned versions in a folder of its own, and tells those versions."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.interop.programs.program import Program

PATIENCE = 1800
"""Seconds for what is built from source."""


class CannotInstall(Exception):
    """What the installer said."""


@dataclass(frozen=True, slots=True)
class Installed:
    """:param command: what starts it; ``versions``: of the packages that are told."""

    command: tuple[str, ...]
    versions: Mapping[str, str]


def install(program: Program, folder: Path) -> Installed:
    """Everything of the program in ``folder``. :raises CannotInstall:"""
    shutil.copytree(program.folder, folder, dirs_exist_ok=True)
    try:
        return KINDS[program.kind](program, folder)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotInstall(str(error)) from error


def run(folder: Path, *command: str, **environment: str) -> str:
    """What a command prints, run gently: this machine has others to serve."""
    done = subprocess.run(
        ("nice", "-n", "4", *command),
        cwd=folder,
        env={**os.environ, **environment},
        text=True,
        timeout=PATIENCE,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise CannotInstall(f"{command[0]}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def python(program: Program, folder: Path) -> Installed:
    """An environment with exactly what ``requirements.txt`` pins, or first with ``packages``."""
    uv = str(Path(sys.executable).with_name("uv"))
    run(folder, uv, "venv", "-q", "--python", program.python, "venv")
    lock = folder / "requirements.txt"
    if not lock.exists():
        asked = folder / "requirements.in"
        asked.write_text("\n".join(program.packages))
        options = ("--no-header", "--no-annotate", "--no-emit-index-url", "--python", "venv")
        run(folder, uv, "pip", "compile", "-q", *options, str(asked), "-o", str(lock))
        shutil.copy(lock, program.folder / lock.name)
    run(folder, uv, "pip", "install", "-q", "--python", "venv", "-r", str(lock))
    listed = json.loads(run(folder, uv, "pip", "list", "--python", "venv", "--format", "json"))
    known = {one["name"].lower(): one["version"] for one in listed}
    versions = {name: known[name.lower()] for name in program.told}
    return Installed((str(folder / "venv/bin/python"), "app.py"), versions)


def node(program: Program, folder: Path) -> Installed:
    """What ``package-lock.json`` pins."""
    if not (folder / "package-lock.json").exists():
        run(folder, "npm", "install", "--silent", "--package-lock-only")
        shutil.copy(folder / "package-lock.json", program.folder)
    run(folder, "npm", "ci", "--silent")
    versions = {}
    for name in program.told:
        package = folder / "node_modules" / name / "package.json"
        versions[name] = str(json.loads(package.read_text())["version"])
    return Installed(("node", "app.mjs"), versions)


def go(program: Program, folder: Path) -> Installed:
    """Built from ``go.mod``; without a ``main.go``, the program that the module itself has."""
    target = "." if (folder / "main.go").exists() else program.told[0]
    run(folder, "go", "build", "-p", "1", "-o", "program", target)
    modules = (folder / "go.mod").read_text()
    versions = {}
    for name in program.told:
        found = re.search(rf"{re.escape(name)} v(\S+)", modules)
        versions[name] = found[1] if found else ""
    return Installed((str(folder / "program"),), versions)


def rust(program: Program, folder: Path) -> Installed:
    """Built from ``Cargo.lock``; what several programs need is built once, and kept."""
    locked = ("--locked",) if (folder / "Cargo.lock").exists() else ()
    kept = Path.home() / ".cache/qiao-interop/rust"
    run(folder, "cargo", "build", "-q", "-j", "1", *locked, CARGO_TARGET_DIR=str(kept))
    shutil.copy(kept / "debug/program", folder)
    lock = folder / "Cargo.lock"
    if not locked:
        shutil.copy(lock, program.folder)
    pattern = 'name = "{}"\nversion = "([^"]+)"'
    found = {name: re.search(pattern.format(name), lock.read_text()) for name in program.told}
    versions = {name: one[1] if one else "" for name, one in found.items()}
    return Installed((str(folder / "program"),), versions)


def java(program: Program, folder: Path) -> Installed:
    """Built by Maven; every version stands in ``pom.xml``."""
    run(folder, "mvn", "-q", "-B", "-DskipTests", "package")
    pom = (folder / "pom.xml").read_text()
    pattern = r"<artifactId>{}</artifactId>\s*<version>([^<]+)<"
    found = {name: re.search(pattern.format(name), pom) for name in program.told}
    versions = {name: one[1] if one else "" for name, one in found.items()}
    return Installed(("java", "-Xmx384m", "-jar", "target/program.jar"), versions)


def distribution(program: Program, folder: Path) -> Installed:
    """An archive of Maven's; ``packages`` names it as ``group:artifact:version:zip``."""
    (archive,) = program.packages
    _, artifact, version, kind = archive.split(":")
    copy = ("dependency:copy", f"-Dartifact={archive}", f"-DoutputDirectory={folder}")
    run(folder, "mvn", "-q", "-B", *copy)
    run(folder, "unzip", "-q", f"{artifact}-{version}.{kind}")
    return Installed((sys.executable, "app.py"), {program.told[0]: version})


def debian(program: Program, folder: Path) -> Installed:
    """Debian's own: ``packages`` are unpacked below ``root``; without any, the machine has them.

    ``app.py`` starts what is in them.
    """
    if program.packages:
        run(folder, "apt-get", "download", "-q", *program.packages)
    for archive in sorted(folder.glob("*.deb")):
        run(folder, "dpkg", "-x", str(archive), "root")
    versions = {name: _debian_version(program, folder, name) for name in program.told}
    return Installed((sys.executable, "app.py"), versions)


def _debian_version(program: Program, folder: Path, name: str) -> str:
    if name not in program.packages:
        return run(folder, "dpkg-query", "-W", "-f", "${Version}", name)
    (archive,) = folder.glob(f"{name}_*.deb")
    return run(folder, "dpkg-deb", "-f", str(archive), "Version").strip()


KINDS: Mapping[str, Callable[[Program, Path], Installed]] = {
    "python": python,
    "node": node,
    "go": go,
    "rust": rust,
    "java": java,
    "distribution": distribution,
    "debian": debian,
}

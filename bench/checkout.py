"""Where a Qiao that is measured comes from: these sources, or those of an earlier commit."""

import contextlib
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
LOCK = "requirements.lock"


class CheckoutFailed(Exception):
    """There is no such commit, or it could not be installed; the message says what to do."""


@dataclass(frozen=True)
class Checkout:
    """:param folder: the root of the sources; :param python: runs them, with their libraries.

    :param commit: in short; empty for the sources that are being worked on.
    :param label: its name as a target, where it is set up in another way.
    """

    folder: Path
    python: str
    commit: str = ""
    label: str = ""

    @property
    def name(self) -> str:
        """As a target of the benchmark."""
        if self.label:
            return self.label
        return f"qiao-{self.commit}" if self.commit else "qiao"


HERE = Checkout(REPOSITORY, sys.executable)


@contextlib.contextmanager
def earlier(commit: str, environments: Path) -> Iterator[Checkout]:
    """The sources of a commit in a temporary folder, gone afterwards, and what runs them.

    The environment is kept for the next run with the same lock.

    :param environments: where virtual environments are kept.
    :raises CheckoutFailed: there is no such commit, or its libraries cannot be installed.
    """
    with exported(commit) as (short, folder):
        yield Checkout(folder, str(environment(folder, environments)), short)


@contextlib.contextmanager
def exported(commit: str) -> Iterator[tuple[str, Path]]:
    """The short name of a commit and a temporary folder with its files.

    An export and no worktree, so that a run that is killed leaves nothing in the repository.

    :raises CheckoutFailed: there is no such commit.
    """
    short = _git("rev-parse", "--verify", "--short", f"{commit}^{{commit}}").decode().strip()
    folder = Path(tempfile.mkdtemp(prefix=f"qiao-{short}-"))
    try:
        _run(["tar", "-x", "-C", str(folder)], _git("archive", short))
        yield short, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment(folder: Path, environments: Path) -> Path:
    """The Python of a virtual environment with exactly what the lock of these sources names."""
    lock = folder / LOCK
    if not lock.exists():
        raise CheckoutFailed(f"that commit has no {LOCK}: it cannot be installed as it was")
    known = hashlib.sha256(lock.read_bytes() + f"{sys.version} {sys.base_prefix}".encode())
    place = environments / known.hexdigest()[:16]
    python, complete = place / "bin" / "python", place / "complete"
    if not complete.exists():
        shutil.rmtree(place, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(place)])
        _run([*_installer(python), "--require-hashes", "-r", str(lock)])
        complete.touch()
    own = ["--no-deps", "--no-build-isolation", "--editable", str(folder)]
    compat = ["--config-settings", "editable_mode=compat"]
    _run([str(python), "-m", "pip", "install", "-qq", *compat, *own])
    return python


def _installer(python: Path) -> list[str]:
    """uv where the development tools are there: it takes seconds instead of a minute."""
    uv = Path(sys.executable).with_name("uv")
    if uv.exists():
        return [str(uv), "pip", "install", "-q", "--python", str(python)]
    return [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]


def _git(*words: str) -> bytes:
    done = subprocess.run(["git", *words], cwd=REPOSITORY, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise CheckoutFailed(f"git {words[0]} {words[-1]} failed: {said}")
    return done.stdout


def _run(command: list[str], given: bytes = b"") -> None:
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    if done.returncode:
        tail = "\n".join(done.stderr.decode(errors="replace").splitlines()[-15:])
        raise CheckoutFailed(f"{' '.join(command[:4])} … failed:\n{tail}")

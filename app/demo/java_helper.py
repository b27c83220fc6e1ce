"""The helper for Android on this computer's JDK: compiled when it is wanted, spoken to by lines.

``clients/android/desktop/Desktop.java`` is an app without a screen around the helper's core.
"""

import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

ANDROID = Path(__file__).parents[2] / "clients" / "android"
CORE = ("Protocol.java", "Qiao.java")
TOOLS = ("javac", "java", "mvn")
MAVEN_PATIENCE = 300
"""Seconds to download what is missing."""
BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For a process that lives for seconds: it is neither optimised nor collected in parallel."""
END = {"event": "ended"}


class NoHelper(Exception):
    """The helper cannot be had here; the text says why."""


def sources() -> list[Path]:
    """What runs on a JDK: the core, and the app without a screen."""
    core = ANDROID / "qiao" / "src" / "main" / "java" / "qiao" / "signin"
    return [*(core / name for name in CORE), ANDROID / "desktop" / "Desktop.java"]


def libraries(*names: str) -> list[Path]:
    """What the helper needs, from Maven Central; downloaded once.

    :param names: of artifacts; none for all that ``pom.xml`` has.
    :raises NoHelper: the tools are not here, or nothing could be downloaded.
    """
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing or not sources()[0].is_file():
        raise NoHelper(f"{' and '.join(missing) or ANDROID} not found")
    found = sorted((ANDROID / "lib").glob("*.?ar"))
    wanted = names or ("android-all", "android-json", "wechat-sdk-android")
    chosen = [path for path in found if path.name.startswith(wanted)]
    if len(chosen) == len(wanted):
        return chosen
    only = [f"-DincludeArtifactIds={','.join(names)}"] if names else []
    copy = ("dependency:copy-dependencies", f"-DoutputDirectory={ANDROID / 'lib'}", *only)
    _run(("mvn", "-q", "-B", "-f", str(ANDROID / "pom.xml"), *copy), MAVEN_PATIENCE)
    return [
        path for path in sorted((ANDROID / "lib").glob("*.?ar")) if path.name.startswith(wanted)
    ]


def compiled(folder: Path, *more: Path) -> str:
    """Compiles the core, and ``more`` sources, into a folder; the class path to run them by.

    :raises NoHelper: as `libraries`, or a source does not compile.
    """
    path = ":".join(map(str, [folder, *libraries("android-json")]))
    options = ("-d", str(folder), "-cp", path, "--release", "8", "-Xlint:-options")
    _run(("javac", *options, *map(str, [*sources(), *more])), MAVEN_PATIENCE)
    return path


def _run(command: Sequence[str], patience: int) -> None:
    try:
        subprocess.run(  # noqa: S603 - our own command, no shell
            command, check=True, capture_output=True, text=True, timeout=patience
        )
    except subprocess.CalledProcessError as error:
        raise NoHelper(f"{command[0]}: {(error.stdout + error.stderr).strip()}") from error
    except (subprocess.TimeoutExpired, OSError) as error:
        raise NoHelper(f"{command[0]}: {error}") from error


class JavaApp:
    """One process of the app. Its ``folder`` is what the phone remembers.

    :param app: issuer, client_id, redirect URI and scope.
    :param begin: ``sign-in`` and a connection, ``browser``, or ``resume``.
    """

    def __init__(
        self, path: str, folder: Path, app: tuple[str, str, str, str], begin: Sequence[str]
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            ("java", *BRIEF, "-cp", path, "Desktop", str(folder), *app, *begin),  # noqa: S607
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def say(self, *words: str) -> None:
        """What the person or WeChat does: a line for ``Desktop``."""
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()

    def next(self, patience: float) -> dict[str, Any]:
        """What happens next; ``{"event": "ended"}`` where the process has.

        :raises queue.Empty: nothing did for so many seconds.
        """
        return self._told.get(timeout=patience)

    def kill(self) -> None:
        """As the phone ends a process: at once."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            try:
                stream.close()
            except BrokenPipeError:
                continue  # what was said last did not arrive

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._told.put(json.loads(line))
        self._told.put(END)

"""One person's way through one program: in, refreshed, and out again."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import requests

from app.demo.processes import guard
from tests.interop.programs.browser import visit
from tests.interop.programs.installing import Installed
from tests.interop.programs.program import Program
from tests.interop.programs.registering import Place, register
from tests.interop.programs.results import Seen
from tests.interop.programs.visitor import Stopped, Visitor, words
from tests.interop.qiao import Qiao

WHO = "li-lei"
STARTING = 1800.0
"""Seconds that a program may say nothing while it starts; one that still says something is waited
for, up to ``AT_MOST``."""
AT_MOST = 3 * STARTING
PAUSE = 0.2
CLAIMS = ("sub", "name", "preferred_username", "email")


def go_through(program: Program, installed: Installed, way: str, qiao: Qiao, folder: Path) -> Seen:
    """What happens to somebody of WeChat's who uses the program registered in this way.

    :raises TimeoutError: this machine is too busy to tell.
    """
    place = register(qiao, program, way)
    with running(program, installed, place, folder) as log:
        try:
            with _somebody(qiao) as visitor:
                if program.browser:
                    return visit(program, place, visitor)
                seen = _visit(program, place, visitor)
            with _somebody(qiao) as visitor:
                _sign_in(program, place, visitor)  # who was there before, in another browser
                return seen
        except requests.Timeout as error:
            raise TimeoutError(str(error)) from error
        except (Stopped, AssertionError, requests.RequestException, ValueError) as error:
            return Seen(stopped=f"{error} … {log.read_text()[-6000:]}")


def _somebody(qiao: Qiao) -> Visitor:
    return Visitor(qiao.issuer, qiao.deployment.sandbox, WHO)


def _visit(program: Program, place: Place, visitor: Visitor) -> Seen:
    known = _sign_in(program, place, visitor)
    refresh = _refreshes(program, place, visitor)
    return Seen(claims=known, refresh=refresh, logout=_signs_out(program, place, visitor))


def _sign_in(program: Program, place: Place, visitor: Visitor) -> tuple[str, ...]:
    """Which claims the program knows then."""
    page = visitor.travel(place.url + program.sign_in, program.press)
    if program.shows and program.shows not in page.text:
        raise Stopped(f"at {page.url}: {words(page.text)}")
    if not program.me:
        return ()
    try:
        told = visitor.read(place.url + program.me)
    except Stopped as error:
        raise Stopped(f"{error}, after {page.url}: {words(page.text)}") from error
    told = told[program.inside] if program.inside else told
    if not told.get(program.who):
        raise Stopped(f"the program knows nobody: {told}")
    return tuple(name for name in CLAIMS if told.get(program.who if name == "sub" else name))


def _refreshes(program: Program, place: Place, visitor: Visitor) -> bool | None:
    if not program.refresh:
        return None
    return visitor.open(place.url + program.refresh).ok


def _signs_out(program: Program, place: Place, visitor: Visitor) -> bool | None:
    """Whether neither the program nor, where it says so, Qiao knows the person any more."""
    if not program.logout:
        return None
    back = {"SIGNED_OUT": quote(place.environment["SIGNED_OUT"], safe="")}
    page = visitor.travel(place.url + filled(program.logout, back), program.press)
    came_back = page.url.startswith(place.url) or not program.bye
    known = program.me and visitor.open(place.url + program.me).status_code == requests.codes.ok
    return came_back and not known


@contextmanager
def running(program: Program, installed: Installed, place: Place, folder: Path) -> Iterator[Path]:
    """The program until it is no longer needed; gives the file that has what it prints."""
    values = {**place.environment, "FOLDER": str(folder)}
    command = [filled(part, values) for part in program.command] or list(installed.command)
    log = folder / "log"
    surroundings = {name: value for name, value in os.environ.items() if "QIAO" not in name}
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**surroundings, **values, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        watching = guard(process)
        try:
            _wait(process, place.url + program.ready, log)
            yield log
        finally:
            watching.communicate()  # it ends the program with all that it has started
            process.wait(timeout=30)


def _wait(process: "subprocess.Popen[str]", url: str, log: Path) -> None:
    said, begun = 0, time.monotonic()
    deadline = begun + STARTING
    while time.monotonic() < deadline:
        if log.stat().st_size > said:
            said, deadline = log.stat().st_size, min(time.monotonic() + STARTING, begun + AT_MOST)
        if process.poll() is not None:
            raise Stopped(f"it does not start: {log.read_text()[-6000:]}")
        try:
            requests.get(url, timeout=5, allow_redirects=False)
        except requests.RequestException:
            time.sleep(PAUSE)
        else:
            return
    raise TimeoutError(f"it has not started: {log.read_text()[-6000:]}")


def filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"<<{name}>>", value)
    return text

"""A deployment that runs already: its operator has loaded our persons and clients into it."""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from tests.conformance.clients import ADA, RECEIVER
from tests.conformance.deployment import DeploymentError, Target
from tests.conformance.plans import OPENID
from tests.conformance.visitor import Visitor

TIMEOUT = 10.0
PATIENCE = 300.0
"""Seconds in which somebody may rotate the keys by hand."""


@dataclass(frozen=True)
class Given:
    """:param rotation: a command of its operator's that rotates the keys; empty: by hand.

    :param change: one that changes Ada's password; empty: by hand.
    :param verify: what vouches for its certificate: True for the system's authorities, or a file.
    :param seen: seconds after which all of its nodes serve new keys. :param poll: between looks.
    """

    target: Target
    show: Callable[[str], None]
    rotation: str = ""
    change: str = ""
    verify: bool | str = True
    patience: float = PATIENCE
    seen: float = 5.0
    poll: float = 1.0

    def rotate(self) -> None:
        before = self._keys()
        self._have_done(self.rotation, "Rotate the keys now: qiao keys rotate --now")
        deadline = time.monotonic() + self.patience
        while self._keys() <= before:
            if time.monotonic() > deadline:
                raise DeploymentError(f"The keys of {self.target.issuer} were not rotated.")
            time.sleep(self.poll)
        time.sleep(self.seen)

    def bring_about_events(self, receiver: str) -> None:
        password = self.target.credentials.passwords[ADA]
        visitor = Visitor(self.target.issuer, self.verify)
        visitor.sign_in(RECEIVER, receiver, ADA, password)
        setting = f"Give ada the same password again: flask --app wsgi accounts set-password {ADA}"
        self._have_done(self.change, setting)

    def _have_done(self, command: str, otherwise: str) -> None:
        if not command:
            self.show(f"  {otherwise}")
            return
        done = subprocess.run(command, shell=True, timeout=PATIENCE)
        if done.returncode:
            raise DeploymentError(f"{command!r} ended with {done.returncode}.")

    def check(self) -> None:
        """:raises DeploymentError: its issuer is not what it was said to be."""
        told = self._metadata().get("issuer")
        if told != self.target.issuer:
            raise DeploymentError(f"{self.target.issuer} calls itself {told}.")

    def _metadata(self) -> dict[str, Any]:
        return self._read(self.target.issuer + OPENID)

    def _keys(self) -> set[str]:
        keys = self._read(str(self._metadata().get("jwks_uri"))).get("keys")
        return {str(key.get("kid")) for key in keys} if isinstance(keys, list) else set()

    def _read(self, url: str) -> dict[str, Any]:
        try:
            answer = requests.get(url, timeout=TIMEOUT, verify=self.verify)
            answer.raise_for_status()
            return dict(answer.json())
        except (requests.RequestException, ValueError, TypeError) as error:
            raise DeploymentError(f"{url} cannot be read ({type(error).__name__}).") from error

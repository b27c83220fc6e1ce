"""Registers a program the way an administrator would: by name and address, or as what it is."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

from app.database import db
from app.management.services import presets
from app.management.services.preset_values import pasted
from oidc.provider import current_provider
from tests.interop.programs.program import PLAIN, Program
from tests.interop.qiao import CONNECTION, Qiao
from tests.live import free_ports


@dataclass(frozen=True, slots=True)
class Place:
    """Where a program listens, and what it is told of its registration."""

    url: str
    environment: Mapping[str, str]


def register(qiao: Qiao, program: Program, way: str) -> Place:
    """``clients add --name --redirect-uri``, or ``clients add --for --url``."""
    port = free_ports().application
    url = f"http://{program.host}:{port}"
    options = _plain(program, url) if way == PLAIN else ("--for", way, "--url", url)
    told = json.loads(
        qiao.operate("clients", "add", *options, "--json", "--connection", CONNECTION)
    )
    return Place(
        url,
        {
            "ISSUER": qiao.issuer,
            "CLIENT_ID": told["client_id"],
            "CLIENT_SECRET": told.get("client_secret", ""),
            "REDIRECT_URI": url + program.callback,
            "SIGNED_OUT": url + program.bye,
            "URL": url,
            "PORT": str(port),
            "PASTED": "" if way == PLAIN else _pasted(qiao, way, told),
        },
    )


def _plain(program: Program, url: str) -> tuple[str, ...]:
    bye = ("--post-logout-redirect-uri", url + program.bye) if program.bye else ()
    kind = ("--native",) if program.native else ()
    method = ("--auth-method", "none") if program.public and not program.native else ()
    return ("--name", program.title, "--redirect-uri", url + program.callback, *bye, *kind, *method)


def _pasted(qiao: Qiao, way: str, told: Mapping[str, str]) -> str:
    """What ``clients add --for`` prints for the program's own settings."""
    with qiao.administration.app_context():
        provider = current_provider()
        client = provider.clients.stored(db.session(), told["client_id"])
        texts = pasted(presets.load(way), provider, client, told.get("client_secret"))
        return os.linesep.join(one.text for one in texts)

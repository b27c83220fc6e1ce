"""Registers a program the way an administrator would: by name and address, or as what it is."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.database import db
from app.management.services import presets
from app.management.services.preset_values import pasted
from oidc.provider import current_provider
from tests.interop.programs.program import PLAIN, Program
from tests.interop.qiao import CONNECTION, Qiao
from tests.live import free_ports
from tests.source import ROOT

SCOPE = "orders:read"
PAGE = ROOT / "docs/protecting-apis.md"


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
            **_pasted(qiao, way, told),
        },
    )


def register_api(qiao: Qiao, program: Program, way: str, caller: str) -> Place:
    """``apis add``, with an address where the program listens.

    :param caller: the application whose tokens it may be told to take alone.
    """
    port = free_ports().application
    url = f"http://{program.host}:{port}"
    words = f"{SCOPE}=read your orders|查看你的订单"
    qiao.operate("apis", "add", url, "--name", program.title, "--scope", words)
    text = _documented(qiao, program, url) if way == PLAIN else _pasted_for(qiao, way, url)
    for one in ('"shop"', '"CLIENT_ID_OF_THE_CALLER"'):
        text = text.replace(one, f'"{caller}"')
    return Place(
        url, {"ISSUER": qiao.issuer, "RESOURCE": url, "URL": url, "PORT": str(port), "PASTED": text}
    )


def _documented(qiao: Qiao, program: Program, url: str) -> str:
    """What the page about APIs has for this program."""
    pattern = rf"^\*\*{re.escape(program.page)}\*\*[^`]*(?:`[^`\n]+`[^`]*)*```\w+\n(.*?)^```"
    found = re.search(pattern, PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found, program.page
    text = found[1].replace("https://login.example.com", qiao.issuer)
    return text.replace("https://api.example/orders", url)


def _pasted_for(qiao: Qiao, way: str, resource: str) -> str:
    """What ``clients presets NAME`` shows, with the API's own address."""
    with qiao.administration.app_context():
        preset = presets.load(way)
        preset = replace(preset, variables={**preset.variables, "resource": resource})
        return os.linesep.join(one.text for one in pasted(preset, current_provider()))


def _plain(program: Program, url: str) -> tuple[str, ...]:
    bye = ("--post-logout-redirect-uri", url + program.bye) if program.bye else ()
    kind = ("--native",) if program.native else ()
    method = ("--auth-method", "none") if program.public and not program.native else ()
    return ("--name", program.title, "--redirect-uri", url + program.callback, *bye, *kind, *method)


def _pasted(qiao: Qiao, way: str, told: Mapping[str, str]) -> Mapping[str, str]:
    """What ``clients add --for`` prints for the program's own settings: as one, and by place."""
    if way == PLAIN:
        return {"PASTED": "", "PASTES": "{}"}
    with qiao.administration.app_context():
        provider = current_provider()
        client = provider.clients.stored(db.session(), told["client_id"])
        texts = pasted(presets.load(way), provider, client, told.get("client_secret"))
    by_place = {one.place: one.text for one in texts}
    return {"PASTED": os.linesep.join(one.text for one in texts), "PASTES": json.dumps(by_place)}

"""Quick start: the values and the code for one application, and whether it works yet."""

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.management.console import access, desk
from app.management.console.access import requires
from app.management.console.views.applications import load
from app.management.services import presets
from app.management.services.client_check import examine
from app.management.services.first_sign_in import last_sign_in
from app.management.services.preset_values import pasted, values_of
from app.management.services.presets import UnknownPreset
from app.web.times import said
from oidc.clients.client import Client

VALUES = ("discovery", "issuer", "client_id")


@requires("viewer")
def application_start(client_id: str) -> ResponseReturnValue:
    """For the program that was chosen, or the one that it was registered as."""
    client = load(client_id)
    done = examine(access.acting(), client, _chosen(client))
    texts = pasted(done.preset, desk.provider(), client) if done.preset else []
    values = values_of(desk.provider(), client, None)
    return render_template(
        "admin/quick_start.html",
        client=client,
        tab="start",
        preset=done.preset,
        programs=presets.every().values(),
        texts=texts,
        values={name: values[name] for name in VALUES},
        findings=done.findings,
        works=_works(done.signed_in_at),
    )


@requires("viewer")
def application_signed_in(client_id: str) -> ResponseReturnValue:
    """Whether somebody has signed in, for the page that waits for it."""
    client = load(client_id)
    answer = jsonify(sentence=_works(last_sign_in(desk.session(), client.client_id)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _chosen(client: Client) -> str | None:
    """The program that the page is asked for; None where there is none of that name."""
    for name in (request.args.get("program", "")[:64], client.metadata.preset or ""):
        try:
            return presets.load(name).id
        except UnknownPreset:
            continue
    return None


def _works(signed_in_at: int | None) -> str:
    if signed_in_at is None:
        return ""
    return _("It works. Last sign-in: %(moment)s.", moment=said(signed_in_at))

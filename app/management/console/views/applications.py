"""Applications: listing, adding, and the settings of one."""

from collections import Counter

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.elements import current_federation
from app.enablement import sources
from app.management.console import access, application_form, desk, forms, misread
from app.management.console.access import requires
from app.management.console.application_form import AUTH_METHODS, FALLBACKS, GRANTS, TYPES
from app.management.console.forms import Form
from app.management.console.metadata_labels import label
from app.management.console.saving import put, saving
from app.management.services import apis, enablements, presets
from app.management.services import clients as service
from app.management.services.client_refusals import last_refusals
from app.management.services.client_search import MOST, search
from app.management.services.clients import metadata_of
from app.management.services.learning import LEARNT, learnt_by
from app.management.services.preset_values import pasted
from app.management.services.refusals import REFUSED, Problem, Refusal, refusal_of
from oidc.clients.client import Client
from oidc.clients.metadata import ClientMetadata
from oidc.clients.metadata_fields import LIFETIMES
from oidc.clients.secrets import needs_secret

PER_PAGE = 50


@requires("viewer")
def applications() -> ResponseReturnValue:
    """By client_id, a page at a time; ``q`` is a part of an id, a name or an address."""
    after = request.args.get("after", "")[:128]
    wanted = request.args.get("q", "").replace("\0", "").strip()[:MOST]
    learns = request.args.get("learns", "")
    is_clear = not learns or learns in LEARNT
    found = list[Client]()
    if is_clear:
        found = search(access.acting(), wanted, after=after, limit=PER_PAGE + 1, learns=learns)
    misread.tell([] if is_clear else [_("May learn")])
    shown = found[:PER_PAGE]
    known = sources.of_clients(desk.session(), [one.client_id for one in shown])
    return render_template(
        "admin/applications.html",
        clients=shown,
        counts=Counter(client_id for (client_id, _id), one in known.items() if one.enabled),
        learnt={one.client_id: learnt_by(one, known) for one in shown},
        learnable=LEARNT,
        learns=learns,
        type_of=application_form.type_of,
        types=TYPES,
        after=after,
        wanted=wanted,
        next_after=shown[-1].client_id if len(found) > PER_PAGE else None,
    )


@requires("editor", confirmed=True)
def new_application() -> ResponseReturnValue:
    """The short form; everything else has a default that suits most."""
    if request.method == "GET":
        known = current_federation().connections.all(desk.session())
        return _new_page(Form({"type": "web", "connections": [one.id for one in known]}))
    typed = application_form.typed_values() | {"connections": forms.chosen("connections")}
    form = Form(typed)
    if typed["type"] not in TYPES:
        form.add([("type", "Choose one of the listed values.")])
    with saving(form, {}, 0):
        metadata = metadata_of(desk.provider(), application_form.new_document())
        if form.status == 200:
            client, secret = service.create(access.acting(), metadata)
            enable(client, typed["connections"])
    if form.status != 200:
        return _new_page(form), form.status
    if secret is None:
        flash(_("The application is registered."))
        return redirect(url_for("admin.application", client_id=client.client_id), 303)
    return secret_page(client, secret, is_new=True)


@requires("viewer")
def application(client_id: str) -> ResponseReturnValue:
    """The settings of one application."""
    client = load(client_id)
    if request.method == "GET":
        return _page(Form(application_form.stored_values(client), client.version), client)
    return access.if_allowed("editor", lambda: _save(client))


def _save(client: Client) -> ResponseReturnValue:
    typed = application_form.typed_values()
    form = Form(typed, forms.version())
    document, unreadable = application_form.changed_document(client, typed)
    put(form, Refusal("invalid", tuple(Problem(*one, True) for one in unreadable)))
    try:
        metadata = metadata_of(desk.provider(), document)
    except REFUSED as error:
        put(form, refusal_of(error))
    if form.status != 200:
        return _page(form, client), form.status
    if form.version != client.version:
        return _outrun(form, client)
    if service.lacks_secret(desk.provider(), client, metadata):
        return access.once_confirmed(lambda: _store(form, client, metadata))
    return _store(form, client, metadata)


def _store(form: Form, client: Client, metadata: ClientMetadata) -> ResponseReturnValue:
    with saving(form, application_form.stored_values(client), client.version):
        saved, secret = service.change(access.acting(), client, metadata)
    if form.status != 200:
        return _page(form, load(client.client_id)), form.status
    if secret:
        return secret_page(saved, secret, is_new=False)
    flash(_("Saved."))
    unknown = apis.scopes_of_nothing(access.acting(), saved.metadata.scope)
    if unknown:
        seen = _("It may ask for %(scopes)s, which no API here has.", scopes=" ".join(unknown))
        flash(seen, "warn")
    return redirect(url_for("admin.application", client_id=client.client_id), 303)


def _outrun(form: Form, saved: Client) -> ResponseReturnValue:
    form.outrun(application_form.stored_values(saved), saved.version)
    return _page(form, saved), form.status


def enable(client: Client, connections: list[str]) -> None:
    """Switches these connections on for an application that was just registered."""
    known = {one.id for one in current_federation().connections.all(desk.session())}
    wanted = [name for name in connections if name in known]
    enablements.switch_all(access.acting(), [client.client_id], wanted, enabled=True)


def load(client_id: str) -> Client:
    """The application as it is stored this moment, or the page that says there is none."""
    if len(client_id) > 128 or "\0" in client_id:
        abort(404)
    client = desk.provider().clients.stored(desk.session(), client_id)
    if client is None:
        abort(404)
    return client


def secret_page(client: Client, secret: str, *, is_new: bool) -> ResponseReturnValue:
    """The one page that ever shows the secret, also in what goes into the program that it is."""
    preset = presets.of_client(client.metadata.preset)
    return render_template(
        "admin/secret.html",
        client=client,
        secret=secret,
        is_new=is_new,
        preset=preset,
        texts=pasted(preset, desk.provider(), client, secret) if preset else [],
    )


def _new_page(form: Form) -> str:
    known = current_federation().connections.all(desk.session())
    return render_template(
        "admin/new_application.html",
        form=form,
        types=TYPES,
        connections=known,
        programs=presets.every().values(),
    )


def _page(form: Form, client: Client) -> str:
    return render_template(
        "admin/application.html",
        form=form,
        client=client,
        tab="settings",
        kind=application_form.type_of(client.metadata),
        types=TYPES,
        grants={name: GRANTS.get(name, name) for name in desk.elements().grant_type_names},
        methods=AUTH_METHODS,
        fallbacks=FALLBACKS,
        algorithms=application_form.algorithms(
            desk.provider().settings.signing_algorithms,
            client.metadata.id_token_signed_response_alg,
        ),
        lifetimes=LIFETIMES,
        defaults=desk.provider().settings,
        label=label,
        has_secret=needs_secret(client.metadata),
        refusals=last_refusals(desk.session(), client.client_id),
        pairwise=desk.provider().settings.pairwise_salt is not None,
    )

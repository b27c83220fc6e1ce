"""Who is told of what happens here: webhooks, and mail to administrators."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.management.console import access, desk, forms
from app.management.console.access import requires
from app.management.console.forms import Form
from app.management.console.saving import doing, saving
from app.management.services import webhooks as service
from app.notifications import outbox, webhooks
from app.notifications.events import EVERYTHING, TYPES
from app.notifications.mail import Mailer
from app.notifications.outbox import MAIL, Notification
from app.notifications.webhooks import OVERLAP, Webhook, WebhookFields

SHOWN = 30
"""Deliveries on one page."""


@requires("viewer")
def notifications() -> ResponseReturnValue:
    """All webhooks, and where mail goes."""
    session = desk.session()
    mailer = Mailer.of_application()
    return render_template(
        "admin/notifications.html",
        webhooks=webhooks.everybody(session),
        mailer=mailer,
        recipients=mailer.recipients(session) if mailer else (),
        mails=outbox.page(session, MAIL, limit=SHOWN) if mailer else [],
        types=TYPES,
    )


@requires("editor", confirmed=True)
def new_webhook() -> ResponseReturnValue:
    """The form of a new webhook; then its secret, this once."""
    if not forms.is_sent():
        return _page(Form(_values(WebhookFields(""))))
    form = Form(_typed())
    with saving(form, {}, 0):
        made, secret = service.create(access.acting(), _fields(), forms.text("id") or None)
    if form.status != 200:
        return _page(form), form.status
    return render_template("admin/webhook_secret.html", webhook=made, secret=secret)


@requires("viewer")
def webhook(webhook_id: str) -> ResponseReturnValue:
    """One webhook, with what was sent to it."""
    known = _load(webhook_id)
    if not forms.is_sent():
        return _page(Form(_values(known.fields), known.version), known)
    return access.if_allowed("editor", lambda: access.once_confirmed(lambda: _save(known)))


def _save(known: Webhook) -> ResponseReturnValue:
    form = Form(_typed(), forms.version())
    opened = webhooks.at_version(known, form.version)
    with saving(form, _values(known.fields), known.version):
        service.change(access.acting(), opened, _fields())
    if form.status != 200:
        return _page(form, known), form.status
    flash(_("Saved."))
    return _back(known.id)


@requires("editor", confirmed=True)
def rotate_webhook_secret(webhook_id: str) -> ResponseReturnValue:
    """Another secret, shown this once; both sign for a day, unless the old one has leaked."""
    overlap = 0 if forms.ticked("at_once") else OVERLAP
    with doing() as done:
        known = forms.opened(_load(webhook_id))
        after, secret = service.rotate(access.acting(), known, overlap=overlap)
    if not done.ok:
        return _back(webhook_id)
    return render_template("admin/webhook_secret.html", webhook=after, secret=secret)


@requires("editor", confirmed=True)
def delete_webhook(webhook_id: str) -> ResponseReturnValue:
    """It is told nothing more."""
    service.delete(access.acting(), _load(webhook_id))
    desk.session().commit()
    flash(_("Deleted."))
    return redirect(url_for("admin.notifications"), 303)


@requires("editor")
def test_webhook(webhook_id: str) -> ResponseReturnValue:
    """Sends a test at once, and says what became of it."""
    sent = service.test(access.acting(), _load(webhook_id))
    desk.session().commit()
    _tell(sent)
    return _back(webhook_id)


@requires("editor")
def test_mail() -> ResponseReturnValue:
    """Sends a test mail at once, and says what became of it."""
    with doing() as done:
        sent = service.test_mail(access.acting())
    if done.ok:
        _tell(sent)
    return redirect(url_for("admin.notifications"), 303)


@requires("editor")
def resend_notification(target: str, notification_id: str) -> ResponseReturnValue:
    """Has it sent again within seconds."""
    with doing() as done:
        service.resend(access.acting(), MAIL if target == "mail" else target, notification_id)
    if done.ok:
        flash(_("It is sent again within seconds. Look again then."))
    if target == "mail":
        return redirect(url_for("admin.notifications"), 303)
    return _back(target)


def _tell(sent: Notification) -> None:
    if sent.state == "delivered":
        flash(_("The test was taken; the answer was %(status)s.", status=sent.status))
    else:
        flash(_("The test was not taken. %(failure)s", failure=sent.failure), "bad")


def _back(webhook_id: str) -> ResponseReturnValue:
    return redirect(url_for("admin.webhook", webhook_id=webhook_id), 303)


def _load(webhook_id: str) -> Webhook:
    known = webhooks.get(desk.session(), webhook_id)
    if known is None:
        abort(404)
    return known


def _page(form: Form, known: Webhook | None = None) -> str:
    before = _before() if known else None
    found = outbox.page(desk.session(), known.id, before=before, limit=SHOWN + 1) if known else []
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    return render_template(
        "admin/webhook.html",
        form=form,
        known=known,
        types=TYPES,
        everything=EVERYTHING,
        deliveries=found[:SHOWN],
        before=before,
        older=f"{last.created_at}.{last.id}" if last else None,
    )


def _before() -> tuple[int, str] | None:
    moment, _dot, last = request.args.get("before", "").partition(".")
    if not (moment.isascii() and moment.isdigit() and len(moment) < 16 and last):
        return None
    return int(moment), last[:64]


def _typed() -> dict[str, Any]:
    """The form as it was sent, so that nothing typed is lost."""
    return {
        **{name: forms.text(name) for name in ("id", "url", "description")},
        "events": forms.chosen("events"),
        "enabled": forms.ticked("enabled"),
    }


def _fields() -> WebhookFields:
    return WebhookFields(
        forms.text("url"),
        tuple(forms.chosen("events")),
        forms.text("description"),
        forms.ticked("enabled"),
    )


def _values(fields: WebhookFields) -> dict[str, Any]:
    return {
        "url": fields.url,
        "description": fields.description,
        "events": list(fields.events),
        "enabled": fields.enabled,
    }

"""Webhooks: who is told of events, the secrets that prove us, and what was delivered."""

from dataclasses import replace
from typing import Any

from app.management.api.operation import Answer, Call, Operation
from app.management.api.paging import PAGED, moment_and_id, page, slice_after
from app.management.api.schema import (
    FLAG,
    MOMENT,
    Json,
    Member,
    Record,
    closed,
    list_of,
    number,
    one_of,
    text,
)
from app.management.services import records
from app.management.services import webhooks as service
from app.notifications import outbox, webhooks
from app.notifications.events import EVERYTHING, TYPES
from app.notifications.outbox import Notification
from app.notifications.webhooks import OVERLAP, Webhook, WebhookFields

LONGEST_OVERLAP = 30 * 86400
SECRET: Json = {
    **text(100, least=1),
    "description": "`whsec_` and padded standard base64; made up if left out, told this once.",
}
RECORD = Record(
    "Webhook",
    (
        Member("id", text(32, least=1), "once", about="Made up if left out."),
        Member("url", text(2000, least=1), needed=True, about="An https address."),
        Member("description", text(200)),
        Member(
            "events",
            list_of(one_of(EVERYTHING, *(each.name for each in TYPES)), 50),
            about="Types of events; `*` for all, also those to come. All unless told.",
        ),
        Member("enabled", FLAG, about="Off: nothing is sent, and what waits is given up."),
        Member("gone_at", MOMENT, "told", nullable=True, about="When it answered 410."),
        Member(
            "old_secret_until",
            MOMENT,
            "told",
            nullable=True,
            about="Until when the secret before this one signs too.",
        ),
        Member("secret", SECRET, "secret"),
        Member("created_at", MOMENT, "told"),
        Member("updated_at", MOMENT, "told"),
        Member("version", number(), "told"),
    ),
)
DELIVERY = Record(
    "Delivery",
    (
        Member("id", text(64), "told", about="The `webhook-id`, the same at every attempt."),
        Member("type", text(48), "told"),
        Member("state", one_of("pending", "delivered", "abandoned"), "told"),
        Member("attempts", number(), "told"),
        Member("status", number(), "told", nullable=True, about="Of the last answer."),
        Member("failure", text(500), "told", nullable=True, about="Of the last attempt."),
        Member("created_at", MOMENT, "told"),
        Member("tried_at", MOMENT, "told", nullable=True),
        Member("next_try_at", MOMENT, "told", nullable=True),
        Member("body", {"type": "string"}, "told", about="As it is sent."),
    ),
)


def schemas() -> dict[str, Json]:
    """A new webhook and a new secret are answered with the secret; it cannot be sent to change."""
    known = RECORD.schemas()
    told = known["Webhook"]
    with_secret = {**told, "properties": {**told["properties"], "secret": SECRET}}
    changed = known["WebhookChange"]
    members = {name: one for name, one in changed["properties"].items() if name != "secret"}
    return {
        **known,
        "WebhookChange": {**changed, "properties": members},
        "WebhookWithSecret": {**with_secret, "required": [*told["required"], "secret"]},
        "WebhookRotation": closed({"overlap": number(0, LONGEST_OVERLAP), "secret": SECRET}),
        "Delivery": DELIVERY.told(),
    }


def list_webhooks(call: Call) -> Answer:
    found = slice_after(call, webhooks.everybody(call.session), lambda one: one.id)
    return page(call, found, records.webhook, lambda one: one.id)


def show(call: Call) -> Answer:
    return _answer(_load(call))


def create(call: Call) -> Answer:
    fields = _fields(WebhookFields(""), call.body)
    made, secret = service.create(call.actor, fields, call.body.get("id"), call.body.get("secret"))
    return replace(_answer(made, secret), location=f"/webhooks/{made.id}")


def change(call: Call) -> Answer:
    before = _load(call)
    call.demand_version(before.version)
    return _answer(service.change(call.actor, before, _fields(before.fields, call.body)))


def rotate(call: Call) -> Answer:
    overlap, secret = call.body.get("overlap", OVERLAP), call.body.get("secret")
    after, secret = service.rotate(call.actor, _load(call), overlap=overlap, secret=secret)
    return _answer(after, secret)


def delete(call: Call) -> Answer:
    service.delete(call.actor, _load(call))
    return Answer()


def test(call: Call) -> Answer:
    return Answer(records.notification(service.test(call.actor, _load(call))))


def list_deliveries(call: Call) -> Answer:
    known, limit = _load(call), int(call.query.get("limit", 50))
    found = outbox.page(call.session, known.id, before=moment_and_id(call), limit=limit + 1)
    return page(call, found, records.notification, _key)


def resend(call: Call) -> Answer:
    known = _load(call)
    again = service.resend(call.actor, known.id, call.path["delivery_id"])
    return Answer(records.notification(again))


def test_mail(call: Call) -> Answer:
    return Answer(records.notification(service.test_mail(call.actor)))


def _key(one: Notification) -> str:
    return f"{one.created_at}.{one.id}"


def _load(call: Call) -> Webhook:
    return service.load(call.actor, call.path["webhook_id"])


def _fields(before: WebhookFields, sent: Json) -> WebhookFields:
    given: dict[str, Any] = {
        name: sent[name] for name in ("url", "description", "enabled") if name in sent
    }
    if "events" in sent:
        given["events"] = tuple(sent["events"])
    return replace(before, **given)


def _answer(one: Webhook, secret: str | None = None) -> Answer:
    return Answer(records.webhook(one, secret), one.version)


OPERATIONS = (
    Operation(
        "listWebhooks",
        "Webhooks, by id.",
        list_webhooks,
        "WebhookPage",
        query=PAGED,
    ),
    Operation(
        "createWebhook",
        "Adds a webhook; its secret is told this once.",
        create,
        "WebhookWithSecret",
        201,
        "WebhookNew",
        versioned=True,
    ),
    Operation("showWebhook", "One webhook.", show, "Webhook", versioned=True, fails=(404,)),
    Operation(
        "changeWebhook",
        "Changes what is sent.",
        change,
        "Webhook",
        body="WebhookChange",
        versioned=True,
        fails=(404,),
    ),
    Operation(
        "deleteWebhook",
        "Removes it, with all that was on its way to it.",
        delete,
        status=204,
        fails=(404,),
    ),
    Operation(
        "rotateWebhookSecret",
        "Another secret, told this once; the one before signs too, for a day unless told.",
        rotate,
        "WebhookWithSecret",
        body="WebhookRotation",
        body_needed=False,
        versioned=True,
        fails=(404, 412),
    ),
    Operation(
        "testWebhook",
        "Sends a test at once, and tells what became of it.",
        test,
        "Delivery",
        fails=(404,),
    ),
    Operation(
        "listDeliveries",
        "What was sent to it or waits, the newest first; kept for thirty days.",
        list_deliveries,
        "DeliveryPage",
        query=PAGED,
        fails=(404,),
    ),
    Operation(
        "resendDelivery",
        "Has it sent again, by the next node that looks.",
        resend,
        "Delivery",
        fails=(404, 409),
    ),
    Operation(
        "testMail",
        "Sends a test mail at once, and tells what became of it.",
        test_mail,
        "Delivery",
        fails=(409,),
    ),
)

"""Asking WeChat while somebody waits."""

from collections.abc import Callable
from typing import TypeVar

from app.audit import misconfiguration
from app.database import db
from app.mini_program.blueprint import current_federation
from app.web.slots import slot_released
from federation.connections import Connection
from federation.errors import Misconfigured
from oidc.provider import current_provider

Value = TypeVar("Value")


def call_upstream(connection: Connection, step: Callable[[], Value]) -> Value:
    """Runs a step that asks WeChat, with the database let go of: it may take seconds.

    Where WeChat refuses the credential, the admin is told which and why, at once; where it works
    again, the refusal is forgotten with the caller's transaction. Every error is passed on.
    What was noted before stands: a proof or an assertion that was used up must not come again.
    """
    db.session.commit()
    apps = current_federation().wechat_apps
    try:
        with slot_released():
            value = step()
    except Misconfigured as error:
        misconfiguration.note(db.session(), current_provider().clock, connection, error)
        if error.app_id:
            apps.note_fault(db.session(), error.app_id, error.errcode)
        db.session.commit()
        raise
    if connection.app.is_faulty:
        apps.clear_fault(db.session(), connection.app.app_id)
    return value

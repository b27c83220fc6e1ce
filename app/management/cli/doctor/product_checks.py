"""What is kept in the database: keys, credentials, connections, applications."""

from collections.abc import Iterator

from app.enablement import sources
from app.management.cli.deployment import clock, provider, session
from app.management.cli.doctor.finding import Finding, fail, ok, warn
from app.management.cli.durations import spoken
from app.management.cli.wechat_apps.explanations import explain
from app.sign_in.federation import current_federation


def check_keys() -> Iterator[Finding]:
    """Keys exist, can be opened with the secrets that are set, and are not too old."""
    states = provider().keys.states(session())
    active = [key for key in states if key.state == "active"]
    if not active:
        yield warn(
            "keys",
            "There is no signing key yet; the first sign-in makes one.",
            "Run flask --app wsgi keys rotate --now to have it at once.",
        )
        return
    try:
        provider().keys.active(session(), active[0].alg)
    except ValueError:
        yield fail(
            "keys",
            "The signing keys were encrypted with a secret that is not set any more.",
            "Add that secret to QIAO_SECRET_KEYS, or run flask --app wsgi keys rotate --now.",
        )
        return
    oldest = max(clock()() - (key.activated_at or key.created_at) for key in active)
    if oldest > provider().settings.key_rotation_age:
        yield warn(
            "keys",
            f"A key has been signing for {spoken(oldest)}.",
            "Run flask --app wsgi keys rotate --due every day.",
        )
    else:
        yield ok("keys", f"{len(active)} signing keys, the oldest in use for {spoken(oldest)}.")


def check_credentials() -> Iterator[Finding]:
    apps = current_federation().wechat_apps.all(session())
    for app in apps:
        if not app.is_usable:
            yield fail(
                "credentials",
                f"The AppSecret of {app.app_id} cannot be read: it was encrypted with a secret "
                "that is not set any more.",
                "Add that secret to QIAO_SECRET_KEYS, or run flask --app wsgi apps replace-secret.",
            )
    for fault in current_federation().wechat_apps.faults(session()):
        yield warn(
            "credentials",
            f"WeChat refused {fault.app_id}: {explain(fault.errcode)}.",
            f"Mend that, then run flask --app wsgi apps check {fault.app_id}.",
        )
    if current_federation().wechat_apps.default(session()) is None:
        yield warn(
            "credentials",
            "There is no default mini program; each connection has to name its own.",
            "Run flask --app wsgi apps change <AppID> --default if one is meant for all.",
        )
    elif all(app.is_usable for app in apps):
        yield ok("credentials", f"{len(apps)} WeChat credentials can be read.")


def check_connections() -> Iterator[Finding]:
    enabled = [one for one in current_federation().connections.all(session()) if one.enabled]
    if not enabled:
        yield warn(
            "connections",
            "No connection is enabled: nobody can sign in with WeChat.",
            "Run flask --app wsgi connections add --help.",
        )
    for one in enabled:
        if not one.app.is_usable:
            yield fail(
                "connections",
                f"{one.id} has no usable credential; its button is not shown.",
                f"Run flask --app wsgi connections change {one.id} --app <AppID>, "
                "or make a mini program the default one.",
            )
        elif not sources.of_connection(session(), one.id, enabled_only=True):
            yield warn(
                "connections",
                f"No application may use {one.id}.",
                f"Run flask --app wsgi connections enable {one.id} --client <client_id>.",
            )
        else:
            yield ok("connections", f"{one.id} is in use.")

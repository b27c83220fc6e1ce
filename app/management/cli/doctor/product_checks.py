"""What is kept in the database: keys, credentials, connections, applications."""

from collections.abc import Iterator

from app.elements import current_federation
from app.enablement import sources
from app.management.cli.credentials.explanations import explain, labels_of
from app.management.cli.deployment import clock, provider, session, settings
from app.management.cli.doctor.finding import Finding, fail, ok, warn
from app.management.cli.durations import spoken
from federation import Credential, Source
from oidc.keys.maintenance import dependents, substituted
from oidc.protocol.signing_algorithms import FAPI2_ALGS


def check_keys() -> Iterator[Finding]:
    """Keys exist, can be opened with the secrets that are set, and are not too old."""
    states = provider().keys.states(session())
    active = [key for key in states if key.state == "active"]
    if not active:
        yield warn(
            "keys",
            "There is no signing key yet; the first sign-in makes one.",
            "Run qiao keys rotate --now to have it at once.",
        )
        return
    try:
        provider().keys.active(session(), active[0].alg)
    except ValueError:
        yield fail(
            "keys",
            "The signing keys were encrypted with a secret that is not set any more.",
            "Add that secret to QIAO_SECRET_KEYS, or run qiao keys rotate --now.",
        )
        return
    yield from _dropped()
    oldest = max(clock()() - (key.activated_at or key.created_at) for key in active)
    if oldest > provider().settings.key_rotation_age:
        yield warn(
            "keys",
            f"A key has been signing for {spoken(oldest)}.",
            "Run qiao keys rotate --due every day.",
        )
    else:
        yield ok("keys", f"{len(active)} signing keys, the oldest in use for {spoken(oldest)}.")


def _dropped() -> Iterator[Finding]:
    """Applications that registered an algorithm which the deployment signs with no more."""
    for alg, clients in sorted(substituted(session(), provider().clients).items()):
        yield warn(
            "keys",
            f"{alg} is not in QIAO_SIGNING_ALGORITHMS, and {len(clients)} applications have "
            "registered it: another algorithm signs for them, which they may refuse.",
            f"Register them for another algorithm: {', '.join(clients[:5])}.",
        )
    needed = dependents(session(), provider().clients)
    for alg in sorted(needed.keys() - set(provider().settings.signing_algorithms)):
        yield warn(
            "keys",
            f"{alg} is not in QIAO_SIGNING_ALGORITHMS, and goes on signing for applications under "
            "FAPI 2.0, which allows nothing that is.",
            f"Set one of {', '.join(FAPI2_ALGS)}, or end the profile of {', '.join(needed[alg])}.",
        )


def check_credentials() -> Iterator[Finding]:
    """Of every source: they can be read and are not refused; there is a default one."""
    for store in current_federation().credentials:
        known = store.all(session())
        source, command = store.source, f"qiao credentials change {store.source.id}"
        for one in known:
            if not one.is_usable:
                yield fail(
                    "credentials",
                    f"The {labels_of(source, one)} of {one.id} cannot be read: it was encrypted "
                    "with a secret that is not set any more.",
                    f"Add that secret to QIAO_SECRET_KEYS, or run {command} {one.id}.",
                )
        for fault in store.faults(session()):
            yield warn(
                "credentials",
                f"{source.name} refused {fault.credential_id}: {explain(source, fault.errcode)}.",
                f"Mend that, then run qiao credentials check {source.id}.",
            )
        yield from _defaults(source, known, command)
        if known and all(one.is_usable for one in known):
            yield ok("credentials", f"{len(known)} {source.name} credentials can be read.")


def _defaults(source: Source, known: list[Credential], command: str) -> Iterator[Finding]:
    """A source whose connections could name none, and that is in use without a default one."""
    if not known and len(current_federation().sources) > 1:
        return
    for kind in source.credentials.kinds:
        of_kind = [one for one in known if one.kind == kind.id]
        if kind.default and not any(one.is_default for one in of_kind):
            yield warn(
                "credentials",
                f"There is no {kind.default.lower()}; each connection has to name its own.",
                f"Run {command} <ID> --default if one is meant for all.",
            )


def check_connections() -> Iterator[Finding]:
    enabled = [one for one in current_federation().connections.all(session()) if one.enabled]
    if not enabled:
        # Who has a password of ours gets in without one.
        say = warn if settings().local_login else fail
        yield say(
            "connections",
            "No connection is enabled: nobody can sign in by a source.",
            "Run qiao connections add --help.",
        )
    for one in enabled:
        if not one.credential.is_usable:
            yield fail(
                "connections",
                f"{one.id} has no usable credential; its button is not shown.",
                f"Run qiao connections change {one.id} --app <ID>, "
                "or make one of its kind the default one.",
            )
        elif not sources.of_connection(session(), one.id, enabled_only=True):
            yield warn(
                "connections",
                f"No application may use {one.id}.",
                f"Run qiao connections enable {one.id} --client <client_id>.",
            )
        else:
            yield ok("connections", f"{one.id} is in use.")

"""Builds the application; the list of ``setup_`` calls is what it is made of."""

import os
from functools import partial
from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.local import LocalProxy

from app.accounts.claims import CLAIMS, Claim
from app.branding.registered_logos import RegisteredLogos
from app.branding.store import PLAIN
from app.database import configure, db, engine_binds, engine_options
from app.database_patience import discard_dead
from app.elements import Elements
from app.enablement.contexts import ReachableContexts
from app.health.readiness import Watch, migrations_folder
from app.health.views import WATCH, setup_health
from app.host import QiaoHost
from app.management.api.setup import setup_api
from app.management.cli.commands import setup_commands
from app.management.console.setup import setup_admin
from app.mini_program.setup import setup_federation_api
from app.notifications.listener import EXTENSION, Listener
from app.pages.database_errors import setup_faults
from app.pages.redirection import take_form
from app.pages.scan import CodeImages
from app.pages.setup import setup_pages
from app.pages.source_logout import backchannel_logout
from app.sessions.lifetimes import SessionLifetimes
from app.settings import Settings
from app.settings_reading import read_settings
from app.shared_signals.happenings import setup_shared_signals
from app.sign_in.contexts import PASSKEY_ACR, PASSWORD_ACR
from app.sign_in.places import Cities
from app.sign_in.ticket_watch import TicketWatch
from app.sign_in.way_out import WayOut
from app.web.application import QiaoFlask
from app.web.client_address import believe_proxies, setup_origin
from app.web.headers import setup_headers
from app.web.json_logs import JsonFormatter, setup_event_lines
from app.web.logs import setup_logs
from app.web.rate_limits import limit_registration, setup_limits
from app.web.redis_circuit import RedisCircuit
from app.web.redis_replay import RedisReplayCache
from app.web.slots import setup_sign_in_slots
from app.web.waiting import Bells
from federation import Federation, Source
from federation.catalog import SOURCES
from oidc.clock import Clock, ages_of, system_clock
from oidc.crypto.keyring import Keyring
from oidc.grants import GRANTS
from oidc.mount import PLAIN_PATHS, setup_oidc, use_provider
from oidc.provider import GrantTypes, Provider, outbound_of
from oidc.settings import ProviderSettings

API = "/api/v1"
"""Our own API, which needs no setting to be known."""
MAXIMUM_BODY = 256 * 1024
"""Bytes of a request body; a request object or a form is far smaller."""


def create_app(
    settings: Settings | None = None,
    clock: Clock = system_clock,
    *,
    sources: tuple[Source, ...] = SOURCES,
    grants: GrantTypes = GRANTS,
    claims: tuple[Claim, ...] = CLAIMS,
) -> QiaoFlask:
    """The application.

    :param settings: read from the environment when left out.
    :param sources: where people come from; hand in ``(*SOURCES, YOURS)`` for one more.
    :param grants: the grant types, each with its extensions (`oidc.grants`).
    :param claims: what can be told of people, beside what the sources declare.
    :raises app.settings_reading.InvalidSettings: with every problem of the environment.
    """
    settings = settings or read_settings(os.environ)
    app = QiaoFlask(__name__)
    app.url_map.redirect_defaults = False  # an older address answers as the newer one does
    configure_flask(app, settings)
    app.extensions["elements"] = Elements(sources, grants, claims)
    setup_logs(settings.log_level, JsonFormatter() if settings.log_format == "json" else None)
    setup_event_lines(app, settings)
    setup_sign_in_slots(app)
    believe_proxies(app, settings.trusted_proxies, settings.trusted_proxy_networks)
    setup_origin(app)
    setup_database(app)
    setup_headers(app, settings)
    csrf = CSRFProtect(app)
    circuit = RedisCircuit()
    setup_limits(app, settings.redis_url, circuit)
    app.extensions["redis_circuit"] = circuit
    setup_services(app, settings, clock)
    csrf.exempt(setup_oidc(app))
    app.shorten(PLAIN_PATHS)
    limit_registration(app)
    setup_pages(app)
    csrf.exempt(take_form)
    csrf.exempt(backchannel_logout)
    setup_admin(app)
    setup_faults(app)
    setup_federation_api(app)
    setup_api(app)
    setup_health(app)
    setup_shared_signals()
    setup_commands(app)
    setup_waiting(app, settings)
    return app


def setup_waiting(app: Flask, settings: Settings) -> None:
    """Requests that wait, and what rings for them here and at other nodes."""
    bells = app.extensions["bells"] = Bells()

    def states(scene_digests: list[str]) -> dict[str, str]:
        found: Federation = app.extensions["federation"]
        return found.tickets.states(db.session(), scene_digests)

    circuit = app.extensions["redis_circuit"]
    app.extensions["ticket_watch"] = TicketWatch(app, states, bells, settings.redis_url, circuit)


def configure_flask(app: Flask, settings: Settings) -> None:
    """What Flask and its extensions read from ``app.config``."""
    engines = 1 + len(engine_binds(settings.database_url))  # which share what there may be
    pool_size = max(1, settings.database_pool_size // engines)
    app.config.update(
        SECRET_KEY=Keyring(settings.secret_keys).derive("flask session").hex(),
        MAX_CONTENT_LENGTH=MAXIMUM_BODY,
        SESSION_COOKIE_NAME="__Host-qiao_form" if settings.secure else "qiao_form",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url, pool_size),
        SQLALCHEMY_BINDS=engine_binds(settings.database_url, pool_size),
    )


def setup_database(app: Flask) -> None:
    db.init_app(app)
    # Alembic is for commands: a server that serves need not load it.
    app.extensions["migrate"] = LocalProxy(partial(_migrate, app))
    with app.app_context():
        configure(db.engine)
        for engine in db.engines.values():
            discard_dead(engine)


def _migrate(app: Flask) -> Any:
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(migrations_folder(app)))
    return app.extensions["migrate"]


def setup_services(app: Flask, settings: Settings, clock: Clock, **opened: Any) -> None:
    """Everything that routes reach through ``app.extensions`` and that remembers between requests.

    Calling it again makes the application as new, at a fraction of the cost of another one.

    :param opened: parts of the provider to go on with, see `Provider.build`.
    """
    keyring = Keyring(settings.secret_keys)
    elements: Elements = app.extensions["elements"]
    provided = provider_settings(settings, elements)
    outbound = opened.pop("outbound", None) or outbound_of(provided)
    web, ages = WayOut(outbound.apart()), ages_of(clock)
    federation = Federation(keyring, clock, settings.of_sources, elements.sources, ages, web)
    lifetimes = session_lifetimes(settings)
    host = QiaoHost(
        federation,
        elements.claims,
        clock,
        lifetimes,
        secure=settings.secure,
        open_connections=settings.self_registered_connections,
        contexts=ReachableContexts(federation.connections, own_contexts(settings), ages),
    )
    proofs = None
    if settings.redis_url:
        circuit = app.extensions["redis_circuit"]
        proofs = RedisReplayCache(settings.redis_url, circuit, clock).remember
    provider = Provider.build(
        provided,
        host,
        db.session,
        keyring,
        clock,
        proofs,
        outbound=outbound,
        grant_types=elements.grant_types,
        **opened,
    )
    use_provider(app, provider)
    app.extensions.update(
        settings=settings,
        federation=federation,
        code_images=CodeImages(),
        deployment_brand=(PLAIN, 0.0),
        passkeys_are_on=settings.passkeys and settings.has_host_name,
        registered_logos=RegisteredLogos(provider.outbound.get, clock),
        cities=Cities(settings.geoip_database),
        **{WATCH: Watch(app, clock)},
        **{EXTENSION: Listener(clock, has_mail=settings.smtp_url is not None)},
    )


def session_lifetimes(settings: Settings) -> SessionLifetimes:
    return SessionLifetimes(idle=settings.session_idle_lifetime, absolute=settings.session_lifetime)


def own_contexts(settings: Settings) -> tuple[str, ...]:
    """What somebody can sign in with who comes by no source."""
    passwords = (PASSWORD_ACR,) if settings.local_login else ()
    passkeys = (PASSKEY_ACR,) if settings.passkeys and settings.has_host_name else ()
    return (*passwords, *passkeys)


def provider_settings(settings: Settings, elements: Elements) -> ProviderSettings:
    return ProviderSettings(
        issuer=settings.issuer,
        code_lifetime=settings.code_lifetime,
        access_token_lifetime=settings.access_token_lifetime,
        refresh_token_lifetime=settings.refresh_token_lifetime,
        refresh_token_absolute_lifetime=settings.refresh_token_absolute_lifetime,
        refresh_grace=settings.refresh_grace,
        id_token_lifetime=settings.id_token_lifetime,
        allow_http_loopback=not settings.secure,
        dpop_nonce_required=settings.dpop_nonce_required,
        outbound_networks=settings.outbound_networks,
        resources=(*settings.resources, settings.issuer, settings.issuer + API),
        pairwise_salt=settings.pairwise_salt,
        signing_algorithms=settings.signing_algorithms,
        key_rotation_age=settings.key_rotation_age,
        key_publish_ahead=settings.key_publish_ahead,
        registration=settings.registration,
        registration_token=settings.registration_token,
        scopes=elements.scopes,
        code_token_types=elements.code_token_types,
        client_id_documents=settings.client_id_documents,
        registration_requires_pkce=settings.registration_requires_pkce,
        assertion_audience=settings.assertion_audience,
    )

"""An OpenID Connect provider that can be mounted in any Flask application.

It knows people as an opaque ``subject`` alone and asks its host what only the host can know. A host
builds a :class:`oidc.provider.Provider` from settings, a :class:`oidc.host.Host`, a database
session, a keyring and a clock, and hands it to :func:`oidc.mount.setup_oidc` and
:func:`oidc.mount.use_provider`.

``aside`` is where work goes that must not keep a shared thread waiting,
``refusals`` has the host note whose request was refused, ``beside`` is what provider and host read
together, by one statement, ``logout_pages`` what pages of signing out show, ``source_tokens`` what
an application may have of a person's source, ``signals`` what the host does for receivers of
security events. The folders are floors; each uses lower ones only:

    mount, endpoints          what is where, and one module for each address
    grants                    the token endpoint's grant types
    authorization, logout,    what the endpoints are made of
    authentication
    shared_signals            what receivers of security events are told
    provider                  the parts, built once
    interactions              what waits for a person
    tokens, keys, apis,       what is issued, what it is signed with, for what, to whom
    clients
    database, crypto,         rows, signatures and seals, other servers
    outbound
    protocol                  the specifications' words and rules; no state
"""

FOR_HOSTS = (
    # Built once and mounted.
    *(
        "settings",
        "provider",
        "mount",
        "host",
        "aside",
        "beside",
        "logout_pages",
        "source_tokens",
        "clock",
        "grants",
        "crypto.keyring",
    ),
    # Clients, as administrators register and change them.
    *("clients.client", "clients.secrets", "clients.metadata", "clients.metadata_fields"),
    *("clients.metadata_parsing", "clients.field_values", "clients.search"),
    *("outbound.addresses",),
    *("outbound.authorities", "protocol.signing_algorithms", "protocol.claim_wishes"),
    *("protocol.redirect_uris", "protocol.refusal"),
    *("outbound.http_client", "outbound.answer", "outbound.telling"),
    # APIs, as administrators register them and people read of them.
    *("apis.api", "apis.registry"),
    # What waits for a person on a host's page, and the way on from it.
    *("interactions.store", "interactions.consents", "interactions.device_codes"),
    *("authorization.endpoint", "authorization.dispatcher", "authorization.device_approval"),
    *("authorization.browser", "authorization.request", "protocol.authorization_request"),
    *("endpoints.pushed_authorization", "endpoints.end_session"),
    # Answers that a server may repeat.
    "endpoints.constant",
    # Sessions that end, and who is told.
    *("logout.session_end", "logout.withdrawal", "logout.outbox", "logout.delivery"),
    # Security events, and the streams of their receivers.
    *("shared_signals.emission", "shared_signals.streams", "shared_signals.stream"),
    *("shared_signals.outbox", "shared_signals.delivery", "shared_signals.acquaintances"),
    *("protocol.security_events", "database.wakeup"),
    # Signing keys, step by step; what has expired; tables with sealed columns, to be sealed anew.
    *("database.models", "database.mysql_tables", "keys.store"),
    *("keys.rotation", "keys.maintenance", "database.pruning"),
    # A host's own endpoints, read and refused as the provider's are.
    *(
        "authentication.bearer",
        "authentication.dpop_binding",
        "tokens.grants",
        "tokens.revoking",
        "tokens.held_access",
    ),
    *("protocol.parameters", "protocol.strict_json", "protocol.errors", "protocol.endpoint_paths"),
    *("protocol.pkce", "protocol.scopes", "protocol.resource_indicators"),
    # A host's own statements, beside the provider's.
    *("database.statements", "database.driver_statement", "database.wakeup", "database.replay"),
)
"""The modules that a host may use, below ``oidc``; whatever else is here may change with any
version."""

"""A person's token at a source, for an application that an administrator lets have it.

It is refreshed at the source once it has ended: by one request, which holds nothing while it waits.
"""

from dataclasses import dataclass

from app.accounts.identification import source_tokens
from app.accounts.identification.source_tokens import Kept
from app.accounts.records.linking import sources_of
from app.audit.trail import Event, record
from app.database import db
from app.enablement import sources
from app.sign_in.in_app_errors import told
from app.sign_in.upstream_call import call_upstream
from federation import Connection, Federation
from federation.errors import CodeRejected, Denied, FederationError
from federation.identity import SourceTokens
from federation.ports import Cipher
from federation.upstreams import TokenUpstream
from oidc.clock import Clock
from oidc.protocol.errors import Busy, OAuthError
from oidc.source_tokens import SourceToken, SourceTokenQuestion

EARLY = 60
"""Seconds before its end at which a token is not handed over any more, where another can be had."""
SOON = 1
"""Seconds after which a request that another one outran may come again."""
_NOT_ALLOWED = "The application may not have tokens of that connection."
_NONE_KEPT = "No token of this person is kept there; have them sign in by the connection again."


@dataclass(frozen=True, slots=True)
class Tokens:
    """What it takes to hand one over."""

    federation: Federation
    cipher: Cipher
    clock: Clock

    def source_token(self, asked: SourceTokenQuestion) -> SourceToken:
        """See `oidc.host.People`. Writes down who got it."""
        session = db.session()
        connection = self._connection(asked)
        own = [(one.namespace, one.value) for one in sources_of(session, asked.subject)]
        kept = source_tokens.find(session, self.cipher, connection.id, own, asked.identity)
        if kept is None:
            raise OAuthError("invalid_target", _NONE_KEPT)
        tokens, left = self._alive(connection, kept), None
        if tokens.expires_at is not None:
            left = max(0, tokens.expires_at - self.clock())
        event = Event(
            "source_token.issued",
            f"client:{asked.client_id}",
            asked.subject,
            client_id=asked.client_id,
            connection_id=connection.id,
        )
        record(db.session(), self.clock, event)
        return SourceToken(tokens.access_token, tokens.scope, left)

    def _connection(self, asked: SourceTokenQuestion) -> Connection:
        """The same error for what is not there and what is not allowed."""
        session = db.session()
        connection = self.federation.connections.get(session, asked.connection)
        use = sources.get(session, asked.client_id, asked.connection[:32])
        allowed = use.enabled and use.source_tokens
        if connection is None or not connection.enabled or not allowed:
            raise OAuthError("invalid_target", _NOT_ALLOWED)
        return connection

    def _alive(self, connection: Connection, kept: Kept) -> SourceTokens:
        now, tokens = self.clock(), kept.tokens
        early = EARLY if tokens.refresh_token else 0
        if tokens.expires_at is None or tokens.expires_at > now + early:
            return tokens
        if tokens.refresh_token is None:
            raise OAuthError("invalid_target", _NONE_KEPT)
        claimed = source_tokens.claim_refresh(db.session(), kept, now)
        if claimed is not None:
            return self._refreshed(connection, claimed)
        if tokens.expires_at > now:
            return tokens
        raise Busy("Another request is refreshing the token; try again.", SOON)

    def _refreshed(self, connection: Connection, claimed: Kept) -> SourceTokens:
        upstream = self.federation.upstream(connection)
        assert isinstance(upstream, TokenUpstream)  # no other gives tokens to keep
        try:
            fresh = call_upstream(connection, lambda: upstream.refresh(connection, claimed.tokens))
        except (CodeRejected, Denied) as error:
            source_tokens.give_up(db.session(), claimed, forget=True)
            raise OAuthError("invalid_target", _NONE_KEPT, error.detail) from error
        except FederationError as error:
            source_tokens.give_up(db.session(), claimed, forget=False)
            raise told(connection, error) from error
        source_tokens.refreshed(db.session(), self.cipher, self.clock(), claimed, fresh)
        return fresh

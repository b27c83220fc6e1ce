"""Answers the provider's questions about people, sources and pages."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from flask import Response

from app.accounts import claims
from app.accounts.claims import Claim
from app.audit import client_refusals
from app.audit.trail import Event, record
from app.branding import store as branding_store
from app.database import db
from app.enablement import sources
from app.enablement.contexts import ReachableContexts
from app.groups import access
from app.groups.admission import standing
from app.pages import device_code, onward_page, parked, sign_out_pages, source_logout
from app.pages.error_texts import OAUTH
from app.pages.errors import error_page, interaction_gone
from app.sessions import at_source, browser, cookie
from app.sessions.lifetimes import SessionLifetimes
from app.shared_signals.receivers import Receivers
from app.sign_in import in_app_answer, in_app_waiting
from app.sign_in.in_app import answer_challenge, trade_code
from app.sign_in.source_token import Tokens
from app.web import rate_limits
from app.web.client_address import address_counted, request_id
from app.web.client_auth_throttle import count_guess
from federation import Federation
from federation.upstreams import ENDS_THERE
from oidc.beside import Beside
from oidc.clock import Clock
from oidc.host import (
    ChallengeAnswer,
    ChallengeStep,
    ClaimsQuestion,
    EndedSession,
    Login,
    Onward,
    ReleasedClaims,
)
from oidc.logout_pages import LogoutQuestion, SignedOut
from oidc.protocol.errors import InteractionGone, OAuthError, Unregistered
from oidc.protocol.refusal import Refusal
from oidc.provider import current_provider, current_request
from oidc.source_tokens import SourceToken, SourceTokenQuestion


class QiaoHost:
    """The one implementation of ``oidc.Host``: where the provider and the accounts meet."""

    def __init__(
        self,
        federation: Federation,
        claims: tuple[Claim, ...],
        clock: Clock,
        lifetimes: SessionLifetimes,
        *,
        secure: bool,
        contexts: ReachableContexts,
        open_connections: tuple[str, ...] = (),
    ) -> None:
        self.audit = Trail(clock, open_connections)
        self.people = Accounts(federation, claims, clock, lifetimes, secure=secure)
        self.pages = PeoplesPages()
        self.limits = CountedLimits()
        self.signals = Receivers()
        self.contexts = contexts


class Accounts:
    """`oidc.host.People`: browser sessions, accounts and what may be told of them."""

    def __init__(
        self,
        federation: Federation,
        claims: tuple[Claim, ...],
        clock: Clock,
        lifetimes: SessionLifetimes,
        *,
        secure: bool,
    ) -> None:
        self._federation = federation
        self._claims = claims
        self._by_scope = lru_cache(maxsize=256)(
            lambda scopes, has_profile: tuple(
                claim
                for claim in claims
                if claim.scope in scopes and (has_profile or not claim.of_profile)
            )
        )
        self._clock = clock
        self._lifetimes = lifetimes
        self._secure = secure
        self._cookie = cookie.name(secure=secure)

    @property
    def beside_grants(self) -> Beside:
        return claims.BESIDE

    def login(self, client_id: str, kept: Mapping[str, Any]) -> Login | None:
        if in_app_answer.ANSWER in kept:
            return in_app_answer.login(current_provider().keyring, kept)
        found = self._session(client_id)
        return _login(found) if found is not None and found.enabled else None

    def lets_in(self, client_id: str, login: Login) -> bool:
        found = standing(db.session(), client_id, login.subject, login.connection)
        return found.lets_in

    def carry_out(self, pending: str) -> bool:
        keyring = current_provider().keyring
        return in_app_answer.carry_out(
            db.session(), self._federation, keyring, self._clock, pending
        )

    def session_here(self) -> Login | None:
        found = self._session(None)
        return _login(found) if found is not None else None

    def end_session_here(self, client_id: str | None) -> browser.Ended | None:
        ended = browser.end(db.session(), cookie.token(secure=self._secure))
        if ended is not None:
            actor = f"person:{ended.account_id}"
            event = Event("session.ended", actor, ended.account_id, client_id=client_id)
            record(db.session(), self._clock, event)
        return self._with_hint(ended)

    def _with_hint(self, ended: browser.Ended | None) -> browser.Ended | None:
        """With what ends the session at its source, where the connection says so."""
        if ended is None or ended.connection_id is None:
            return ended
        connection = self._federation.connections.get(db.session(), ended.connection_id)
        if connection is None or not connection.options.get(ENDS_THERE):
            return ended
        hint = at_source.hint(db.session(), current_provider().keyring, ended.sid)
        return replace(ended, hint=hint)

    def onward_by_source(self, ended: EndedSession, onward: str | None) -> str | None:
        if not isinstance(ended, browser.Ended) or not ended.hint or not ended.connection_id:
            return None
        connection = self._federation.connections.get(db.session(), ended.connection_id)
        if connection is None:
            return None
        return source_logout.onward_by_source(connection, ended.hint, onward)

    def forget_browser(self, response: Response) -> None:
        cookie.clear(response, secure=self._secure)

    def claims(self, about: ClaimsQuestion) -> ReleasedClaims | None:
        session = db.session()
        if about.known is None:
            person = claims.get_person(session, about.subject, about.client_id, about.connection)
        else:
            person = claims.person_of(about.known, about.connection)
        if person is None or not person.may_be_told:
            return None
        if person.limited or (person.sees_groups and _asks_groups(about)):
            found = standing(session, about.client_id, about.subject, about.connection)
            if not found.lets_in:
                return None
            person = person._replace(groups=found.groups, roles=found.roles)
        connection = None
        if about.connection is not None:
            connection = self._federation.connections.get(session, about.connection)
            if connection is None:
                return None
        has_profile = bool(claims.profile_of(person) or about.wishes.made_up)
        return claims.release(
            self._claims if about.requested else self._by_scope(about.scope, has_profile),
            person,
            connection,
            about.scope,
            about.requested.get("id_token", ()),
            about.requested.get("userinfo", ()),
            about.identity,
            about.wishes,
        )

    def challenge(self, step: ChallengeStep) -> ChallengeAnswer:
        return answer_challenge(self._federation, self._clock, step)

    def wait(self, kept: Mapping[str, Any], seconds: int) -> Response | None:
        return in_app_waiting.wait(kept, seconds)

    def trade(self, step: ChallengeStep) -> ChallengeAnswer:
        return trade_code(self._federation, self._clock, step)

    def source_token(self, question: SourceTokenQuestion) -> SourceToken:
        tokens = Tokens(self._federation, current_provider().keyring, self._clock)
        return tokens.source_token(question)

    def _session(self, client_id: str | None) -> browser.BrowserSession | None:
        token = current_request().cookies.get(self._cookie)
        if token is None:
            return None
        return browser.get(
            db.session(), self._clock, token, client_id=client_id, lifetimes=self._lifetimes
        )


class PeoplesPages:
    """`oidc.host.Pages`: `app.pages`."""

    def page(self, step: str, interaction_id: str) -> str:
        return parked.page(step, interaction_id)

    def error_page(self, error: OAuthError) -> Response:
        unknown = isinstance(error, Unregistered) and error.code == "invalid_client"
        code = "application_gone" if unknown else error.code
        response = error_page(code, texts=OAUTH, hint=error.hint)
        if error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    def gone_page(self, gone: InteractionGone) -> Response:
        # To the provider it is a request that cannot be used, whatever became of it.
        return interaction_gone(gone, 400)

    def onward_page(self, client_id: str, onward: Onward, *, trusted: bool) -> Response | None:
        sent_by = current_request().headers.get("User-Agent", "")
        if trusted and not onward_page.needs_touch(sent_by):
            return None
        return onward_page.onward_page(client_id, onward, trusted=trusted)

    def device_page(self, *, approved: bool) -> Response:
        return device_code.ended_page(approved=approved)

    def logout_page(self, question: LogoutQuestion) -> Response:
        return sign_out_pages.question_page(question)

    def signed_out_page(self, after: SignedOut) -> Response:
        return sign_out_pages.signed_out_page(after)


class CountedLimits:
    """`oidc.host.Limits`, counted in this process or, by the limiter, in Redis."""

    def secret_guessed(self, client_id: str) -> int | None:
        return count_guess(client_id)

    def may_park(self) -> bool:
        return rate_limits.allows(rate_limits.PARKED, "parked", address_counted())

    def may_fetch(self) -> bool:
        return rate_limits.allows(rate_limits.FETCHES, "fetches", address_counted())


class Trail:
    """`oidc.host.Audit`: `app.audit`, and what is kept of clients."""

    def __init__(self, clock: Clock, open_connections: tuple[str, ...]) -> None:
        """:param open_connections: those that applications which register themselves may use."""
        self._clock = clock
        self._refusals = client_refusals.ClientRefusals(clock)
        self._open_connections = open_connections

    def note(self, kind: str, **facts: str | None) -> None:
        event = Event(kind, **{name: value for name, value in facts.items() if value is not None})  # type: ignore[arg-type]
        record(db.session(), self._clock, event)

    def refused(self, refusal: Refusal) -> None:
        self._refusals.note(db.session(), refusal, request_id())

    def client_registered(self, session: Any, client_id: str) -> None:
        for connection_id in self._open_connections:
            sources.switch(
                session, self._clock, client_id, connection_id, enabled=True, actor="system"
            )

    def client_deleted(self, client_id: str) -> None:
        client_refusals.forget_client(db.session(), client_id)
        sources.forget_client(db.session(), client_id)
        branding_store.forget_client(db.session(), client_id)
        access.forget_client(db.session(), client_id)


def _asks_groups(about: ClaimsQuestion) -> bool:
    """By their scope, or one by one (OpenID Connect Core 5.5)."""
    named = {name for asked in about.requested.values() for name in asked}
    return claims.GROUPS in about.scope or not named.isdisjoint((claims.GROUPS, claims.ROLES))


def _login(found: browser.BrowserSession) -> Login:
    return Login(
        subject=found.account_id,
        auth_time=found.auth_time,
        sid=found.sid,
        amr=found.amr,
        acr=found.acr,
        connection=found.connection_id,
        identity=found.identity,
        ends_at=found.expires_at,
        consent=found.consent,
        limited=found.limited,
    )

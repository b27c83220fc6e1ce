"""A sign-in by a provider of OAuth 2.0: a code for a token, and the token for who it is.

A source whose dialect differs extends :class:`OAuth2Upstream` and changes single steps of it.
"""

import base64
import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from federation.connections import Connection
from federation.errors import (
    AnotherAnswered,
    CodeRejected,
    FederationError,
    Misconfigured,
    PhoneRequired,
    Unavailable,
)
from federation.identity import Identity, SourceTokens
from federation.oauth import person, refusals
from federation.oauth.agreement import Agreement, said
from federation.oauth.calls import Calls, document
from federation.oauth.claim_map import at
from federation.oauth.client_authentication import Shown, client_authentication
from federation.oauth.kept_tokens import tokens_of
from federation.oauth.key_sets import KeySets
from federation.oauth.metadata import Metadata, Server
from federation.oauth.preset import Preset
from federation.source import Surroundings
from federation.upstreams import KEEPS_TOKENS, Departure, Returned

_CODE = re.compile(r"[ -~]{1,4096}")
_FINE = (None, "", 0, "0", False, "false", "ok", "success")
"""What stands in the place of an error where there is none."""
_log = logging.getLogger(__name__)


class OAuthClient:
    """What the upstreams of one source share. Built once for each process."""

    def __init__(self, source_id: str, surroundings: Surroundings) -> None:
        self.clock = surroundings.clock
        self.calls = Calls(source_id, surroundings)
        self.metadata = Metadata(self.calls, surroundings.ages)
        self.keys = KeySets(self.calls, surroundings.ages)


class OAuth2Upstream:
    """Authorization code with PKCE, then the user-info address.

    ``persons_tokens`` says whether what the token address gives is the person's own.
    """

    persons_tokens: ClassVar[bool] = True

    def __init__(self, client: OAuthClient, preset: Preset) -> None:
        self.client = client
        self.preset = preset

    # -- the way there ---------------------------------------------------------------------------

    def login_url(self, connection: Connection, departure: Departure) -> str:
        """The provider's page with our request (RFC 6749 4.1.1)."""
        agreed = self.agreement(connection)
        page = agreed.server.authorization_endpoint
        query = {name: v for name, v in self.authorization_request(agreed, departure).items() if v}
        return f"{page}{'&' if '?' in page else '?'}{urlencode(query)}"

    def authorization_request(self, agreed: Agreement, departure: Departure) -> dict[str, str]:
        """Its parameters; empty ones are left out."""
        request = {
            "response_type": "code",
            "client_id": agreed.client_id,
            "redirect_uri": departure.redirect_uri,
            "scope": agreed.scope,
            "state": departure.state,
            "response_mode": agreed.said("response_mode"),
            "prompt": agreed.said("prompt"),
            **agreed.preset.parameters,
        }
        if agreed.is_on(KEEPS_TOKENS):
            request |= agreed.preset.offline
        if agreed.preset.pkce:
            request |= {"code_challenge": s256(departure.secret), "code_challenge_method": "S256"}
        return request

    # -- and back --------------------------------------------------------------------------------

    def finish(self, connection: Connection, returned: Returned) -> Identity:
        """Who has signed in there. The code is sent once, in one call; another asks who it is.

        Raises ``CodeRejected``, ``NotBelieved``, ``Unavailable``, ``Misconfigured``, ``Denied``,
        ``PhoneRequired``.
        """
        agreed = self.agreement(connection)
        self.check_answer(agreed, returned)
        if not _CODE.fullmatch(returned.code):
            raise CodeRejected("the code is empty, too long, or has characters that no code has")
        tokens = self.redeem(agreed, returned)
        found = self.identity(agreed, self.person(agreed, tokens, returned))
        if connection.phone == "required" and found.phone is None:
            raise PhoneRequired("the provider gave no verified number")
        if agreed.is_on(KEEPS_TOKENS):
            found = replace(found, tokens=self.kept(agreed, tokens))
        return found

    def declined(self, connection: Connection, returned: Returned) -> None:
        """Returns where the person said no; raises where the provider refused us."""
        agreed = self.agreement(connection)
        self.check_answer(agreed, returned)
        error = refusals.named(returned.answer.get("error", "access_denied"))
        _log.info("%s answered %s: connection=%s", connection.source.id, error, connection.id)
        standard = agreed.preset.named.get(error, error)
        if standard not in refusals.SAID_NO:
            # Any browser can say anything here: administrators are told of names that exist.
            raise self.refusal(agreed, error if standard in refusals.KNOWN else "unknown")

    # -- single steps, for a dialect to change ---------------------------------------------------

    def agreement(self, connection: Connection) -> Agreement:
        """What holds for this sign-in, with the provider's addresses."""
        connection.usable_credential()
        server = Server(
            authorization_endpoint=said(connection, self.preset, "authorization_endpoint"),
            token_endpoint=said(connection, self.preset, "token_endpoint"),
            userinfo_endpoint=said(connection, self.preset, "userinfo_endpoint"),
            issuer=said(connection, self.preset, "issuer"),
        )
        return Agreement(self.preset, connection, server)

    def check_answer(self, agreed: Agreement, returned: Returned) -> None:
        """Whether the provider that we asked has answered (RFC 9207 2.4).

        :raises AnotherAnswered: another has.
        """
        issuer, came = agreed.server.issuer, returned.answer.get("iss")
        missing = came is None and agreed.server.sends_issuer
        if missing or (came is not None and issuer and came != issuer):
            raise AnotherAnswered("iss of the answer is not the issuer (RFC 9207)")

    def redeem(self, agreed: Agreement, returned: Returned) -> Mapping[str, Any]:
        """The answer of the token endpoint (RFC 6749 4.1.3)."""
        return self.ask_token(agreed, self.token_request(agreed, returned))

    def ask_token(self, agreed: Agreement, request: Mapping[str, str]) -> Mapping[str, Any]:
        """What the token endpoint says to a request, once it knows who we are."""
        form, headers = self.authentication(agreed)
        form |= request
        reply = self.client.calls.post("token", agreed.server.token_endpoint, form, headers)
        return self.object_of("token", agreed, document("token", reply), reply.status)

    def authentication(self, agreed: Agreement) -> Shown:
        """Parameters and headers that show the token endpoint who we are."""
        return client_authentication(agreed, self.client.clock())

    def token_request(self, agreed: Agreement, returned: Returned) -> dict[str, str]:
        """Its parameters, beside those that show who we are."""
        request = {
            "grant_type": "authorization_code",
            "code": returned.code,
            "redirect_uri": returned.departure.redirect_uri,
        }
        if agreed.preset.pkce:
            request["code_verifier"] = returned.departure.secret
        return request

    def person(
        self, agreed: Agreement, tokens: Mapping[str, Any], returned: Returned
    ) -> Mapping[str, Any]:
        """What the user-info address says; without one, the token endpoint has said it."""
        del returned
        return self.userinfo(agreed, tokens) if agreed.server.userinfo_endpoint else tokens

    def userinfo(self, agreed: Agreement, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        access_token = tokens.get("access_token")
        if not isinstance(access_token, str) or not access_token:
            raise Unavailable("token: no access_token")
        query, headers = self.userinfo_request(agreed, access_token, tokens)
        url = agreed.server.userinfo_endpoint
        url += ("&" if "?" in url else "?") + urlencode(query) if query else ""
        reply = self.client.calls.get("userinfo", url, headers)
        if reply.status in (401, 403):
            raise self.refusal(agreed, "userinfo_refused")
        return self.object_of("userinfo", agreed, document("userinfo", reply), reply.status)

    def userinfo_request(
        self, agreed: Agreement, access_token: str, tokens: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Its parameters and headers."""
        del tokens
        headers = dict(agreed.preset.userinfo_headers)
        if name := agreed.said("token_parameter"):
            return {name: access_token}, headers
        return {}, {**headers, "Authorization": f"Bearer {access_token}"}

    def object_of(
        self, name: str, agreed: Agreement, answer: Mapping[str, Any], status: int
    ) -> Mapping[str, Any]:
        """The object within an answer, unless it is an error, whatever its status says."""
        inner = at(answer, agreed.said("envelope"))
        inner = inner if isinstance(inner, Mapping) else answer
        for candidate in (inner, answer):
            for pointer in agreed.preset.errors:
                if (error := at(candidate, pointer)) not in _FINE:
                    raise self.refusal(agreed, error)
        if status >= 400:
            raise Unavailable(f"{name}: HTTP {status}")
        return inner

    def refusal(self, agreed: Agreement, error: object) -> FederationError:
        """What is raised for the provider's name or number of an error."""
        name = refusals.named(error)
        if name in agreed.preset.want_new_code:
            return CodeRejected(name)
        standard = agreed.preset.named.get(name)
        return refusals.refusal(standard or name, agreed.credential.id, name if standard else "")

    def identity(self, agreed: Agreement, told: Mapping[str, Any]) -> Identity:
        return person.identity(agreed, told, self.client.clock())

    def kept(self, agreed: Agreement, told: Mapping[str, Any]) -> SourceTokens | None:
        """The person's tokens in an answer of the token endpoint."""
        return tokens_of(told, agreed.scope, self.client.clock())

    # -- without anybody signing in --------------------------------------------------------------

    def refresh(self, connection: Connection, tokens: SourceTokens) -> SourceTokens:
        """Fresh tokens of a person (RFC 6749 6). See `federation.upstreams.TokenUpstream`."""
        agreed, refresh_token = self.agreement(connection), tokens.refresh_token
        if refresh_token is None:
            raise CodeRejected("there is no refresh token")
        request = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        fresh = self.kept(agreed, self.ask_token(agreed, request))
        if fresh is None:
            raise Unavailable("token: no access_token")
        return replace(fresh, refresh_token=fresh.refresh_token or refresh_token)

    def check(self, connection: Connection) -> None:
        """Silent where the provider takes the credential: it finds fault with a code that is
        nobody's, and not with who sends it. Raises ``Misconfigured`` or ``Unavailable``.
        """
        nobodys = Departure("https://nobody.example/", "0" * 32, "n" * 43)
        try:
            self.redeem(self.agreement(connection), Returned(nobodys, "nobody"))
        except CodeRejected:
            return
        except Misconfigured as error:
            if error.errcode in ("invalid_client", "unauthorized_client", "bad_private_key"):
                raise


def s256(verifier: str) -> str:
    """The challenge of a verifier (RFC 7636 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

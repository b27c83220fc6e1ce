"""A sign-in by an OpenID provider (OpenID Connect Core 3.1): the ID token says who."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from joserfc.jwk import Key

from federation.connections import Connection
from federation.errors import NotBelieved, Unavailable
from federation.identity import Identity, SourceSession
from federation.oauth import id_token, logout
from federation.oauth.agreement import Agreement, said
from federation.oauth.calls import document
from federation.oauth.claim_map import at, text_at
from federation.oauth.oauth2 import OAuth2Upstream, s256
from federation.oauth.signatures import SYMMETRIC, Token, Untrue, secret_key, verify
from federation.upstreams import Departure, LogoutNotice, Returned

ID_TOKEN = "id_token"
"""Beside the claims, where it is kept to end the provider's session with."""
ID_TOKEN_ALG = "id_token_alg"
"""Beside the claims: what it was signed with, whatever they say themselves."""
_PASSED_ON = ("login_hint", "max_age", "prompt")


class OpenIDUpstream(OAuth2Upstream):
    """Finds the provider by its issuer; one call where its ID token says enough, else two."""

    def agreement(self, connection: Connection) -> Agreement:
        credential = connection.usable_credential()
        issuer = said(connection, self.preset, "issuer")
        server = self.client.metadata.of(issuer, credential.id)
        return Agreement(self.preset, connection, server)

    def authorization_request(self, agreed: Agreement, departure: Departure) -> dict[str, str]:
        """What the application asked for stands before what the connection says."""
        scope = agreed.scope.split()
        if agreed.connection.phone != "never" and agreed.preset.claims.phone:
            scope.append("phone")
        return {
            **super().authorization_request(agreed, departure),
            "scope": " ".join(dict.fromkeys(["openid", *scope])),
            "nonce": nonce_of(departure),
            "acr_values": _contexts(agreed, departure),
            "max_age": agreed.said("max_age"),
            "ui_locales": "zh-CN" if departure.locale.startswith("zh") else "en",
            **{name: v for name, v in departure.asked.items() if name in _PASSED_ON and v},
        }

    def person(
        self, agreed: Agreement, tokens: Mapping[str, Any], returned: Returned
    ) -> Mapping[str, Any]:
        claims = self._id_token(agreed, tokens, returned)
        kept = {ID_TOKEN: tokens["id_token"]} if agreed.is_on("logout") else {}
        if not self._wants_userinfo(agreed, claims):
            return {**claims, **kept}
        told = self.userinfo(agreed, tokens)
        if told.get("sub") != claims["sub"]:
            # OpenID Connect Core 5.3.2: the tokens may have been substituted.
            raise NotBelieved("userinfo: sub is not the ID token's")
        return {**_together(claims, told), **kept}

    def identity(self, agreed: Agreement, told: Mapping[str, Any]) -> Identity:
        sid, hint = text_at(told, "/sid"), told.get(ID_TOKEN)
        session = SourceSession(sid, hint) if sid or hint else None
        found = super().identity(agreed, told)
        return replace(found, session=session, id_token_alg=text_at(told, f"/{ID_TOKEN_ALG}"))

    def issuer(self, connection: Connection) -> str:
        return said(connection, self.preset, "issuer")

    def logout_url(
        self, connection: Connection, id_token_hint: str, back: str, state: str
    ) -> str | None:
        return logout.logout_url(self.agreement(connection), id_token_hint, back, state)

    def notice(self, connection: Connection, logout_token: str) -> LogoutNotice:
        agreed = self.agreement(connection)
        token = self.verified(agreed, logout_token, from_stranger=True)
        if (alg := token.header["alg"]) != logout.algorithm(agreed):
            raise NotBelieved(f"logout_token: ID tokens are not signed with {alg}")
        return logout.notice(agreed, token, self.client.clock())

    def check(self, connection: Connection) -> None:
        """With what its metadata and keys are now."""
        issuer = said(connection, self.preset, "issuer")
        server = self.client.metadata.anew(issuer, connection.credential.id)
        self.client.keys.forget(server.jwks_uri)
        super().check(connection)

    def userinfo(self, agreed: Agreement, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
        """Plain or signed (OpenID Connect Core 5.3.2)."""
        access_token = tokens.get("access_token")
        if not isinstance(access_token, str) or not access_token:
            raise Unavailable("token: no access_token")
        headers = {"Authorization": f"Bearer {access_token}"}
        headers |= {"Accept": "application/json, application/jwt", **self.preset.userinfo_headers}
        reply = self.client.calls.get("userinfo", agreed.server.userinfo_endpoint, headers)
        if reply.status in (401, 403):
            raise self.refusal(agreed, "userinfo_refused")
        if reply.content_type != "application/jwt":
            return self.object_of("userinfo", agreed, document("userinfo", reply), reply.status)
        claims = self.verified(agreed, reply.body.decode("ascii", "replace")).claims
        try:
            id_token.check_meant_for_us(claims, agreed.server.issuer, agreed.client_id)
        except Untrue as error:
            raise NotBelieved(f"userinfo: {error}") from None
        return claims

    def verified(self, agreed: Agreement, token: object, *, from_stranger: bool = False) -> Token:
        """What the provider has signed.

        :raises NotBelieved: it has not.
        """
        alg = agreed.said("id_token_alg")
        algs = (alg,) if alg else agreed.server.algorithms
        if alg in SYMMETRIC:
            try:
                return verify(token, [secret_key(agreed.client_secret)], algs)
            except Untrue as error:
                raise NotBelieved(str(error)) from None

        def by(keys: Sequence[Key]) -> Token:
            return verify(token, keys, algs)

        return self.client.keys.verified(agreed.server.jwks_uri, by, from_stranger=from_stranger)

    def _id_token(
        self, agreed: Agreement, tokens: Mapping[str, Any], returned: Returned
    ) -> Mapping[str, Any]:
        if not isinstance(tokens.get("id_token"), str):
            raise Unavailable("token: no id_token; does the scope have openid?")
        max_age = returned.departure.asked.get("max_age") or agreed.said("max_age")
        expected = id_token.Expected(
            agreed.server.issuer,
            agreed.client_id,
            nonce_of(returned.departure),
            self.client.clock(),
            code=returned.code,
            access_token=str(tokens.get("access_token") or ""),
            max_age=int(max_age) if max_age else None,
        )
        token = self.verified(agreed, tokens["id_token"])
        try:
            claims = id_token.check(token, expected)
        except Untrue as error:
            raise NotBelieved(f"id_token: {error}") from None
        return {**claims, ID_TOKEN_ALG: token.header["alg"]}

    def _wants_userinfo(self, agreed: Agreement, claims: Mapping[str, Any]) -> bool:
        """Whether something is left to ask that the ID token has not said."""
        rule = agreed.said("userinfo")
        if not agreed.server.userinfo_endpoint or rule == "never":
            return False
        scope, mapped = agreed.said("scope").split(), agreed.claims
        wanted = [mapped.name] if "profile" in scope else []
        wanted += [mapped.email] if "email" in scope else []
        wanted += [mapped.phone] if agreed.connection.phone != "never" else []
        return rule == "always" or any(at(claims, one) is None for one in wanted if one)


def _contexts(agreed: Agreement, departure: Departure) -> str:
    """What an administrator wants comes first: the order tells what is preferred."""
    asked = departure.asked.get("acr_values", "").split()
    return " ".join(dict.fromkeys([*agreed.said("acr_values").split(), *asked]))


def nonce_of(departure: Departure) -> str:
    """Of this browser's departure alone, and nothing that the verifier could be told from."""
    return s256(f"nonce {departure.secret}")


def _together(claims: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """What was signed for this sign-in stands before what was not; what is said to be verified is
    what it was said of."""
    together = {**told, **claims}
    for name in ("email", "phone_number"):
        if claims.get(name) not in (None, told.get(name)):
            together[f"{name}_verified"] = claims.get(f"{name}_verified")
    return together

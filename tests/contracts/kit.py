"""What every source promises that sends a browser away and gets it back with a code.

One line for each source in `tests/contracts/test_sources.py` puts it under all of this. A check is
a function of a :class:`Rig`; it asserts, and names nothing of any source.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest

from federation import Connection, Credential, Federation, Identity, Source
from federation.errors import CodeRejected, FederationError, Misconfigured, NotBelieved, Unavailable
from federation.oauth.person import AMR
from federation.upstreams import Departure, ErrorAnswers, RedirectUpstream, Returned
from tests.conftest import TestClock
from tests.federation.conftest import TestCipher
from tests.provider_sandbox import CLIENT_ID, CLIENT_SECRET, PEOPLE, LiveProvider, PlayedWeb

PATIENCE = 3.0
"""Seconds that a call may take here, on a busy machine too; ``IMPATIENCE``, where it is slow."""
IMPATIENCE = 0.2
CALLBACK = "https://qiao.example/callback/it"


@dataclass(frozen=True)
class Subject:
    """A source under test.

    :param played: its addresses, or their beginnings, and the sandbox's path that each leads to.
    :param values: what is entered of a credential beside client ID and secret; ``{here}`` is the
        sandbox's own address.
    :param issuer: what the sandbox calls itself; empty for what its address is.
    :param dialect: quirks that the source is used to.
    :param id_member: where the sandbox keeps the person's ID: ``sub``, ``id``; ``prefix`` is what
        stands before it in the name that is kept.
    :param openid: it verifies ID tokens.
    :param pkce: it sends a code challenge.
    :param wrong: what a credential has that the provider does not take.
    :param is_preset: it is data alone, so that what its class does is tried by examples.
    """

    source: Source
    played: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    issuer: str = ""
    dialect: Mapping[str, Any] = field(default_factory=dict)
    id_member: str = "sub"
    prefix: str = ""
    openid: bool = True
    pkce: bool = True
    options: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=lambda: {"client_secret": "another"})
    is_preset: bool = False

    def __str__(self) -> str:
        return self.source.id


class Rig:
    """A source, the sandbox that plays its provider, and a browser."""

    def __init__(self, subject: Subject, provider: LiveProvider, clock: TestClock) -> None:
        self.subject, self.provider, self.clock = subject, provider, clock
        here = provider.url
        self.web = PlayedWeb(provider, {here: "", **subject.played}, subject.issuer, PATIENCE)
        self.federation = Federation(TestCipher(), clock, sources=[subject.source], web=self.web)
        [mode] = subject.source.modes
        typed = {name: value.format(here=here) for name, value in subject.values.items()}
        own_id = subject.source.credentials.id.name
        values = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **typed}
        credential = Credential(
            CLIENT_ID if own_id == "client_id" else "sandbox", mode.kind, values
        )
        options = {one.name: one.default for one in mode.options} | dict(subject.options)
        self.connection = Connection(
            "it", mode.id, {"en": "It"}, credential, subject.source, options=options
        )
        self.does()

    @property
    def alg(self) -> str:
        """What the provider signs with."""
        return str(self.subject.dialect.get("alg", "RS256"))

    @property
    def upstream(self) -> RedirectUpstream:
        return cast(RedirectUpstream, self.federation.upstream(self.connection))

    def does(self, **quirks: Any) -> None:
        """These quirks, beside those that the source is used to."""
        claims = {**self.subject.dialect.get("claims", {}), **quirks.get("claims", {})}
        self.provider.does(**{**self.subject.dialect, **quirks, "claims": claims})

    def depart(self, **asked: str) -> Departure:
        return Departure(CALLBACK, secrets.token_hex(32), secrets.token_urlsafe(32), "zh_CN", asked)

    def page(self, departure: Departure) -> str:
        return self.upstream.login_url(self.connection, departure)

    def agree(self, departure: Departure, person: str = "han-meimei") -> Returned:
        """What the browser comes back with; its state has been checked by then."""
        page = self.web.here(self.page(departure))
        answer = self.provider.authorize(page, person, self.subject.issuer)
        assert answer.get("state") == departure.state, "state does not come back"
        code = answer[self.connection.declared_mode.code_parameter]
        return Returned(departure, code, answer)

    def finish(self, returned: Returned) -> Identity:
        return self.upstream.finish(self.connection, returned)

    def sign_in(self, person: str = "han-meimei") -> Identity:
        return self.finish(self.agree(self.depart(), person))

    def refuses(self, *errors: type[FederationError]) -> None:
        """Nobody is signed in, for one of these reasons, and a code is sent once at most."""
        self.provider.forget()
        returned = self.agree(self.depart())
        with pytest.raises(errors or (FederationError,)) as refused:
            self.finish(returned)
        for secret in (returned.code, returned.departure.secret, CLIENT_SECRET):
            assert secret not in str(refused.value), "the log is told a secret"
        assert str(refused.value) != refused.value.code, "the log is told no reason"
        assert len(self.provider.calls("token")) <= 1

    def some(self, every: Sequence[Any]) -> Sequence[Any]:
        """All of them, or examples."""
        return every[::5] if self.subject.is_preset else every

    def expected(self, person: str) -> str:
        return self.subject.prefix + str(PEOPLE[person][self.subject.id_member])


Check = Callable[[Rig], None]


def is_somebody(rig: Rig) -> None:
    identity = rig.sign_in()

    namespace = rig.subject.source.own_namespace(rig.connection.credential)
    assert identity.keys[0] == (namespace, rig.expected("han-meimei"))
    assert set(identity.amr) <= AMR, "words of the provider's own could be taken for ours"
    assert identity.tokens is None, "nobody has said that tokens are kept"


def keeps_ids_apart(rig: Rig) -> None:
    """By their case, beyond 2^53, beyond what a database compares, by blanks at their ends."""
    assert rig.sign_in("li-lei").keys[0].value == rig.expected("li-lei")
    assert rig.sign_in("li-lei").keys[0] != rig.sign_in("han-meimei").keys[0]
    if rig.subject.is_preset:
        return
    for one, other in (("x" * 130 + "1", "x" * 130 + "2"), ("a1", "a1 ")):
        for name, told in (("one", one), ("other", other)):
            rig.provider.person(name, sub=told, id=told, name="One")
        assert rig.sign_in("one").keys[0] != rig.sign_in("other").keys[0], (one, other)


def believes_the_metadata_of_its_issuer_alone(rig: Rig) -> None:
    if not rig.subject.openid or rig.subject.is_preset:
        return
    rig.does(metadata={"issuer": "https://another.example"})
    with pytest.raises(Misconfigured):
        rig.sign_in()
    if rig.alg == "HS256":
        return
    rig.does(metadata={"id_token_signing_alg_values_supported": ["RS256", "PS256"]}, alg="ES256")
    rig.refuses(NotBelieved)


def asks_for_a_code_with_state_and_challenge(rig: Rig) -> None:
    departure = rig.depart()
    query = parse_qs(urlsplit(rig.page(departure)).query)

    assert query["state"] == [departure.state]
    assert CALLBACK in query.get("redirect_uri", query.get("redirect_url", []))
    assert departure.secret not in rig.page(departure)
    if rig.subject.pkce:
        assert query["code_challenge_method"] == ["S256"]
        assert query["code_challenge"] != [departure.secret]
    if rig.subject.openid:
        assert query["nonce"][0] not in (departure.secret, departure.state)
    other = parse_qs(urlsplit(rig.page(rig.depart())).query)
    for name in ("state", "nonce", "code_challenge"):
        assert name not in query or query[name] != other[name], f"{name} is always the same"


def takes_two_calls_at_most(rig: Rig) -> None:
    rig.sign_in()
    rig.provider.forget()

    rig.sign_in()

    calls = [rig.provider.calls(name) for name in ("metadata", "keys", "token", "userinfo")]
    assert sum(map(len, calls)) <= 2


def takes_a_code_once(rig: Rig) -> None:
    returned = rig.agree(rig.depart())
    rig.finish(returned)

    with pytest.raises(CodeRejected):
        rig.finish(returned)


def takes_no_code_of_another_browser(rig: Rig) -> None:
    """Somebody's code in the browser of somebody else, whose state it was made to fit."""
    theirs = rig.agree(rig.depart())

    if not (rig.subject.pkce or rig.subject.openid):
        return  # the state alone parts them, and the caller has checked it
    with pytest.raises((CodeRejected, NotBelieved)):
        rig.finish(replace(theirs, departure=replace(theirs.departure, secret="x" * 43)))


def refuses_an_answer_of_another_provider(rig: Rig) -> None:
    """RFC 9207: the mix-up."""
    if not rig.subject.openid:
        return
    rig.does(answer={"iss": "https://another.example"})
    rig.refuses(NotBelieved)
    rig.does(answer={"iss": None})
    rig.refuses(NotBelieved)


def sends_a_broken_server_the_code_once(rig: Rig) -> None:
    rig.sign_in()
    faults = [(fault, after) for fault in ("dead", "garbage", "502") for after in (False, True)]
    for fault, after in rig.some(faults):
        rig.does(fault=fault, fault_at="token", after=after)
        rig.refuses(Unavailable)


def waits_for_nobody_long(rig: Rig) -> None:
    if rig.subject.is_preset:
        return
    rig.sign_in()
    rig.web.patience = IMPATIENCE
    rig.does(delay=IMPATIENCE + 0.1, fault_at="token")
    rig.refuses(Unavailable)


def tells_the_operator_of_a_refused_secret(rig: Rig) -> None:
    wrong = {**rig.connection.credential.values, **rig.subject.wrong}
    rig.connection = replace(
        rig.connection, credential=replace(rig.connection.credential, values=wrong)
    )
    rig.provider.forget()

    with pytest.raises(Misconfigured) as refused:
        rig.sign_in()

    assert refused.value.credential_id == rig.connection.credential.id
    assert refused.value.errcode in rig.subject.source.refusals
    assert refused.value.hint == Misconfigured.hint


def knows_who_said_no(rig: Rig) -> None:
    departure = rig.depart()
    answer = rig.provider.authorize(rig.web.here(rig.page(departure)), "nobody", rig.subject.issuer)
    upstream = rig.upstream
    if not isinstance(upstream, ErrorAnswers):
        return

    upstream.declined(rig.connection, Returned(departure, "", answer))
    ill = {**answer, "error": "invalid_scope"}
    with pytest.raises(Misconfigured):
        upstream.declined(rig.connection, Returned(departure, "", ill))


def cleans_names_and_pictures(rig: Rig) -> None:
    hostile = {
        "name": " \u202eolleh\x00\n<script>alert(1)</script>" + "x" * 300,
        "picture": "javascript:alert(1)",
        "email": "nobody",
    }
    rig.does(userinfo=hostile, claims=hostile if rig.subject.openid else {})

    identity = rig.sign_in()

    assert identity.picture is None
    assert identity.email is None
    assert len(identity.name or "") <= 64
    assert not any(c in (identity.name or "") for c in "\u202e\x00\n")


def verifies_nothing_by_itself(rig: Rig) -> None:
    """An address or number that the provider does not vouch for links nobody."""
    [mode] = rig.subject.source.modes
    rig.connection = replace(rig.connection, phone="optional" if mode.asks_phone else "never")
    for quirks in ({}, {"string_booleans": True}):
        rig.does(**quirks)
        identity = rig.sign_in("li-lei")
        assert identity.phone is None
        assert identity.email is None or not identity.email.is_verified
    if not rig.subject.openid:
        return
    rig.does(claims={"email": "li@example.org", "email_verified": None, "name": None})
    rig.provider.person(
        "li-lei", sub="li", name="Li", email="other@example.org", email_verified=True
    )
    told = rig.sign_in("li-lei").email
    assert told is None or (told.address, told.is_verified) != ("li@example.org", True)


def refuses_every_wrong_id_token(rig: Rig) -> None:
    if not rig.subject.openid:
        return
    now = rig.clock()
    wrong: tuple[dict[str, Any], ...] = (
        *({"claims": {"iss": other}} for other in (None, "https://another.example", 7)),
        *({"claims": {"aud": other}} for other in (None, "another", ["another"])),
        {"claims": {"aud": [CLIENT_ID, "another"]}},
        {"claims": {"azp": "another"}},
        *({"claims": {"nonce": other}} for other in (None, "another", "")),
        *({"claims": {"sub": other}} for other in (None, "", 7, "x" * 256)),
        *({"claims": {"exp": other}} for other in (None, now - 61, "soon")),
        *({"claims": {"iat": other}} for other in (None, now + 600)),
        {"claims": {"nbf": now + 600}},
        {"claims": {"at_hash": "another"}},
        {"claims": {"c_hash": "another"}},
        *([] if rig.alg != "RS256" else [{"header": {"crit": ["http://example.com/unknown"]}}]),
        {"alg": "none"},
        {"alg": "ES256" if rig.alg == "HS256" else "HS256"},
        *([] if rig.alg == "HS256" else _BY_OTHERS),
        {"header": {"typ": "logout+jwt"}},
    )
    for quirks in rig.some(wrong):
        rig.does(**quirks)
        try:
            rig.refuses(NotBelieved)
        except BaseException as error:
            raise AssertionError(f"took {quirks}: {error!r}") from error
    rig.does(tokens={"id_token": None})
    rig.refuses(Unavailable)


_BY_OTHERS: tuple[dict[str, Any], ...] = (
    {"signed_by": "other"},
    {"signed_by": "other", "kid": "missing"},
    {"signed_by": "other", "kid": "missing", "shows_key": True},
    {"signed_by": "other", "shows_key": True},
    {"kid": "unknown"},
)
"""Of the header nothing says who signed but ``kid``, among the published keys."""


def refuses_who_signed_in_too_long_ago(rig: Rig) -> None:
    """Where an application asked for it with ``max_age`` (OpenID Connect Core 3.1.3.7)."""
    asked = rig.depart(max_age="60")
    if not rig.subject.openid or "max_age=60" not in rig.page(asked):
        return
    assert rig.finish(rig.agree(asked)).keys
    for told in rig.some((None, rig.clock() - 3600, "now")):
        rig.does(claims={"auth_time": told})
        with pytest.raises(NotBelieved):
            rig.finish(rig.agree(rig.depart(max_age="60")))


def refuses_the_userinfo_of_somebody_else(rig: Rig) -> None:
    if not rig.subject.openid:
        return
    rig.does(claims={"name": None})
    rig.sign_in()
    if not rig.provider.calls("userinfo"):
        return  # it never asks there
    for other in rig.some(("somebody-else", None, PEOPLE["han-meimei"]["sub"].upper())):
        rig.does(userinfo={"sub": other}, claims={"name": None})
        rig.refuses(NotBelieved)


def takes_signed_userinfo_of_its_provider(rig: Rig) -> None:
    """OpenID Connect Core 5.3.2."""
    rig.does(signed_userinfo=True, claims={"name": None})
    if not rig.subject.openid or rig.subject.is_preset:
        return
    told = rig.sign_in()
    if not rig.provider.calls("userinfo"):
        return
    assert told.name == PEOPLE["han-meimei"]["name"]
    for quirks in (
        {"userinfo_signed_by": "other"},
        {"userinfo": {"iss": "https://another.example"}},
        {"userinfo": {"aud": "another"}},
        {"userinfo": {"sub": "somebody-else"}},
    ):
        rig.does(signed_userinfo=True, **quirks, claims={"name": None})
        rig.refuses(NotBelieved)


def takes_every_algorithm_and_new_keys(rig: Rig) -> None:
    if not rig.subject.openid or rig.alg == "HS256":
        return
    for alg in rig.some(("PS256", "ES256", "ES384", "ES512", "EdDSA", "RS512")):
        rig.does(alg=alg)
        assert rig.sign_in().keys[0].value == rig.expected("han-meimei"), alg
    rig.provider.rotate()
    rig.does()
    assert rig.sign_in().keys[0].value == rig.expected("han-meimei")
    rig.does(kid="missing", alg="ES256")  # the one key that fits it
    assert rig.sign_in().keys[0].value == rig.expected("han-meimei")


def answers_whatever_the_shape(rig: Rig) -> None:
    """Content types lie."""
    for quirks in ({"content_type": "text/plain"}, {"body": "jsonp", "content_type": "text/html"}):
        rig.does(**quirks)
        assert rig.sign_in().keys[0].value == rig.expected("han-meimei"), quirks


def sees_errors_that_come_with_200(rig: Rig) -> None:
    returned = rig.agree(rig.depart())
    rig.finish(returned)
    rig.does(error_status=200)

    with pytest.raises(CodeRejected):
        rig.finish(returned)


CHECKS: tuple[Check, ...] = (
    is_somebody,
    keeps_ids_apart,
    asks_for_a_code_with_state_and_challenge,
    takes_two_calls_at_most,
    takes_a_code_once,
    takes_no_code_of_another_browser,
    refuses_an_answer_of_another_provider,
    sends_a_broken_server_the_code_once,
    waits_for_nobody_long,
    tells_the_operator_of_a_refused_secret,
    knows_who_said_no,
    cleans_names_and_pictures,
    verifies_nothing_by_itself,
    refuses_every_wrong_id_token,
    refuses_who_signed_in_too_long_ago,
    refuses_the_userinfo_of_somebody_else,
    takes_signed_userinfo_of_its_provider,
    believes_the_metadata_of_its_issuer_alone,
    takes_every_algorithm_and_new_keys,
    answers_whatever_the_shape,
    sees_errors_that_come_with_200,
)

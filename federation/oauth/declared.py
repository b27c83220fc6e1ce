"""Makes the declaration of a source from its data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from federation.connections import Connection
from federation.credentials import Credential, CredentialForm, ErrorCode
from federation.fields import Field
from federation.oauth import form, refusals
from federation.oauth.oauth2 import OAuth2Upstream, OAuthClient
from federation.oauth.openid import OpenIDUpstream
from federation.oauth.preset import Preset
from federation.setup import Setup, Step
from federation.source import Claim, Keys, Look, Mode, OwnBrowser, Source, Way
from federation.translation import N_

EVERYWHERE = {"desktop": Way("redirect"), "phone": Way("redirect")}


@dataclass(frozen=True)
class Console:
    """Where things are in the provider's own console.

    :param credentials: client ID and secret, and ``redirect``, the redirect address: the words of
        the console, from its address on.
    :param first: what is left to do there before.
    """

    credentials: str = N_("The provider's console: client ID and secret")
    redirect: str = N_("The provider's console: redirect addresses of the client")
    first: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Declaration:
    """What distinguishes a source of this kind; the rest follows.

    :param is_protocol: anybody's server is meant, not one service.
    :param about: one sentence for administrators, on what it is for.
    :param scope_sentence: of the consent page: what its scope lets an application see.
    :param id_field: how credentials are called, and ``fields``, what else is entered of one.
    :param word: of the namespace of people's names: ``sub``, ``id``.
    :param shared: the namespace of the name that several credentials share.
    :param browser: how pages know that they are open inside the source's own app.
    """

    id: str
    name: str
    look: Look
    preset: Preset
    about: str
    scope_sentence: str
    upstream: type[OAuth2Upstream] = OpenIDUpstream
    console: Console = Console()
    id_field: Field = form.CLIENT_ID
    fields: tuple[Field, ...] = (form.CLIENT_SECRET,)
    options: tuple[Field, ...] = ()
    word: str = "sub"
    shared: str = ""
    is_protocol: bool = False
    asks_phone: bool = False
    code_parameter: str = "code"
    browser: OwnBrowser | None = None
    ways: Mapping[Any, Way] = field(default_factory=lambda: EVERYWHERE)
    refusals: Mapping[ErrorCode, str] = field(default_factory=dict)


def declared(of: Declaration) -> Source:
    """The source: one mode, which any browser can take."""
    mode = Mode(
        id=f"{of.id}-web",
        label=N_("Web page"),
        about=of.about,
        kind="app",
        upstream=lambda client: of.upstream(client, of.preset),
        ways=of.ways,
        asks_phone=of.asks_phone,
        options=options_of(of),
        steps=lambda setup: steps(of, setup),
        code_parameter=of.code_parameter,
    )
    return Source(
        id=of.id,
        name=of.name,
        look=of.look,
        credentials=CredentialForm(id=of.id_field, fields=of.fields),
        modes=(mode,),
        keys=Keys(own=f"{of.id}:{of.word}:{{id}}", shared=of.shared),
        client=lambda surroundings: OAuthClient(of.id, surroundings),
        check_credential=lambda client, credential: _check(of, client, credential),
        # RFC 8176 has no value for it; what the provider says of how it did it follows.
        amr=(of.id,),
        acr=f"urn:qiao:acr:{of.id}",
        claims=(Claim(f"{of.id}_{of.word}", of.id, lambda identity: identity.keys[0].value),),
        scopes={of.id: of.scope_sentence},
        phones=(of.id,) if of.asks_phone else (),
        is_protocol=of.is_protocol,
        browser=of.browser,
        refusals={**refusals.REFUSALS, **of.refusals},
        refused=refusals.REFUSED,
        refused_unknown=refusals.REFUSED_UNKNOWN,
    )


def options_of(of: Declaration) -> tuple[Field, ...]:
    """What is chosen of a connection, with what is asked of tokens where they are the person's."""
    if not of.upstream.persons_tokens:
        return of.options
    has_scope = any(one.name == "scope" for one in of.options)
    return (*of.options, form.KEEP_TOKENS, *(() if has_scope else (form.MORE_SCOPE,)))


def steps(of: Declaration, setup: Setup) -> Iterator[Step]:
    """In the order in which somebody goes through the provider's console."""
    for title, where in of.console.first:
        yield Step(title, where, beforehand=True)
    fault = setup.facts.fault
    known = {str(code): told for code, told in {**refusals.REFUSALS, **of.refusals}.items()}
    yield Step(
        N_("Redirect address"),
        of.console.redirect,
        setup.callback,
        False if str(fault) == "redirect_uri_mismatch" else None,
        beforehand=True,
    )
    yield Step(
        N_("Client ID and secret"),
        of.console.credentials,
        setup.credential["client_id"] or setup.credential.id,
        False if fault is not None or not setup.credential.is_usable else None,
        found=known.get(str(fault), refusals.REFUSED_UNKNOWN) if fault is not None else "",
    )
    yield from _sign_out(of, setup)


def _sign_out(of: Declaration, setup: Setup) -> Iterator[Step]:
    """Where the provider tells of its sessions, and comes back to when ours ends one."""
    if form.LOGOUT not in of.options:
        return
    where = N_("The provider's console, where the client has such addresses")
    yield Step(N_("Back-channel logout address"), where, f"{setup.callback}/backchannel-logout")
    yield Step(N_("Front-channel logout address"), where, f"{setup.callback}/frontchannel-logout")
    yield Step(N_("Address after signing out"), where, f"{setup.callback}/signed-out")


def _check(of: Declaration, client: Any, credential: Credential) -> None:
    source = declared(of)
    options = {one.name: one.default for one in options_of(of)}
    connection = Connection("check", f"{of.id}-web", {}, credential, source, options=options)
    of.upstream(client, of.preset).check(connection)

"""What a source of identities declares of itself: WeChat, and whatever stands beside it.

A source is a folder of this package that ends in one :class:`Source`, and a line in
``federation/catalog.py``. Whatever console, API, command line, pages and ``doctor`` show or do
for a source, they take from its declaration; none of them knows a source by name.

Sentences are English and message ids: mark them with ``N_``.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from federation.credentials import Credential, CredentialForm, ErrorCode
from federation.fields import Check, Field, matches
from federation.identity import ExternalKey, Identity, is_shared
from federation.observers import Observers
from federation.ports import Clock, NoWeb, Web
from federation.setup import Setup, Step
from federation.translation import N_

Place = Literal["desktop", "phone", "own-browser", "own-browser-on-computer", "native-app"]
"""Where somebody wants to sign in. ``own-browser``: inside the source's own app, on a phone or on
a computer; ``native-app``: in an application of the client, without any browser."""
Begins = Literal["redirect", "scan", "link", "launch", "send-auth"]


@dataclass(frozen=True)
class Way:
    """How a mode begins at a place.

    ``redirect``: on a page of the source's own (``RedirectUpstream``). ``scan`` and ``link``: by a
    code to scan, or by a link that opens the source's app (``LaunchUpstream``). ``launch`` and
    ``send-auth``: from a native app (``LaunchUpstream``, ``AppAuthUpstream``).

    :param second_choice: offered only where no other mode of the source begins here.
    """

    begins: Begins
    second_choice: bool = False


@dataclass(frozen=True)
class Mode:
    """One way to reach the source, which an administrator chooses for a connection.

    :param id: begins with the source's id: ``wechat-website``.
    :param kind: of the credential that it needs, one of the source's form.
    :param upstream: makes an upstream of `federation.upstreams` from the source's client.
    :param asks_phone: whether the phone number can be asked for.
    :param options: what else an administrator chooses for a connection by this mode.
    :param code_parameter: what the source calls its code when it sends a browser back.
    :param fixed_callback: browsers come back to one address for each connection, the one that was
        entered in the source's console; else to one beneath ours, for a source that looks at the
        host alone.
    """

    id: str
    label: str
    about: str
    kind: str
    upstream: Callable[[Any], Any]
    ways: Mapping[Place, Way]
    asks_phone: bool = False
    options: tuple[Field, ...] = ()
    steps: Callable[[Setup], Iterable[Step]] = lambda setup: ()  # noqa: ARG005
    code_parameter: str = "code"
    fixed_callback: bool = True


_A_NAME = matches(r"[ -~]{1,128}", N_("Such a name has 1 to 128 letters and digits."))


@dataclass(frozen=True)
class Keys:
    """The namespaces of what the source calls a person, drawn from the values of a credential.

    :param own: of the name that is good for one credential: ``wechat:openid:{id}``.
    :param shared: of the name that several credentials share, where the source has one
        (`federation.identity.SHARED`): ``wechat:unionid:{open_platform}``. A credential that has
        not all of the values has none.
    :param check: tells what cannot be a name that an administrator vouches for.
    :param noted: the member of ``Identity.raw`` that holds the shared name, even where no
        namespace can be made for it.
    """

    own: str
    shared: str = ""
    noted: str = ""
    check: Check = _A_NAME


@dataclass(frozen=True)
class Claim:
    """A claim about people who came by this source.

    :param scope: what an application asks for it with.
    :param value: drawn from an identity of the person; None or empty for none.
    """

    name: str
    scope: str
    value: Callable[[Identity], str | None]


@dataclass(frozen=True)
class Look:
    """The source's button.

    :param mark: the inside of an SVG of 24 by 24, drawn with ``currentColor``.
    :param light: and ``dark``, its colour in both schemes, as ``#rrggbb``: white or black has a
        contrast of 4.5 with it (WCAG 2.2, 1.4.3). Empty for the colour of our own buttons.
    """

    mark: str
    light: str = ""
    dark: str = ""


@dataclass(frozen=True)
class OwnBrowser:
    """How pages know that they are open inside the source's own app, by the user agent.

    :param marks: any of which, in small letters, tells it.
    :param unless: any of which tells another app that calls itself the same.
    :param on_computer: marks of the app on a computer.
    """

    marks: tuple[str, ...]
    unless: tuple[str, ...] = ()
    on_computer: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entries:
    """How the source tells a program of ours inside its own app that it was opened, in its numbers.

    :param scanned: by a code; ``linked``, by a link; ``launched``, by a mobile app.
    :param returned: back to where one was before.
    :param mobile_app_id: tells what cannot be the name that the source gives to a mobile app.
    """

    scanned: frozenset[int]
    linked: frozenset[int]
    launched: int
    returned: frozenset[int]
    mobile_app_id: Check


@dataclass(frozen=True)
class AppCodes:
    """What an application sends that got a one-time code from the source's own SDK.

    :param token_type: of a code that is exchanged for tokens (RFC 8693 3).
    :param code: and ``phone_code``, ``phone_kind``: the parameters of an in-app sign-in.
    """

    token_type: str
    code: str
    phone_code: str = ""
    phone_kind: str = ""


@dataclass(frozen=True)
class PageText:
    """What a person reads about an error that only this source has."""

    title: str
    happened: str
    advice: str


@dataclass(frozen=True)
class BindingWords:
    """What an administrator is told of whether the source gives the shared name.

    :param check: the button that asks.
    :param unknown: nobody has signed in yet.
    :param unbound: people have, and it did not come.
    :param unlabelled: it comes, and the credential does not say whose it is.
    :param bound: all is well.
    """

    check: str
    unknown: str
    unbound: str
    unlabelled: str
    bound: str


@dataclass(frozen=True)
class Quota:
    """How much of what the source counts is left.

    :param title: what is counted (a message id).
    :param daily: it is counted by the day; else it was paid for.
    """

    title: str
    limit: int
    left: int
    daily: bool = True


@dataclass(frozen=True)
class Surroundings:
    """What a source's client is made from."""

    clock: Clock
    settings: Any  # what the deployment has set for this source; None for nothing
    ages: Clock  # tells how long ago something was, whatever is done to the clock
    observers: Observers = field(default_factory=Observers)
    web: Web = field(default_factory=NoWeb)


@dataclass(frozen=True)
class Source:
    """All that is known of a source.

    :param id: at most 16 small letters and digits; its modes and namespaces begin with it.
    :param name: as it stands in sentences.
    :param is_protocol: its name says nothing to people: connections' own names stand there instead.
    :param client: what its upstreams share, made once for each process.
    :param check_credential: asks the source whether it takes a credential; nobody signs in.
        Raises ``Misconfigured`` or ``Unavailable``.
    :param quotas: what is left of what it counts by the day. Raises as ``check_credential``.
    :param reach: the address of its servers, and why they cannot be spoken to (None: they answer).
    :param amr: how it authenticates (RFC 8176), and ``acr``, the context that this amounts to.
    :param scopes: further ones that its claims belong to, with the sentence of the consent page.
    :param entries: what its own program can tell of how it was opened; None for nothing.
    :param phones: the provenances of phone numbers that it has verified.
    :param refusals: its error numbers or names, and what an administrator does about each.
    :param refused: told where it gave no number, and ``refused_unknown`` for one that is not known.
    :param texts: error pages for the codes that only its own errors have.
    :param pushes: makes what takes its pushes, a `federation.pushes.PushReceiver`.
    :param consoles: hosts of its consoles; where its sentences name one, it can be clicked on.
    """

    id: str
    name: str
    look: Look
    credentials: CredentialForm
    modes: tuple[Mode, ...]
    keys: Keys
    client: Callable[[Surroundings], Any]
    check_credential: Callable[[Any, Credential], None] | None = None
    quotas: Callable[[Any, Credential], Iterable[Quota]] | None = None
    reach: Callable[[Any], tuple[str, str | None]] | None = None
    amr: tuple[str, ...] = ()
    acr: str = ""
    claims: tuple[Claim, ...] = ()
    scopes: Mapping[str, str] = field(default_factory=dict)
    phones: tuple[str, ...] = ()
    is_protocol: bool = False
    browser: OwnBrowser | None = None
    entries: Entries | None = None
    app_codes: AppCodes | None = None
    binding: BindingWords | None = None
    refusals: Mapping[ErrorCode, str] = field(default_factory=dict)
    refused: str = N_("The credential was refused.")
    refused_unknown: str = N_("The credential was refused; look the error up in its documents.")
    texts: Mapping[str, PageText] = field(default_factory=dict)
    pushes: Callable[[Any, Clock], Any] | None = None
    consoles: tuple[str, ...] = ()

    def mode(self, id: str) -> Mode:  # noqa: A002 - the column's name
        return next(mode for mode in self.modes if mode.id == id)

    def own_namespace(self, credential: Credential) -> str:
        """Where the names of people are that this credential alone knows them by."""
        return self.keys.own.format_map({**credential.values, "id": credential.id})

    def shared_namespace(self, credential: Credential) -> str | None:
        """Where the names are that it shares with others; None where it is not said whose."""
        if not self.keys.shared:
            return None
        named = {"id": credential.id, **{n: v for n, v in credential.values.items() if v}}
        try:
            return self.keys.shared.format_map(named)
        except KeyError:
            return None

    def shared_value(self, identity: Identity) -> str | None:
        """The shared name that came with an identity, also where nothing says whose it is."""
        if self.keys.noted:
            return identity.raw.get(self.keys.noted)
        return next((key.value for key in identity.keys if is_shared(key.namespace)), None)

    def remembered(self, own: ExternalKey, shared: str | None, namespace: str | None) -> Identity:
        """The identity that claims are drawn from, from the names that were kept of it.

        :param shared: the name that came with ``own``, of this namespace where it is known.
        """
        keys = (own, ExternalKey(namespace, shared)) if shared and namespace else (own,)
        noted = {self.keys.noted: shared} if shared and self.keys.noted else {}
        return Identity(keys, raw=noted)

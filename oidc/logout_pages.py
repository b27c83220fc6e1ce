"""What the pages of signing out are given to show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogoutQuestion:
    """What the person is asked before they are signed out.

    :param sid: of the session that the answer is about; the form carries it back.
    :param carried: the request, sealed; the form carries it back too.
    :param client_id: the application that asks, where it is known.
    :param problem: a sentence for the application's developer about a request that cannot be
        followed: the person may sign out all the same, but is not sent back.
    :param hint: whom the application means (``logout_hint``): one of ``known_as``, or a name, an
        address or a number that the host knows the person by. It decides nothing.
    """

    sid: str
    carried: str
    client_id: str | None = None
    problem: str = ""
    ui_locales: tuple[str, ...] = ()
    hint: str | None = None
    known_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """A page of an application that ends the person's session there; ``origin`` is all that the
    page's policy has to allow."""

    address: str
    origin: str


@dataclass(frozen=True, slots=True)
class SignedOut:
    """The page after signing out.

    :param frames: pages of applications to load, so that the person is signed out there too.
    :param onward: where the application wants the person next.
    :param by_itself: the page goes there without being asked to.
    :param ended: somebody was signed in in this browser.
    """

    frames: tuple[Frame, ...] = ()
    onward: str | None = None
    by_itself: bool = False
    client_id: str | None = None
    ui_locales: tuple[str, ...] = ()
    ended: bool = True

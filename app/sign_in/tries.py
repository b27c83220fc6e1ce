"""How often passwords and second factors may be wrong: few times, and never for who is right.

By name *and* address: a stranger who is wrong on purpose keeps out nobody but themselves. By name
alone far more, for guesses from many places. A browser in which that name has signed in before has
a budget of its own, whatever strangers do.
"""

from contextlib import AbstractContextManager

from app.sign_in import known_browsers
from app.web.client_address import address_counted
from app.web.tries import Budget, Try, counted_first

PASSWORDS_OF_ADDRESS = "30/minute"
PASSWORDS_OF_NAME_AND_ADDRESS = "6/minute;30/hour"
PASSWORDS_OF_NAME = "300/hour"
"""7,200 a day from everywhere: nothing against ten characters that are no word."""
PASSWORDS_OF_KNOWN_BROWSER = "6/minute;30/hour"

CODES_OF_ADMIN = "10/15 minutes;30/day"
"""Three codes of a million are right at a time: thirty a day find one in thirty years."""
SIGN_IN_REQUESTS = "30/minute"
"""Steps of a sign-in to the console from one address, or from one known browser."""


def password_tried(kind: str, username: str) -> AbstractContextManager[Try]:
    """One try at the password of this name.

    :param kind: ``person`` or ``admin``.
    :raises app.web.tries.TooManyTries: when the context is entered.
    """
    browser = known_browsers.number_of(kind, username)
    if browser is not None:
        of = ("passwords of a browser", kind, username, browser)
        return counted_first(Budget(PASSWORDS_OF_KNOWN_BROWSER, of))
    address = address_counted()
    return counted_first(
        Budget(PASSWORDS_OF_ADDRESS, ("passwords of an address", address)),
        Budget(PASSWORDS_OF_NAME_AND_ADDRESS, ("passwords", kind, username, address)),
        Budget(PASSWORDS_OF_NAME, ("passwords of a name", kind, username)),
    )


def code_tried(admin_id: str, username: str) -> AbstractContextManager[Try]:
    """One try at an administrator's second factor, whichever question it answers.

    Who gets here knows the password; a browser that is known has tries of its own, so that they
    cannot keep the administrator out.
    """
    browser = known_browsers.number_of("admin", username)
    return counted_first(Budget(CODES_OF_ADMIN, ("second factors", admin_id, browser or "")))

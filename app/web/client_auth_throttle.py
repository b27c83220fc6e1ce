"""Wrong client secrets: whoever guesses soon has to wait, and nobody else ever does.

A guess is a wrong secret of a client that has one. It is compared first and counted then, by
client *and* by where it comes from, so that a request with the right secret is never refused and
never comes here: what a stranger sends cannot shut an application out. The limit keeps guesses out
of the log and the processor; what makes them hopeless is the length of the secret.
"""

from app.web.client_address import address_counted
from app.web.rate_limits import seconds_until_free

GUESSES = "20/minute;200/hour"
"""By one address for one client; far from what finds 256 random bits, or a secret that a person
made up in years."""


def count_guess(client_id: str) -> int | None:
    """Counts one more. Seconds until the next is judged, when there were too many; else None."""
    return seconds_until_free(GUESSES, "client secrets", client_id, address_counted())

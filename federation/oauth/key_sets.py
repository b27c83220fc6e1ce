"""The keys that providers sign with, kept in the process and asked for again when they change."""

from collections.abc import Callable, Sequence

from joserfc.jwk import Key

from federation.errors import NotBelieved, Unavailable
from federation.oauth import answers
from federation.oauth.calls import Calls
from federation.oauth.signatures import Token, UnknownKey, Untrue, read_keys
from federation.ports import Clock

FRESH = 3600
"""Seconds for which keys are taken without asking again; a revoked one is believed that long."""
SPARED = 60
"""Seconds between two questions for the key of what a stranger has sent."""

Verify = Callable[[Sequence[Key]], Token]


class KeySets:
    """The keys behind ``jwks_uri`` addresses. Safe to share between threads."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock
        self._known: dict[str, tuple[int, tuple[Key, ...]]] = {}

    def verified(self, jwks_uri: str, verify: Verify, *, from_stranger: bool = False) -> Token:
        """What ``verify`` makes of the keys. Where none of them has signed, they are asked for once
        more: the provider may have changed them, also without a new ``kid``.

        :param from_stranger: anybody may have sent it, so that it cannot make us ask each time.
        :raises NotBelieved: what is signed cannot be believed, or the keys cannot be read.
        :raises Unavailable: the provider does not answer.
        """
        at, keys = self._known.get(jwks_uri, (0, ()))
        age = self._clock() - at
        try:
            if keys and 0 <= age < FRESH:
                try:
                    return verify(keys)
                except UnknownKey:
                    if from_stranger and age < SPARED:
                        raise
            return verify(self._fetch(jwks_uri))
        except Untrue as error:
            raise NotBelieved(str(error)) from None

    def forget(self, jwks_uri: str) -> None:
        """Asks again the next time."""
        self._known.pop(jwks_uri, None)

    def _fetch(self, jwks_uri: str) -> tuple[Key, ...]:
        reply = self._calls.get("keys", jwks_uri)
        if reply.status != 200:
            raise Unavailable(f"keys: HTTP {reply.status}")
        try:
            keys = read_keys(answers.read(reply))
        except answers.Unreadable as error:
            raise Unavailable(f"keys: {error}") from None
        self._known[jwks_uri] = (self._clock(), keys)
        return keys

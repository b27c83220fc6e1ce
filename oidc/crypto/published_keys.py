"""Our published keys as objects to verify with, built once for each state of the set."""

import json
from functools import lru_cache

from joserfc.jwk import Key, KeySet


@lru_cache(maxsize=4)
def published_keys(jwks: bytes) -> list[Key]:
    """The keys of a JSON Web Key Set document of ours."""
    return list(KeySet.import_key_set(json.loads(jwks)).keys)

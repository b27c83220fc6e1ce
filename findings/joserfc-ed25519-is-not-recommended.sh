#!/usr/bin/env bash
# One would guess that a JOSE library which carries RFC 9864 signs with "Ed25519" when it is asked to,
# and calls only the old name "EdDSA" out of date. joserfc 1.8 signs with neither unless the caller
# lists the algorithm: both are "not recommended". Listed, the old name warns and the new one does not.
# Source: RFC 9864 section 2.2 (EdDSA deprecated for JOSE), joserfc's JWSRegistry.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install joserfc==1.8.0
"$folder/venv/bin/python" - <<'PYTHON' | tee "$folder/seen"
import warnings
from importlib.metadata import version

from joserfc import jwt
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwk import OKPKey

key = OKPKey.generate_key("Ed25519")
print("joserfc", version("joserfc"))
for alg in ("EdDSA", "Ed25519"):
    try:
        jwt.encode({"alg": alg}, {"sub": "somebody"}, key)
        print(alg, "unlisted: signed")
    except UnsupportedAlgorithmError as error:
        print(alg, "unlisted:", error.description)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        jwt.encode({"alg": alg}, {"sub": "somebody"}, key, algorithms=[alg])
    print(alg, "listed: signed,", [str(each.message) for each in told] or "no warning")
PYTHON
grep -q "^EdDSA unlisted: .*not recommended" "$folder/seen"
grep -q "^Ed25519 unlisted: .*not recommended" "$folder/seen"
grep -q "^EdDSA listed: signed, .*RFC 9864" "$folder/seen"
grep -q "^Ed25519 listed: signed, no warning" "$folder/seen"

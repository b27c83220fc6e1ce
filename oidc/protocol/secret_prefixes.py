"""How every secret that we hand out begins, so that secret scanners find a leak.

A new kind stands here first; `docs/security.md` lists the same, with the pattern for a scanner.
"""

from collections.abc import Mapping
from typing import Literal

Kind = Literal["code", "access", "refresh", "challenge", "device"]
"""What a sealed reference to a grant is for (`oidc.tokens.sealed`)."""

SEALED: Mapping[Kind, str] = {
    "code": "qac_",
    "access": "qat_",
    "refresh": "qrt_",
    "challenge": "qas_",
    "device": "qdc_",
}
CLIENT_SECRET = "qcs_"
REGISTRATION_ACCESS_TOKEN = "qcr_"

PREFIXES = (*SEALED.values(), CLIENT_SECRET, REGISTRATION_ACCESS_TOKEN)

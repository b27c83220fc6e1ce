"""Client ids in paths: one that is itself an address has slashes, where a path would be cut."""

import base64
import binascii

MARK = "="


def segment_of(client_id: str) -> str:
    """The id as one segment of a path: as it is, or ``=`` and its base64url where it must be."""
    if "/" not in client_id and not client_id.startswith(MARK):
        return client_id
    return MARK + base64.urlsafe_b64encode(client_id.encode()).decode().rstrip("=")


def id_of(segment: str) -> str:
    """The id that a segment stands for; what stands for none is given back as it is."""
    if not segment.startswith(MARK):
        return segment
    encoded = segment.removeprefix(MARK)
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return segment

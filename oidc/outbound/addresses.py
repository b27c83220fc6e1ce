"""Which network addresses a stranger may make our server connect to."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

# Python calls these global, some of its versions at least. The first five lead to an IPv4 address
# of the sender's choice; then site-local (RFC 3879), for documents (RFC 9637), segment routing
# (RFC 9602), what is thrown away (RFC 6666), and what stands for itself alone (RFC 7600).
_NOT_PUBLIC = tuple(
    ip_network(block)
    for block in (
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.88.99.0/24"),
        *("fec0::/10", "3fff::/20", "5f00::/16", "100::/64", "192.0.0.8/32"),
    )
)


def is_public(address: str, also: Sequence[IPv4Network | IPv6Network] = ()) -> bool:
    """Whether ``address`` belongs to the public internet, or to one of the networks ``also``.

    Private, loopback, link-local, shared (CGNAT), multicast and reserved addresses do not, nor do
    IPv6 forms that carry an IPv4 address within (RFC 6890, RFC 4291 2.5.5).
    """
    parsed = _parse(address)
    if parsed is None:
        return False
    if any(parsed.version == network.version and parsed in network for network in also):
        return True
    if isinstance(parsed, IPv6Address) and (parsed.ipv4_mapped or parsed.scope_id):
        return False
    if parsed.is_multicast or parsed.is_reserved or not parsed.is_global:
        return False
    return not any(parsed.version == net.version and parsed in net for net in _NOT_PUBLIC)


def is_loopback(address: str) -> bool:
    """Whether ``address`` is 127.0.0.0/8 or ::1, and nothing that merely leads there."""
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return False
    return parsed is not None and parsed.is_loopback


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None

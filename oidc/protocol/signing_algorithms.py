"""What answers can be signed with (RFC 7518 3.1, RFC 8037 3.1)."""

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Each with a published key of its own; the first is the default (OpenID Connect Core 15.1)."""
MANDATORY = "RS256"
"""What every provider signs with (OpenID Connect Discovery 3)."""
FAPI2_ALGS = ("PS256", "ES256", "EdDSA")
"""What may be signed with under the FAPI 2.0 Security Profile (5.4.1)."""

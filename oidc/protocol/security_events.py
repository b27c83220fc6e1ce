"""The words of Security Event Tokens (RFC 8417), the Shared Signals Framework 1.0, CAEP 1.0 and
RISC 1.0."""

READ, MANAGE = "ssf.read", "ssf.manage"
"""The scopes of a receiver (CAEP Interoperability Profile 2.7.3)."""
SCOPES = (READ, MANAGE)
TYPE = "secevent+jwt"
"""``typ`` of a token (RFC 8417 2.3), in the only spelling that every receiver takes."""
PUSH, POLL = "urn:ietf:rfc:8935", "urn:ietf:rfc:8936"
"""How events are delivered (SSF 6.1)."""
ENABLED, PAUSED, DISABLED = "enabled", "paused", "disabled"
STATUSES = (ENABLED, PAUSED, DISABLED)
"""Of a stream (SSF 8.1.2.1)."""

_SSF = "https://schemas.openid.net/secevent/ssf/event-type/"
_CAEP = "https://schemas.openid.net/secevent/caep/event-type/"
_RISC = "https://schemas.openid.net/secevent/risc/event-type/"

VERIFICATION = "verification"
STREAM_UPDATED = "stream-updated"
SESSION_REVOKED = "session-revoked"
CREDENTIAL_CHANGE = "credential-change"
TOKEN_CLAIMS_CHANGE = "token-claims-change"
ACCOUNT_DISABLED = "account-disabled"
ACCOUNT_ENABLED = "account-enabled"
ACCOUNT_PURGED = "account-purged"

EVENT_TYPES = {
    SESSION_REVOKED: f"{_CAEP}session-revoked",
    CREDENTIAL_CHANGE: f"{_CAEP}credential-change",
    TOKEN_CLAIMS_CHANGE: f"{_CAEP}token-claims-change",
    ACCOUNT_DISABLED: f"{_RISC}account-disabled",
    ACCOUNT_ENABLED: f"{_RISC}account-enabled",
    ACCOUNT_PURGED: f"{_RISC}account-purged",
}
"""What happens to people, by the names that are used here: ``events_supported``."""
STREAM_EVENT_TYPES = {
    VERIFICATION: f"{_SSF}verification",
    STREAM_UPDATED: f"{_SSF}stream-updated",
}
"""What a stream says of itself, whatever was requested (SSF 8.1.4, 8.1.5)."""
OF_CAEP = frozenset({SESSION_REVOKED, CREDENTIAL_CHANGE, TOKEN_CLAIMS_CHANGE})
"""Those with the members that every event of CAEP may have (CAEP 2)."""

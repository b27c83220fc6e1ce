"""Indexes by which PostgreSQL finds people by parts of what they are called.

They index expressions, so that the database keeps them true whoever writes an account, and need no
extension. The other databases read the table instead.
"""

from sqlalchemy import DDL, Table, event

NAME_PARTS = (
    "(string_to_array(lower(name::text), NULL)"
    " || string_to_array(regexp_replace(lower(name::text), '(..)', '\\1' || chr(10), 'g'), chr(10))"
    " || string_to_array(regexp_replace(substr(lower(name::text), 2), '(..)', '\\1' || chr(10),"
    " 'g'), chr(10)))"
)
"""Every character of a name, and every two that follow one another, as an array."""
EMAIL = "lower(email::text)"
PHONE_END = "right(phone::text, 4)"
EMAIL_DOMAIN = "substring(lower(email::text), '[^@]*$')"
"""What follows the last ``@``."""

INDEXES = {
    "ix_account_name_parts": f"USING gin ({NAME_PARTS})",
    "ix_account_email_lower": f"({EMAIL} text_pattern_ops)",
    "ix_account_phone_end": f"({PHONE_END})",
    "ix_account_email_domain": f"(({EMAIL_DOMAIN})) WHERE email_verified",
}
NAMES = frozenset(INDEXES)


def create_with(accounts: Table) -> None:
    """Has them made whenever the table is."""
    for name, index in INDEXES.items():
        create = DDL(f"CREATE INDEX {name} ON account {index}").execute_if(dialect="postgresql")
        event.listen(accounts, "after_create", create)

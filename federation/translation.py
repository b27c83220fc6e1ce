"""Marks sentences for translation without translating them here.

Federation knows no web framework and no person's language; whoever shows a sentence looks it up
as a message id (extract with ``pybabel extract -k N_``).
"""


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools know
    """The message itself, now visible to the extractor."""
    return message

"""Where log lines go, and that one record is one line whatever a stranger has put into it.

User names, paths and what other servers answer end up in messages, also in those of libraries: a
line break in one would let its sender write lines of their own. So it is the record that escapes,
before any handler sees it; ours keeps the lines of a traceback apart as well.
"""

import logging

FORMAT = "%(levelname)s:%(name)s:%(message)s"
CONTINUED = "    | "
"""Before the second and later lines of a record: no line of a record's own begins so."""


class OneLineRecord(logging.LogRecord):
    """A record whose message holds nothing that could end a line or steer a terminal."""

    def getMessage(self) -> str:  # noqa: N802 - logging's name
        return escaped(super().getMessage())


class TracebackFormatter(logging.Formatter):
    """Escapes each line of a traceback, whose last ones may be anybody's words, and marks it."""

    def format(self, record: logging.LogRecord) -> str:
        first, *more = super().format(record).splitlines() or [""]
        return "\n".join([escaped(first), *(CONTINUED + escaped(line) for line in more)])


def escaped(text: str) -> str:
    """The text with what cannot be printed written as in Python: ``\\n``, ``\\u202e``."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def setup_logs(level: str, formatter: logging.Formatter | None = None) -> None:
    """Escapes every record of this process; writes to stderr unless somebody else sees to that."""
    logging.setLogRecordFactory(OneLineRecord)
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(formatter or TracebackFormatter(FORMAT))
        root.addHandler(handler)
        root.setLevel(level)
        if root.level > logging.DEBUG:  # `db upgrade` says itself what it does
            logging.getLogger("alembic").setLevel(logging.WARNING)

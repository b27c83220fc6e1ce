"""How much a connection may ask of us before a thread works for it, and after."""

from dataclasses import dataclass

KIB = 1024
UPLOADS = frozenset({"/admin/accounts/import"})
"""Where a body may be a file."""
LONGER = ("/admin/", "/api/v1/")
"""Where addresses begin at which administrators send pictures and pages of text."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Times in seconds, sizes in bytes, of one process.

    Where more requests are unfinished than may be, the one that has been for longest is ended with
    its connection: a flood of slow heads and bodies turns against itself, and whoever asks at once
    is answered.
    """

    connections: int = 16000
    """Further ones are ended at once: file handles are few."""
    unfinished: int = 3000
    """Connections without a whole request; each costs a file handle and a few kilobytes."""
    unfinished_of_one: int = 300
    """The same of one address that is no proxy of ours."""
    head_bytes: int = 64 * KIB
    head_time: float = 10.0
    """From the connection, or from the first byte of a later request, to the end of the head."""
    body_bytes: int = 256 * KIB
    """A request object or a form is far smaller."""
    longer_bytes: int = 2 * KIB * KIB
    """Of what administrators send: `LONGER`."""
    body_time: float = 20.0
    bodies: int = 64 * KIB * KIB
    """Of all bodies together that have not arrived whole."""
    upload_bytes: int = 128 * KIB * KIB
    """A file of a million people for the console: `UPLOADS`. Kept in a temporary file."""
    upload_time: float = 600.0
    uploads: int = 2
    """At once; they take nothing of ``bodies``, so that they keep nobody else out."""
    idle_time: float = 75
    """Longer than nginx keeps an idle connection (60), which must not be closed under its hands."""
    reader_time: float = 60.0
    """In which a reader must have taken what was sent before."""
    last_call: float = 1.0
    """In which a request that is on its way arrives, when the server is stopped: a proxy that had
    connected gets an answer, where it must not ask another node again (RFC 9110 9.2.2)."""
    grace: int = 15
    """For requests under way when the server is stopped; a source answers, or is given up, in 8."""

    def body_bytes_of(self, path: str) -> int:
        """The most that a body at this address may have."""
        if path in UPLOADS:
            return self.upload_bytes
        return self.longer_bytes if path.startswith(LONGER) else self.body_bytes

    def body_time_of(self, path: str) -> float:
        """Seconds in which it must have arrived."""
        return self.upload_time if path in UPLOADS else self.body_time

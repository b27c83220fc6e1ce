"""What holds for one sign-in: what was declared, what was entered, what was chosen, together."""

from dataclasses import dataclass

from federation.connections import Connection
from federation.credentials import Credential
from federation.oauth.claim_map import NAMES, ClaimMap
from federation.oauth.metadata import Server
from federation.oauth.preset import Preset

YES = "yes"


@dataclass(frozen=True)
class Agreement:
    """One connection's, with the provider's addresses.

    A field of the credential or an option of the mode stands before what the preset says, under the
    preset's own names; of a claim under ``claim_`` and its name.
    """

    preset: Preset
    connection: Connection
    server: Server

    @property
    def credential(self) -> Credential:
        return self.connection.credential

    @property
    def client_id(self) -> str:
        return self.credential["client_id"] or self.credential.id

    @property
    def client_secret(self) -> str:
        return self.credential["client_secret"]

    @property
    def scope(self) -> str:
        """What is asked for, with what an administrator wants for tokens besides."""
        parted = (*self.said("scope").split(), *self.said("more_scope").split())
        return " ".join(dict.fromkeys(parted))

    @property
    def claims(self) -> ClaimMap:
        preset = self.preset.claims
        said = {name: self.said(f"claim_{name}") or getattr(preset, name) for name in NAMES}
        return ClaimMap(**said)

    @property
    def authentication(self) -> str:
        """How we authenticate at the token endpoint."""
        if said := self.said("authentication"):
            return said
        if not self.client_secret:
            return "private_key_jwt" if self.credential["private_key"] else "none"
        offered = self.server.authentication
        return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"

    def said(self, name: str) -> str:
        """What was chosen for the connection, else entered at the credential, else declared."""
        return said(self.connection, self.preset, name)

    def is_on(self, name: str) -> bool:
        """Whether an administrator has switched something on."""
        return self.said(name) == YES


def said(connection: Connection, preset: Preset, name: str) -> str:
    """See `Agreement.said`; an address that was declared has the credential's values filled in."""
    typed = connection.options.get(name) or connection.credential[name]
    if typed:
        return typed
    declared = getattr(preset, name, "")
    if not isinstance(declared, str):
        return ""
    return declared.format_map(connection.credential.values) if "{" in declared else declared

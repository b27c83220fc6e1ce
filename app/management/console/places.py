"""The places of the console, in the order of its navigation.

A page joins by a line here: its endpoint, what it is called, its drawing
(`templates/admin/parts/icons.html`), and who sees it. Its template says ``{% set place = ... %}``
with that endpoint.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.administrators.roles import Role, may
from app.management.console import labels
from app.web.i18n import said as _
from federation.translation import N_


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation.

    :param endpoint: of the console's blueprint, without ``admin.``.
    :param name: message id; empty for what the sources call their credentials.
    :param needed: the role that opens it; others do not see it.
    """

    endpoint: str
    name: str
    icon: str
    needed: Role = "viewer"

    @property
    def said(self) -> str:
        """What it is called, in the language of the page."""
        return _(self.name) if self.name else labels.credentials_title()


@dataclass(frozen=True, slots=True)
class Group:
    """Places that belong together; without a name, those that stand alone."""

    name: str
    places: tuple[Place, ...]

    @property
    def said(self) -> str:
        return _(self.name) if self.name else ""


GROUPS = (
    Group(
        "",
        (
            Place("home", N_("Home"), "home"),
            Place("overview_page", N_("Overview"), "chart"),
        ),
    ),
    Group(
        N_("Sign-in"),
        (
            Place("applications", N_("Applications"), "application"),
            Place("connections", N_("Connections"), "connection"),
            Place("matrix", N_("Enabled connections"), "matrix"),
            Place("credentials", "", "credential"),
            Place("apis", N_("APIs"), "api"),
            Place("own_look", N_("Branding"), "brand"),
        ),
    ),
    Group(
        N_("People"),
        (
            Place("accounts", N_("Accounts"), "people"),
            Place("groups", N_("Groups"), "group"),
            Place("access_requests", N_("Requests"), "in"),
            Place("conflicts", N_("Conflicts"), "conflict"),
        ),
    ),
    Group(
        N_("Operation"),
        (
            Place("log", N_("Log"), "log"),
            Place("notifications", N_("Notifications"), "bell"),
            Place("keys", N_("Signing keys"), "key"),
            Place("domain_files", N_("Domain files"), "file"),
            Place("team", N_("Administrators"), "administrator", "owner"),
        ),
    ),
)


def groups_for(role: str) -> Iterator[tuple[str, list[Place]]]:
    """What somebody of this role sees: each group's name, and its places."""
    for group in GROUPS:
        if shown := [one for one in group.places if may(role, one.needed)]:
            yield group.said, shown

"""The tables that app owns, by who they are about; one metadata for all (``declaration``).

``people`` are accounts, their keys, sessions and what happened; ``administrators`` those who run
the deployment; ``branding`` what applications look like. ``refusals`` say why applications were
refused, and ``domain_files`` are what proves a domain, ``pushes`` when a source has pushed last.
``webhooks`` are those who are told of events, and what is on its way to them. ``groups`` are those
of people, and who may come in to an application; ``statistics`` are numbers of each hour. ``jobs``
is work on many accounts, ``erasures`` who was erased; ``people_search`` has the indexes by which
PostgreSQL finds parts of a name. ``passkeys`` are people's own, and
``source_tokens`` what they have at sources.
"""

# All are declared together, whichever of them somebody asks for: migrations, copies of a database
# and tests go by what is declared.
from app.tables import (
    administrators,
    branding,
    domain_files,
    erasures,
    groups,
    jobs,
    passkeys,
    people,
    people_search,
    pushes,
    refusals,
    source_tokens,
    statistics,
    webhooks,
)

__all__ = [
    "administrators",
    "branding",
    "domain_files",
    "erasures",
    "groups",
    "jobs",
    "passkeys",
    "people",
    "people_search",
    "pushes",
    "refusals",
    "source_tokens",
    "statistics",
    "webhooks",
]

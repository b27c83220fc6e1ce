"""The source and the credential that a command names, or the end of the command."""

from app.elements import current_federation
from app.management.cli.command import refuse
from app.management.cli.deployment import session
from federation import Credential, Source


def load_source(source_id: str) -> Source:
    source = current_federation().sources.get(source_id)
    if source is None:
        known = ", ".join(one.id for one in current_federation().sources)
        refuse(f"There is no source {source_id}; there are: {known}.")
    return source


def load(source: Source, credential_id: str) -> Credential:
    known = current_federation().credentials.of(source.id).get(session(), credential_id)
    if known is None:
        refuse(f"There is no credential {credential_id} of {source.name}.")
    return known

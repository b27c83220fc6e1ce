"""Every operation of the API. What is not listed here does not exist."""

from app.management.api.operation import Operation
from app.management.api.resources import (
    account_jobs,
    account_lists,
    accounts,
    administrators,
    apis,
    branding,
    clients,
    conflicts,
    connections,
    credentials,
    domain_files,
    enablements,
    events,
    keys,
    merges,
    people,
    presets,
    wechat_apps,
)

OPERATIONS: tuple[Operation, ...] = (
    *wechat_apps.OPERATIONS,
    *credentials.OPERATIONS,
    *connections.OPERATIONS,
    *domain_files.OPERATIONS,
    *clients.OPERATIONS,
    *presets.OPERATIONS,
    *enablements.OPERATIONS,
    *apis.OPERATIONS,
    *branding.OPERATIONS,
    *account_lists.OPERATIONS,
    *accounts.OPERATIONS,
    *people.OPERATIONS,
    *account_jobs.OPERATIONS,
    *merges.OPERATIONS,
    *conflicts.OPERATIONS,
    *events.OPERATIONS,
    *keys.OPERATIONS,
    *administrators.OPERATIONS,
)

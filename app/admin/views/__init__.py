"""A module for each screen; ``VIEWS`` is what exists."""

from app.admin.views import (
    accounts,
    application_claims,
    application_sources,
    application_switches,
    applications,
    code,
    connections,
    home,
    keys,
    log,
    merging,
    profile,
    sign_in,
    team,
    trying,
    wechat_apps,
)

VIEWS = (
    sign_in,
    home,
    wechat_apps,
    connections,
    applications,
    application_sources,
    application_claims,
    application_switches,
    trying,
    code,
    accounts,
    merging,
    log,
    keys,
    team,
    profile,
)

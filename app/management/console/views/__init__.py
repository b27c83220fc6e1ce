"""A module for each screen; ``VIEWS`` is what exists.

A view asks ``access`` first, reads through ``desk``, and changes things by the services. Screens of
one thing begin with its name: ``applications`` is the list and the settings, ``application_claims``
what an application learns, and so on. ``preview`` is what the frames of a look show.
"""

from app.management.console.views import (
    accounts,
    apis,
    application_branding,
    application_claims,
    application_sources,
    application_switches,
    applications,
    code,
    connection_check,
    connections,
    credentials,
    domain_files,
    home,
    keys,
    log,
    merging,
    moving,
    preview,
    profile,
    programs,
    quick_start,
    sign_in,
    team,
    trying,
)

VIEWS = (
    sign_in,
    home,
    credentials,
    moving,
    connections,
    connection_check,
    domain_files,
    applications,
    programs,
    application_branding,
    preview,
    application_sources,
    application_claims,
    application_switches,
    trying,
    quick_start,
    code,
    apis,
    accounts,
    merging,
    log,
    keys,
    team,
    profile,
)

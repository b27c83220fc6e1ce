"""Mounts the provider in a Flask application: ``ENDPOINTS`` is what exists."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response

from oidc.authentication.server import TokenServer
from oidc.authorization import endpoint as authorization
from oidc.authorization.response import FORM_SCRIPT
from oidc.endpoints.authorization_challenge import challenge
from oidc.endpoints.cors import setup_cors
from oidc.endpoints.device_authorization import authorize_device
from oidc.endpoints.discovery import configuration
from oidc.endpoints.end_session import logout
from oidc.endpoints.introspection import Introspection, introspect
from oidc.endpoints.jwks import jwks
from oidc.endpoints.pushed_authorization import push
from oidc.endpoints.registration import manage, register
from oidc.endpoints.revocation import Revocation, revoke
from oidc.endpoints.ssf_configuration import (
    protected_resource,
    protected_resource_inserted,
    ssf_configuration,
    ssf_configuration_inserted,
)
from oidc.endpoints.ssf_poll import ssf_poll
from oidc.endpoints.ssf_status import ssf_status
from oidc.endpoints.ssf_streams import ssf_streams
from oidc.endpoints.ssf_subjects import ssf_subjects_add, ssf_subjects_remove
from oidc.endpoints.ssf_verification import ssf_verify
from oidc.endpoints.token import token
from oidc.endpoints.userinfo import userinfo
from oidc.protocol.endpoint_paths import (
    DESCRIPTION_PATHS,
    ENDPOINT_PATHS,
    PROTECTED_RESOURCE_PATH,
    REGISTRATION_PATH,
    SSF_CONFIGURATION_PATH,
    SSF_PATHS,
    SSF_POLL_PATH,
    resumption_path,
)
from oidc.provider import Provider

GET = ("GET",)
POST = ("POST",)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route of the provider."""

    path: str
    view: Callable[..., Any]
    methods: tuple[str, ...]


def form_post_script() -> Response:
    """The script that submits a form_post response."""
    return Response(FORM_SCRIPT, mimetype="text/javascript")


ENDPOINTS = (
    *(Endpoint(path, configuration, GET) for path in DESCRIPTION_PATHS),
    Endpoint(ENDPOINT_PATHS["jwks_uri"], jwks, GET),
    Endpoint(ENDPOINT_PATHS["authorization_endpoint"], authorization.authorize, GET + POST),
    Endpoint(resumption_path("<interaction_id>"), authorization.resume, GET),
    Endpoint("/form-post.js", form_post_script, GET),
    Endpoint(ENDPOINT_PATHS["token_endpoint"], token, POST),
    Endpoint(ENDPOINT_PATHS["userinfo_endpoint"], userinfo, GET + POST),
    Endpoint(ENDPOINT_PATHS["revocation_endpoint"], revoke, POST),
    Endpoint(ENDPOINT_PATHS["introspection_endpoint"], introspect, POST),
    Endpoint(ENDPOINT_PATHS["authorization_challenge_endpoint"], challenge, POST),
    Endpoint(ENDPOINT_PATHS["pushed_authorization_request_endpoint"], push, POST),
    Endpoint(ENDPOINT_PATHS["device_authorization_endpoint"], authorize_device, POST),
    Endpoint(ENDPOINT_PATHS["end_session_endpoint"], logout, GET + POST),
    Endpoint(REGISTRATION_PATH, register, POST),
    Endpoint(f"{REGISTRATION_PATH}/<client_id>", manage, (*GET, "PUT", "DELETE")),
    Endpoint(SSF_CONFIGURATION_PATH, ssf_configuration, GET),
    Endpoint(f"{SSF_CONFIGURATION_PATH}/<path:path>", ssf_configuration_inserted, GET),
    Endpoint(PROTECTED_RESOURCE_PATH, protected_resource, GET),
    Endpoint(f"{PROTECTED_RESOURCE_PATH}/<path:path>", protected_resource_inserted, GET),
    Endpoint(
        SSF_PATHS["configuration_endpoint"],
        ssf_streams,
        (*GET, *POST, "PUT", "PATCH", "DELETE"),
    ),
    Endpoint(SSF_PATHS["status_endpoint"], ssf_status, GET + POST),
    Endpoint(SSF_PATHS["add_subject_endpoint"], ssf_subjects_add, POST),
    Endpoint(SSF_PATHS["remove_subject_endpoint"], ssf_subjects_remove, POST),
    Endpoint(SSF_PATHS["verification_endpoint"], ssf_verify, POST),
    Endpoint(f"{SSF_POLL_PATH}/<stream_id>", ssf_poll, POST),
)

PLAIN_PATHS = tuple(endpoint.path for endpoint in ENDPOINTS if "<" not in endpoint.path)
"""Routes that a host may find by their path alone."""


def use_provider(app: Flask, provider: Provider) -> None:
    """Lets the endpoints reach this provider from now on."""
    server = TokenServer(provider)
    for grant, extensions in provider.grant_types:
        server.register_grant(grant, list(extensions))
    for endpoint in (Revocation, Introspection):
        server.register_endpoint(endpoint)
    app.extensions["oidc"] = provider
    app.extensions["oidc_token_server"] = server


def setup_oidc(app: Flask) -> Blueprint:
    """Mounts every endpoint; the blueprint, so that the host can exempt it from its own checks."""
    blueprint = Blueprint("oidc", __name__)
    for route in ENDPOINTS:
        blueprint.add_url_rule(
            route.path,
            f"{route.view.__name__}:{route.path}".replace(".", "_"),
            route.view,
            methods=list(route.methods),
        )
    setup_cors(app)
    app.register_blueprint(blueprint)
    return blueprint

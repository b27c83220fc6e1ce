"""Options that describe a client, and the registration document that they make."""

from collections.abc import Callable
from typing import Any

import click

_OPTIONS = (
    click.option("--name", "client_name", help="What people see."),
    click.option(
        "--redirect-uri", "redirect_uris", multiple=True, help="Where answers go; repeat it."
    ),
    click.option(
        "--post-logout-redirect-uri",
        "post_logout_redirect_uris",
        multiple=True,
        help="Where people go after signing out.",
    ),
    click.option("--backchannel-logout-uri", help="Is told when a session ends."),
    click.option("--frontchannel-logout-uri", help="Is opened when a session ends."),
    click.option("--grant-type", "grant_types", multiple=True, help="Repeat it for each."),
    click.option("--auth-method", "token_endpoint_auth_method", help="How it authenticates."),
    click.option("--jwks-uri", help="Where its public keys are."),
    click.option("--scope", help="The scopes that it may ask for; all when left out."),
    click.option("--logo-uri", help="Its logo, shown on the consent page."),
    click.option("--policy-uri", help="Its privacy policy."),
    click.option("--tos-uri", help="Its terms of service."),
    click.option("--profile", type=click.Choice(["fapi2"]), help="Enforce a security profile."),
    click.option(
        "--access-token-format",
        type=click.Choice(["opaque", "jwt"]),
        help="opaque, or JWT (RFC 9068).",
    ),
    click.option("--subject-type", type=click.Choice(["public", "pairwise"])),
    click.option(
        "--first-party/--third-party",
        default=None,
        help="Ours: no consent page, in-app sign-in allowed.",
    ),
    click.option(
        "--mobile-app",
        "mobile_app_ids",
        multiple=True,
        metavar="APPID",
        help="What a source calls its mobile app, such as an AppID (wx…);"
        " Android, iOS and HarmonyOS share one.",
    ),
    click.option("--require-pkce/--no-pkce", default=None, help="For confidential clients."),
    click.option("--introspects-any/--introspects-own", default=None, help="For resource servers."),
)


def metadata_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that `add` and `change` share."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def members(options: dict[str, Any]) -> dict[str, Any]:
    """The members of a registration document that the options name."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in options.items()
        if value is not None and value != ()
    }


def starting_document(native: bool, options: dict[str, Any]) -> dict[str, Any]:
    """The document of a new client, with the defaults that suit most."""
    defaults: dict[str, Any] = {"grant_types": ["authorization_code", "refresh_token"]}
    if native:
        defaults |= {"application_type": "native", "token_endpoint_auth_method": "none"}
    return defaults | members(options)

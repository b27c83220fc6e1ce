"""Options that describe a client, and the registration document that they make."""

from collections.abc import Callable
from typing import Any

import click

from oidc.clients.field_values import FALLBACKS

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
    click.option(
        "--require-pkce/--no-pkce",
        default=None,
        help="Of confidential clients: PKCE, or nothing; PKCE or a nonce when left out.",
    ),
    click.option(
        "--only-this-auth-method/--either-secret-method",
        "require_registered_auth_method",
        default=None,
        help="Whether a secret must come in the registered way, Basic or form, alone.",
    ),
    click.option(
        "--rotate-refresh-tokens/--keep-refresh-tokens",
        default=None,
        help="Of confidential clients; public ones always rotate theirs.",
    ),
    click.option(
        "--claims-in-id-token/--claims-in-userinfo",
        default=None,
        help="Tell profile claims in the ID token too, for programs that read nothing else.",
    ),
    click.option(
        "--fallback",
        "claim_fallbacks",
        multiple=True,
        type=click.Choice(FALLBACKS),
        help="Make this claim up for people who have none; repeat it.",
    ),
    click.option(
        "--email-fallback-domain",
        metavar="DOMAIN",
        help="Of made-up e-mail addresses; this server's own host when left out.",
    ),
    click.option(
        "--assertion-audience",
        type=click.Choice(["issuer", "any-endpoint"]),
        help="any-endpoint lets assertions name the token endpoint instead of the issuer.",
    ),
    click.option("--introspects-any/--introspects-own", default=None, help="For resource servers."),
)


def metadata_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that `add` and `change` share."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def members(options: dict[str, Any]) -> dict[str, Any]:
    """The members of a registration document that the options name."""
    given = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in options.items()
        if value is not None and value != ()
    }
    if "require_pkce" in given:
        given["require_nonce_or_pkce"] = False
    return given


def starting_document(native: bool, options: dict[str, Any]) -> dict[str, Any]:
    """The document of a new client, with the defaults that suit most."""
    defaults: dict[str, Any] = {"grant_types": ["authorization_code", "refresh_token"]}
    if native:
        defaults |= {"application_type": "native", "token_endpoint_auth_method": "none"}
    return defaults | members(options)

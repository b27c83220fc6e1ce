"""What is wrong with a client's metadata, in the admin's language.

`oidc` says it as the predicate of a sentence about a member ("must be ..."), in English.
"""

import re

from flask_babel import gettext as _

from federation.translation import N_

_REGISTRATION = "https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata"
_RFC = "https://www.rfc-editor.org/rfc/"
HELP = {
    "redirect_uris": _RFC + "rfc9700#section-2.1",
    "post_logout_redirect_uris": "https://openid.net/specs/openid-connect-rpinitiated-1_0.html",
    "grant_types": _RFC + "rfc7591#section-2",
    "token_endpoint_auth_method": _RFC + "rfc7591#section-2",
    "jwks": _RFC + "rfc7517#section-5",
    "jwks_uri": _REGISTRATION,
    "id_token_signed_response_alg": _REGISTRATION,
    "access_token_format": _RFC + "rfc9068",
    "scope": _RFC + "rfc6749#section-3.3",
    "assertion_audience": _RFC + "rfc7523#section-3",
    "subject_type": "https://openid.net/specs/openid-connect-core-1_0.html#SubjectIDTypes",
    "sector_identifier_uri": _REGISTRATION,
    "backchannel_logout_uri": "https://openid.net/specs/openid-connect-backchannel-1_0.html",
    "frontchannel_logout_uri": "https://openid.net/specs/openid-connect-frontchannel-1_0.html",
    "dpop_bound_access_tokens": _RFC + "rfc9449",
    "require_pushed_authorization_requests": _RFC + "rfc9126",
    "require_signed_request_object": _RFC + "rfc9101",
    "profile": "https://openid.net/specs/fapi-security-profile-2_0-final.html",
    "require_pkce": _RFC + "rfc7636",
    "resource": _RFC + "rfc8707#section-2",
    "introspected_by": _RFC + "rfc7662",
    "token_format": _RFC + "rfc9068",
}
"""Where the specification says what a field means, by the field's name."""

LABELS = {
    "redirect_uris": N_("Redirect URIs"),
    "post_logout_redirect_uris": N_("Addresses after signing out"),
    "mobile_app_ids": N_("Ids that sources give to its mobile apps"),
    "client_name": N_("Name"),
    "client_name#zh-CN": N_("Name in Chinese"),
    "grant_types": N_("Grants"),
    "token_endpoint_auth_method": N_("How it authenticates"),
    "jwks": N_("Public keys (JWKS)"),
    "jwks_uri": N_("Address of its public keys"),
    "id_token_signed_response_alg": N_("ID token algorithm"),
    "access_token_format": N_("Access tokens"),
    "scope": N_("Scopes"),
    "code_lifetime": N_("Code lifetime"),
    "access_token_lifetime": N_("Access token lifetime"),
    "id_token_lifetime": N_("ID token lifetime"),
    "refresh_token_lifetime": N_("Refresh token lifetime"),
    "refresh_token_absolute_lifetime": N_("Refresh tokens end after"),
    "claim_fallbacks": N_("Made up for people who have none"),
    "email_fallback_domain": N_("Domain of made-up addresses"),
    "assertion_audience": N_("Whom its assertions are addressed to"),
    "subject_type": N_("Subject"),
    "sector_identifier_uri": N_("Sector identifier"),
    "logo_uri": N_("Logo"),
    "client_uri": N_("Home page"),
    "policy_uri": N_("Privacy policy"),
    "tos_uri": N_("Terms of service"),
    "backchannel_logout_uri": N_("Back-channel logout address"),
    "frontchannel_logout_uri": N_("Front-channel logout address"),
    "profile": N_("Security profile"),
    "id": N_("ID"),
    "resource": N_("Resource identifier"),
    "name": N_("Name"),
    "scopes": N_("Scopes"),
    "default_scopes": N_("Scopes unless the application says"),
    "token_format": N_("Access tokens"),
    "token_lifetime": N_("Access token lifetime"),
    "introspected_by": N_("Applications that may introspect"),
}

PREDICATES = frozenset(
    {
        N_("must hold at least one URI for the authorization_code grant"),
        N_("must not be empty"),
        N_("must not hold client_credentials for a client that cannot authenticate"),
        N_("must be a list of strings"),
        N_("must be a well-formed URI"),
        N_("must begin with a scheme in lower case"),
        N_("must not hold parameters that the response adds, such as code or state"),
        N_("must not hold user information"),
        N_("must name one host, without wildcards, and a port below 65536"),
        N_("must not hold dot segments in its path"),
        N_("must name a host"),
        N_("must not use a scheme that browsers or other applications handle themselves"),
        N_("must use https, as this is a web application"),
        N_("must use a scheme made of a domain name in reverse, such as com.example.app"),
        N_("must use https; http is for the loopback address alone"),
        N_("must not hold control or text direction characters"),
        N_("must be a URL"),
        N_("must be a list of the ids that a source gives to mobile apps"),
        N_("must be a string of scopes separated by spaces"),
        N_("must hold printable ASCII scopes without quotes or backslashes"),
        N_("must not be sent together with jwks_uri"),
        N_("must be a JSON object"),
        N_("must hold public keys only"),
        N_("must be well-formed RSA, EC or OKP keys"),
        N_("must hold at least one RSA, EC or OKP key of a supported curve"),
        N_("must be private_key_jwt under the FAPI 2.0 profile"),
        N_("must be PS256, ES256 or EdDSA under the FAPI 2.0 profile"),
        N_("must be sent for pairwise subjects unless all redirect_uris have the same host"),
        N_("must have the scheme, host and port of a redirect URI"),
        N_("must be valid JSON"),
        N_("must not hold spaces, quotes or control characters"),
        N_("must name each scope once"),
        N_("must not hold scopes that have a meaning here already, such as openid"),
        N_("must be among its scopes, or be one of a person's such as openid"),
        N_("must be 1 to 32 lower-case letters, digits and hyphens"),
        N_("must stay: tokens and consents name it"),
        N_("must not be an address of this server itself"),
        N_("must name applications that are registered here"),
        N_("must be a domain name, such as people.example.com"),
    }
)
"""Those that an admin meets; any other is shown in English."""

WITH_VALUES = (
    (
        re.compile(r"must be an absolute URI of at most (?P<most>\d+) ASCII .*"),
        N_(
            "must be an absolute URI of at most %(most)s ASCII characters without fragment, "
            "spaces, backslashes or control characters; other letters are "
            "written as xn-- in a host and with percent signs in a path"
        ),
    ),
    (
        re.compile(r"must be a string of 1 to (?P<most>\d+) characters"),
        N_("must be a string of 1 to %(most)s characters"),
    ),
    (
        re.compile(r"must be a list of at most (?P<most>\d+) strings"),
        N_("must be a list of at most %(most)s strings"),
    ),
    (
        re.compile(r"must be a number of whole seconds from (?P<least>\d+) to (?P<most>\d+)"),
        N_("must be a number of whole seconds from %(least)s to %(most)s"),
    ),
    (
        re.compile(r"must be an absolute URI of at most (?P<most>\d+) characters"),
        N_("must be an absolute URI of at most %(most)s characters"),
    ),
    (
        re.compile(r"must be one line of at most (?P<most>\d+) characters"),
        N_("must be one line of at most %(most)s characters"),
    ),
    (
        re.compile(r"must be described in one line of at most (?P<most>\d+) characters"),
        N_("must be described in one line of at most %(most)s characters"),
    ),
    (
        re.compile(r"must be one of (?P<known>.*), which this server signs with"),
        N_("must be one of %(known)s, which this server signs with"),
    ),
    (re.compile(r"must be one of (?P<known>.*)"), N_("must be one of %(known)s")),
    (
        re.compile(r"or jwks_uri must be sent, as (?P<member>\S+) needs the client's keys"),
        N_("or jwks_uri must be sent, as %(member)s needs the client's keys"),
    ),
)


def label(member: str) -> str:
    return str(_(LABELS[member])) if member in LABELS else member


def sentence(member: str, predicate: str) -> str:
    """The whole sentence about one member."""
    return str(_("%(what)s: %(said)s", what=label(member), said=_predicate(predicate)))


def _predicate(predicate: str) -> str:
    if predicate in PREDICATES:
        return str(_(predicate))
    for pattern, message in WITH_VALUES:
        if match := pattern.fullmatch(predicate):
            return str(_(message, **match.groupdict()))
    return predicate

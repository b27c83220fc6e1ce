"""In which members an application differs from what its program asks for, and what that does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.management.services.preset_documents import (
    CHANNELS,
    LISTS,
    addresses_of,
    origin_of,
    rules_of,
    values_in,
)
from app.management.services.presets import URL, Preset
from federation.translation import N_
from oidc.clients.metadata import ClientMetadata

SECRETS = ("client_secret_basic", "client_secret_post")
_SWITCHES: Mapping[str, tuple[str, str]] = {
    "claims_in_id_token": (
        N_("%(program)s reads the ID token alone, and the claims are not told there."),
        N_("Switch the claims in the ID token on."),
    ),
    "keep_nonce": (
        N_("%(program)s compares the nonce of refreshed ID tokens, and they have none."),
        N_("Keep the nonce."),
    ),
    "introspects_any": (
        N_("%(program)s asks about the tokens of other applications, and may not."),
        N_("Let it introspect them, or name it at the API."),
    ),
    "application_type": (
        N_("%(program)s runs on people's devices, and is registered as a web application."),
        N_("Register it as native."),
    ),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """:param matters: whether it keeps the program from signing people in.

    :param seen: with ``advice`` a message id, filled in with ``values``.
    """

    member: str
    seen: str
    advice: str
    change: Mapping[str, Any]
    matters: bool = True
    values: Mapping[str, str] = field(default_factory=dict)


def differences(own: ClientMetadata, preset: Preset) -> list[Difference]:
    """What to change so that the application is as the program wants it."""
    return [
        *_addresses(own, preset),
        *_method(own, preset),
        *_proof(own, preset),
        *_lists(own, preset),
        *_switches(own, preset),
    ]


def _addresses(own: ClientMetadata, preset: Preset) -> Iterator[Difference]:
    values = values_in(preset, own.redirect_uris)
    is_known = URL in values or not preset.needs_address
    if not is_known:
        values = {**values, URL: origin_of(own.redirect_uris) or "https://app.example.com"}
    wanted = addresses_of(preset, values)
    for member in LISTS:
        have = tuple(getattr(own, member))
        missing = [uri for uri in wanted.get(member, []) if uri not in have]
        if missing:
            yield _missing(member, have, missing, matters=not is_known)
    for member in CHANNELS:
        if member in wanted and getattr(own, member) is None:
            yield Difference(
                member,
                N_("%(program)s can be told of people who sign out, at an address of its own."),
                N_("Register the address: %(uri)s"),
                {member: wanted[member]},
                matters=False,
                values={"uri": wanted[member]},
            )


def _missing(
    member: str, have: tuple[str, ...], missing: list[str], *, matters: bool
) -> Difference:
    seen = N_("%(program)s sends people back after signing out to an address of this form.")
    if member == "redirect_uris":
        seen = N_("%(program)s has answers sent to an address that is not registered.")
    return Difference(
        member,
        seen,
        N_("Register the address: %(uri)s"),
        {member: [*have, *missing]},
        matters=matters and member == "redirect_uris",
        values={"uri": " ".join(missing)},
    )


def _method(own: ClientMetadata, preset: Preset) -> Iterator[Difference]:
    wanted = preset.client.get("token_endpoint_auth_method", "client_secret_basic")
    have = own.token_endpoint_auth_method
    either = not own.require_registered_auth_method and {wanted, have} <= set(SECRETS)
    if wanted != have and not either:
        yield Difference(
            "token_endpoint_auth_method",
            N_("%(program)s authenticates by %(wanted)s, and %(have)s is registered."),
            N_("Register that method, or set %(have)s in the program."),
            {"token_endpoint_auth_method": wanted},
            values={"wanted": wanted, "have": have},
        )


def _proof(own: ClientMetadata, preset: Preset) -> Iterator[Difference]:
    if own.is_public or "authorization_code" not in own.grant_types:
        return
    demands = own.require_pkce or own.require_nonce_or_pkce
    if preset.pkce == "none" and demands:
        yield Difference(
            "require_nonce_or_pkce",
            N_("%(program)s sends neither PKCE nor a nonce, and one of them is demanded."),
            N_("Demand neither here; there is no switch in the program."),
            {"require_pkce": False, "require_nonce_or_pkce": False},
        )
    if preset.pkce == "nonce" and own.require_pkce:
        yield Difference(
            "require_pkce",
            N_("%(program)s sends a nonce, and PKCE only where it is switched on there."),
            N_("Demand PKCE or a nonce here, or switch PKCE on in the program."),
            {"require_pkce": False, "require_nonce_or_pkce": True},
        )


def _lists(own: ClientMetadata, preset: Preset) -> Iterator[Difference]:
    grants = [one for one in rules_of(preset)["grant_types"] if one not in own.grant_types]
    if grants:
        yield Difference(
            "grant_types",
            N_("%(program)s uses grants that are not registered: %(missing)s"),
            N_("Tick them, if it should stay signed in or act as it can."),
            {"grant_types": [*own.grant_types, *grants]},
            matters="authorization_code" in grants,
            values={"missing": " ".join(grants)},
        )
    made_up = preset.client.get("claim_fallbacks", ())
    lacking = [one for one in made_up if one not in own.claim_fallbacks]
    if lacking:
        yield Difference(
            "claim_fallbacks",
            N_("%(program)s wants these of everybody, and not everybody has them: %(missing)s"),
            N_("Have them made up for people who have none."),
            {"claim_fallbacks": [*own.claim_fallbacks, *lacking]},
            matters=False,
            values={"missing": " ".join(lacking)},
        )


def _switches(own: ClientMetadata, preset: Preset) -> Iterator[Difference]:
    for member, (seen, advice) in _SWITCHES.items():
        wanted = preset.client.get(member)
        if wanted is not None and wanted != getattr(own, member):
            yield Difference(member, seen, advice, {member: wanted})

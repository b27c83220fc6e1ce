"""Tokens are believed for our reasons alone: never for what their own header asks."""

import base64
import hmac
import json
from hashlib import sha512
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.errors import InvalidKeyTypeError
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey

from oidc.crypto import jwt
from oidc.crypto.jwt import Unverifiable
from oidc.crypto.public_keys import read_key

RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"})
SECRET = OctKey.import_key(b"s" * 32)
KEYS: dict[str, Key] = {"RS256": RSA, "PS256": RSA, "ES256": EC, "EdDSA": ED, "HS256": SECRET}
ALL = ("RS256", "PS256", "ES256", "EdDSA", "HS256")
CLAIMS = {"sub": "person", "name": "桥"}


def encode(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def with_header(token: str, **members: Any) -> str:
    """The token with other header members and the old signature."""
    head, body, signature = token.split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    return f"{encode(header | members)}.{body}.{signature}"


class UncheckedHeaders(jws.JWSRegistry):
    def check_header(self, header: dict[str, Any]) -> None:
        pass


def signed_with_header(header: dict[str, Any], payload: str = '{"a":1}') -> str:
    """What an attacker who holds the key can sign: any header, any payload."""
    registry = UncheckedHeaders(algorithms=["ES256"])
    return jws.serialize_compact(header | {"alg": "ES256"}, payload, EC, registry=registry)


@pytest.mark.parametrize("alg", ALL)
def test_what_is_signed_verifies(alg: str) -> None:
    token = jwt.sign(CLAIMS, KEYS[alg], alg, "x" if alg == "HS256" else KEYS[alg].kid, "at+jwt")

    keys = [SECRET] if alg != "HS256" else [OctKey.import_key(b"s" * 32, {"kid": "x"})]
    verified = jwt.verify(token, [*keys, RSA, EC, ED], [alg], ["at+jwt"])

    assert verified.claims == CLAIMS
    assert verified.header["typ"] == "at+jwt"


@pytest.mark.parametrize("kid", [None, "a key"])
@pytest.mark.parametrize("typ", [None, "at+jwt"])
@pytest.mark.parametrize("alg", ["RS256", "EdDSA", "HS256"])
def test_what_is_signed_is_what_the_library_writes(
    alg: str, typ: str | None, kid: str | None
) -> None:
    """Of the algorithms that sign the same in the same way."""
    named = {"alg": alg, "kid": kid, "typ": typ}
    header = {name: value for name, value in named.items() if value is not None}
    payload = json.dumps(CLAIMS, separators=(",", ":"), ensure_ascii=False).encode()
    theirs = jws.serialize_compact(header, payload, KEYS[alg], registry=jwt.Registry())
    assert jwt.sign(CLAIMS, KEYS[alg], alg, kid, typ) == theirs


def test_a_key_of_another_kind_signs_nothing() -> None:
    with pytest.raises(InvalidKeyTypeError):
        jwt.sign(CLAIMS, EC, "RS256")
    with pytest.raises(Unverifiable):
        jwt.sign(CLAIMS, RSA, "none")


def test_ed25519_by_its_new_name_is_eddsa() -> None:
    published = read_key(ED.as_dict(private=False) | {"alg": "Ed25519"})

    for name in ("EdDSA", "Ed25519"):
        token = jwt.sign(CLAIMS, OKPKey.import_key(ED.as_dict(private=True)), name, "ed")
        assert jwt.verify(token, [published], ["EdDSA"]).claims == CLAIMS


def test_an_algorithm_outside_the_configuration_is_refused() -> None:
    token = jwt.sign(CLAIMS, RSA, "RS256", "rsa")

    with pytest.raises(Unverifiable, match="algorithm"):
        jwt.verify(token, [RSA], ["PS256", "ES256"])


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "HS384", "RS1", "", "ES256K"])
def test_an_unsigned_or_unknown_algorithm_is_refused(alg: str) -> None:
    token = f"{encode({'alg': alg})}.{encode(CLAIMS)}."

    with pytest.raises(Unverifiable):
        jwt.verify(token, [RSA, EC, SECRET], [*ALL, alg])


@pytest.mark.parametrize("alg", ["none", "HS512", "RS512", "ES256K"])
def test_nothing_is_signed_with_another_algorithm(alg: str) -> None:
    with pytest.raises(Unverifiable):
        jwt.sign(CLAIMS, RSA, alg)


@pytest.mark.parametrize("header", [{"kid": 7}, {"kid": ["ec"]}, {"typ": 7}, {"typ": None}])
def test_kid_and_typ_are_strings(header: dict[str, Any]) -> None:
    with pytest.raises(Unverifiable, match="kid and typ"):
        jwt.read(f"{encode({'alg': 'ES256'} | header)}.{encode({})}.AAAA")


def test_a_public_key_never_becomes_a_shared_secret() -> None:
    pem = RSA.as_pem(private=False)
    head = encode({"alg": "HS256", "kid": "rsa"})
    digest = hmac.digest(pem, f"{head}.{encode(CLAIMS)}".encode(), "sha256")
    forged = f"{head}.{encode(CLAIMS)}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"

    with pytest.raises(Unverifiable, match="No known key"):
        jwt.verify(forged, [RSA], ALL)


def test_the_key_of_another_kid_is_not_tried() -> None:
    token = jwt.sign(CLAIMS, EC, "ES256", "other")

    with pytest.raises(Unverifiable, match="No known key"):
        jwt.verify(token, [EC], ["ES256"])


@pytest.mark.parametrize("kid", ["../../etc/passwd", "' OR 1=1 --", "\x00", "k" * 5000])
def test_kid_is_only_looked_up(kid: str) -> None:
    token = jwt.sign(CLAIMS, EC, "ES256", kid)

    with pytest.raises(Unverifiable, match="No known key"):
        jwt.verify(token, [EC], ["ES256"])


def test_without_kid_the_one_fitting_key_is_used_and_several_are_refused() -> None:
    token = jwt.sign(CLAIMS, EC, "ES256")

    assert jwt.verify(token, [RSA, EC], ["ES256"]).claims == CLAIMS
    with pytest.raises(Unverifiable, match="must name its key"):
        jwt.verify(token, [EC, ECKey.generate_key("P-256", {"kid": "second"})], ["ES256"])


def test_a_function_is_asked_for_the_kid() -> None:
    asked = []

    def find(kid: str | None) -> list[Key]:
        asked.append(kid)
        return [EC]

    jwt.verify(jwt.sign(CLAIMS, EC, "ES256", "ec"), find, ["ES256"])

    assert asked == ["ec"]


@pytest.mark.parametrize("member", [{"use": "enc"}, {"alg": "ES384"}, {"key_ops": ["encrypt"]}])
def test_a_key_for_something_else_is_refused(member: dict[str, Any]) -> None:
    key = ECKey.import_key(EC.as_dict(private=False) | member)

    with pytest.raises(Unverifiable):
        jwt.verify(jwt.sign(CLAIMS, EC, "ES256", "ec"), [key], ["ES256"])


def test_a_key_of_another_curve_is_refused() -> None:
    key = ECKey.generate_key("P-384", {"kid": "ec"})

    with pytest.raises(Unverifiable):
        jwt.verify(jwt.sign(CLAIMS, EC, "ES256", "ec"), [key], ["ES256"])


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"b64": False, "crit": ["b64"]},
        {"zip": "DEF"},
        {"cty": "JWT"},
        {"enc": "A128GCM"},
    ],
)
def test_extensions_are_refused_even_when_signed(header: dict[str, Any]) -> None:
    token = signed_with_header(header)

    with pytest.raises(Unverifiable):
        jwt.verify(token, [EC], ["ES256"])


def test_keys_that_the_header_brings_along_are_not_used() -> None:
    own = ECKey.generate_key("P-256", {"kid": "own"})
    registry = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    header = {"alg": "ES256", "kid": "own", "jwk": own.as_dict(private=False)}
    token = jws.serialize_compact(header, "{}", own, registry=registry)

    with pytest.raises(Unverifiable, match="No known key"):
        jwt.verify(token, [EC], ["ES256"])


def test_unknown_header_members_are_ignored() -> None:
    token = signed_with_header({"x-trace": "1"})

    assert jwt.verify(token, [EC], ["ES256"]).claims == {"a": 1}


@pytest.mark.parametrize(
    ("typ", "accepted"),
    [
        ("at+jwt", ["at+jwt"]),
        ("AT+JWT", ["at+jwt"]),
        ("application/at+jwt", ["at+jwt"]),
        (None, ["jwt", None]),
        ("JWT", ["jwt", None]),
        ("anything", None),
    ],
)
def test_an_accepted_type_passes(typ: str | None, accepted: list[str | None] | None) -> None:
    token = jwt.sign(CLAIMS, EC, "ES256", "ec", typ)

    assert jwt.verify(token, [EC], ["ES256"], accepted).claims == CLAIMS


@pytest.mark.parametrize("typ", [None, "JWT", "dpop+jwt", "", "application/application/at+jwt"])
def test_another_type_is_refused(typ: str | None) -> None:
    token = jwt.sign(CLAIMS, EC, "ES256", "ec", typ)

    with pytest.raises(Unverifiable, match="type"):
        jwt.verify(token, [EC], ["ES256"], ["at+jwt"])


@pytest.mark.parametrize("change", [{"typ": "x"}, {"kid": "ec "}, {"alg": "RS256"}])
def test_a_changed_header_breaks_the_signature(change: dict[str, Any]) -> None:
    token = with_header(jwt.sign(CLAIMS, EC, "ES256", "ec"), **change)

    with pytest.raises(Unverifiable):
        jwt.verify(token, [RSA, EC], ALL)


def test_a_changed_payload_or_signature_is_refused() -> None:
    head, body, signature = jwt.sign(CLAIMS, EC, "ES256", "ec").split(".")

    for forged in (
        f"{head}.{encode({'sub': 'admin'})}.{signature}",
        f"{head}.{body}.{'A' * 86}",
        f"{head}.{body}.",
        f"{head}.{body}.{signature}=",
        f"{head}.{body}.{signature}\n",
        f"{head}.{body}.{signature[:-4]}",
    ):
        with pytest.raises(Unverifiable):
            jwt.verify(forged, [EC], ["ES256"])


@pytest.mark.parametrize(
    "payload",
    [
        "[]",
        "1",
        "null",
        '"text"',
        "{",
        "",
        '{"a":1,"a":2}',
        '{"a":NaN}',
        '{"a":Infinity}',
        "\xff",
        '{"a":"\\ud800"}',
    ],
)
def test_a_payload_that_is_not_one_plain_object_is_refused(payload: str) -> None:
    with pytest.raises(Unverifiable):
        jwt.verify(signed_with_header({}, payload), [EC], ["ES256"])


def test_a_deeply_nested_payload_is_refused() -> None:
    for depth in (jwt.MAX_DEPTH + 1, 5000):
        payload = '{"a":' + "[" * depth + "]" * depth + "}"
        with pytest.raises(Unverifiable):
            jwt.verify(signed_with_header({}, payload), [EC], ["ES256"])


def test_a_payload_with_a_number_of_thousands_of_digits_is_refused() -> None:
    with pytest.raises(Unverifiable):
        jwt.verify(signed_with_header({}, '{"exp":' + "9" * 9000 + "}"), [EC], ["ES256"])


def test_an_oversized_token_is_refused_before_decoding() -> None:
    token = jwt.sign({"a": "x" * jwt.MAX_BYTES}, EC, "ES256", "ec")

    with pytest.raises(Unverifiable, match="too long"):
        jwt.verify(token, [EC], ["ES256"])


def test_an_encrypted_token_is_refused_by_name() -> None:
    token = jwe.encrypt_compact({"alg": "ECDH-ES", "enc": "A128GCM"}, b"{}", EC)

    with pytest.raises(Unverifiable, match="Encrypted"):
        jwt.read(token)


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]*"))
def test_no_text_makes_it_fail_otherwise(token: str) -> None:
    with pytest.raises(Unverifiable):
        jwt.verify(token, [RSA, EC, ED, SECRET], ALL)


@given(
    st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64", "cty", "jwk", "jku", "x5c"]),
        st.none() | st.integers() | st.text() | st.lists(st.text()) | st.just("ES256"),
    )
)
def test_no_header_makes_it_fail_otherwise(header: dict[str, Any]) -> None:
    with pytest.raises(Unverifiable):
        jwt.verify(f"{encode(header)}.{encode({})}.AAAA", [RSA, EC, ED, SECRET], ALL)


def test_the_hash_of_a_token_is_the_left_half() -> None:
    access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"  # OpenID Connect Core A.3

    assert jwt.left_half_hash(access_token, "RS256") == "77QmUPtjPfzWtF2AnpK9RQ"
    assert jwt.left_half_hash(access_token, "ES256") == "77QmUPtjPfzWtF2AnpK9RQ"
    assert len(jwt.left_half_hash(access_token, "RS384")) == 32
    assert len(jwt.left_half_hash(access_token, "PS512")) == 43


def test_ed25519_hashes_with_sha_512() -> None:
    expected = base64.urlsafe_b64encode(sha512(b"token").digest()[:32]).decode().rstrip("=")

    assert jwt.left_half_hash("token", "EdDSA") == expected
    assert jwt.left_half_hash("token", "Ed25519") == expected


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (RSA, "RSA-OAEP"),
        (RSA, "RSA-OAEP-256"),
        (EC, "ECDH-ES"),
        (EC, "ECDH-ES+A128KW"),
        (EC, "ECDH-ES+A256KW"),
        (OKPKey.generate_key("X25519", {"kid": "x"}), "ECDH-ES"),
    ],
)
@pytest.mark.parametrize("enc", ["A128CBC-HS256", "A128GCM", "A256GCM"])
def test_only_the_client_reads_what_is_encrypted_to_it(key: Key, alg: str, enc: str) -> None:
    published = read_key(key.as_dict(private=False))
    inner = jwt.sign(CLAIMS, ED, "EdDSA", "ed")

    token = jwt.encrypt(inner, jwt.encryption_key([ED, published], alg), alg, enc)

    opened = jwe.decrypt_compact(token, key, algorithms=[alg, enc])
    assert opened.plaintext == inner.encode()
    assert opened.headers()["cty"] == "JWT"
    assert opened.headers()["kid"] == key.kid


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [EC, ED],
        [RSAKey.import_key(RSA.as_dict(private=False) | {"use": "sig"})],
        [RSAKey.import_key(RSA.as_dict(private=False) | {"alg": "RS256"})],
    ],
)
def test_a_client_without_a_fitting_encryption_key_is_told(keys: list[Key]) -> None:
    with pytest.raises(Unverifiable, match="no key"):
        jwt.encryption_key(keys, "RSA-OAEP-256")

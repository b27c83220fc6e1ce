"""An authority for one run, and a certificate of it, with the extensions that real ones have.

RSA, as the profile's TLS 1.2 suites want it; the authority may sign certificates and nothing else,
the certificate may serve and nothing else, so that strict verifiers (RFC 5280) have nothing to say.
"""

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = datetime.timedelta(days=2)
SKEW = datetime.timedelta(hours=1)
CIPHERS = "ECDHE+AESGCM"
"""Of TLS 1.2: BCP 195 and the FAPI 2.0 Security Profile 5.2.2 recommend no others that we need."""
SIGNS = {"key_cert_sign", "crl_sign"}
SERVES = {"digital_signature", "key_encipherment"}
USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


@dataclass(frozen=True)
class Identity:
    """:param authority: a PEM file that vouches for the server; :param server: how it speaks."""

    authority: Path
    server: ssl.SSLContext


def issue(folder: Path, *names: str) -> Identity:
    """A server of these names or addresses, whose keys live in ``folder``."""
    root_key, key = _key(), _key()
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Qiao conformance run")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    root = _finish(_begin(root_name, root_name, root_key, SIGNS, ca=True), root_key, root_key)
    leaf = _begin(name, root_name, key, SERVES, ca=False)
    leaf = leaf.add_extension(x509.SubjectAlternativeName([_name(n) for n in names]), False)
    leaf = leaf.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
    authority, chain = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(_pem(root))
    chain.touch(mode=0o600)
    chain.write_bytes(_private(key) + _pem(_finish(leaf, key, root_key)))
    return Identity(authority, _server(chain))


def _server(chain: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.load_cert_chain(chain)
    return context


def _begin(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, uses: set[str], *, ca: bool
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - SKEW).not_valid_after(now + LIFETIME)
    usage = x509.KeyUsage(**{use: use in uses for use in USES})
    builder = builder.add_extension(x509.BasicConstraints(ca, 0 if ca else None), True)
    builder = builder.add_extension(usage, True)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)


def _finish(
    builder: x509.CertificateBuilder, key: rsa.RSAPrivateKey, signs: rsa.RSAPrivateKey
) -> x509.Certificate:
    if key is not signs:
        vouches = x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key())
        builder = builder.add_extension(vouches, False)
    return builder.sign(signs, hashes.SHA256())


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: rsa.RSAPrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())

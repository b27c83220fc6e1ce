"""Certificates as real authorities make them, for servers of the tests.

Python 3.13 verifies strictly (``VERIFY_X509_STRICT``, RFC 5280 4.2): an authority says what its
key is for, and everything that it signs names the key that signed it.
"""

import datetime
import ipaddress
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AN_HOUR = datetime.timedelta(hours=1)
NOTHING = dict.fromkeys(
    (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ),
    False,
)


@dataclass(frozen=True)
class Authority:
    """Vouches for servers.

    :param says_key_usage: False is an authority as companies made them by hand: what its key is
        for stands nowhere.
    """

    says_key_usage: bool = True
    name: str = "Test authority"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def certificate(self) -> str:
        """Its own, as PEM: what clients are to believe."""
        builder = self._builder(self.name, self.key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        if self.says_key_usage:
            usage = x509.KeyUsage(**{**NOTHING, "key_cert_sign": True, "crl_sign": True})
            builder = builder.add_extension(usage, critical=True)
        return _pem(builder.sign(self.key, hashes.SHA256()))

    def server(self, host: str) -> str:
        """A fresh key and the certificate of a server of this name or address, as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = (
            self._builder(host, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**{**NOTHING, "digital_signature": True}), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return private.decode() + _pem(signed)

    def _builder(self, name: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        holder = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - AN_HOUR)
            .not_valid_after(now + AN_HOUR)
            .add_extension(holder, critical=False)
            .add_extension(signer, critical=False)
        )


def _alternative(host: str) -> x509.GeneralName:
    if host[0].isdigit():
        return x509.IPAddress(ipaddress.ip_address(host))
    return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()

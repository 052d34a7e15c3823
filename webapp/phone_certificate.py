"""A certificate authority of this machine alone, and a certificate for its addresses on the local network.

Phones offer a service worker, storage that lasts and the camera only to pages from https, and no public authority
certifies an address like 192.168.1.20. So the machine certifies itself: `phone-ca.crt` is installed on the phone once,
`phone.crt` is made anew whenever an address changes or it nears its end.

The authority can do little harm in wrong hands: it is constrained to private addresses and to `localhost`, so a phone
that trusts it still refuses a certificate for any public site signed by it.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

AUTHORITY_DAYS = 3650
# Browsers refuse a server's certificate that lasts longer than 397 days.
CERTIFICATE_DAYS = 396
RENEW_WITHIN_DAYS = 60
# A phone's clock may be behind ours.
BACKDATED_DAYS = 1

# What is routed nowhere on the public internet: homes and offices, carriers' inner networks, test and loopback ranges.
PERMITTED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "192.0.2.0/24",
        "198.18.0.0/15", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128",
    )
)
# A constraint says nothing about kinds of names that it leaves out: without this line every domain would be allowed.
PERMITTED_DOMAIN = "localhost"


@dataclass(frozen=True)
class PhoneCertificate:
    """What a TLS server needs (`chain`, `key`) and what phones install (`authority`)."""

    authority: Path
    chain: Path
    key: Path
    fingerprint: str
    """SHA-256 of the authority, to compare by eye: the plain http page that offers it can be forged."""
    new_authority: bool
    """Made by this call: phones that trusted an earlier one need this one."""
    renewed: bool

    def authority_pem(self) -> bytes:
        return self.authority.read_bytes()

    def authority_der(self) -> bytes:
        return _load_certificate(self.authority).public_bytes(serialization.Encoding.DER)


def permits(address: Address) -> bool:
    """Whether phones would accept a certificate of ours for it."""
    return any(address.version == network.version and address in network for network in PERMITTED_NETWORKS)


def ensure(instance: Path, addresses: Sequence[Address], now: datetime) -> PhoneCertificate:
    """The certificate for `addresses`; makes only what is missing, ends soon or does not fit. Cheap to call again."""
    instance.mkdir(parents=True, exist_ok=True)
    ca_path, ca_key_path = instance / "phone-ca.crt", instance / "phone-ca.key"
    chain_path, key_path = instance / "phone.crt", instance / "phone.key"

    new_authority = not (ca_path.exists() and ca_key_path.exists()) or _ends_within(
        _load_certificate(ca_path), now, CERTIFICATE_DAYS
    )
    if new_authority:
        authority, authority_key = _make_authority(now)
        _write(ca_key_path, _private_pem(authority_key), 0o600)
        _write(ca_path, authority.public_bytes(serialization.Encoding.PEM), 0o644)
    else:
        authority, authority_key = _load_certificate(ca_path), _load_key(ca_key_path)

    renewed = (
        new_authority
        or not (chain_path.exists() and key_path.exists())
        or not _belong_together(_load_certificate(chain_path), _load_key(key_path))
        or not _fits(_load_certificate(chain_path), authority, addresses, now)
    )
    if renewed:
        leaf, leaf_key = _make_leaf(authority, authority_key, addresses, now)
        _write(key_path, _private_pem(leaf_key), 0o600)
        _write(chain_path, b"".join(c.public_bytes(serialization.Encoding.PEM) for c in (leaf, authority)), 0o644)

    fingerprint = authority.fingerprint(hashes.SHA256()).hex(":").upper()
    return PhoneCertificate(ca_path, chain_path, key_path, fingerprint, new_authority, renewed)


def _make_authority(now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    # The number tells two machines apart in a phone's list of authorities.
    name = x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Silian 四联"),
        x509.NameAttribute(NameOID.COMMON_NAME, f"Silian {secrets.token_hex(3)}"),
    ])
    permitted: list[x509.GeneralName] = [x509.DNSName(PERMITTED_DOMAIN)]
    permitted += [x509.IPAddress(network) for network in PERMITTED_NETWORKS]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=BACKDATED_DAYS))
        .not_valid_after(now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def _make_leaf(
    authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey, addresses: Sequence[Address], now: datetime
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    names: list[x509.GeneralName] = [x509.IPAddress(address) for address in addresses]
    names.append(x509.DNSName(PERMITTED_DOMAIN))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Silian 四联")]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=BACKDATED_DAYS))
        .not_valid_after(now + timedelta(days=CERTIFICATE_DAYS - BACKDATED_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    return certificate, key


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _belong_together(leaf: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> bool:
    """False where a crash came between the two files."""
    return leaf.public_key() == key.public_key()


def _fits(leaf: x509.Certificate, authority: x509.Certificate, addresses: Sequence[Address], now: datetime) -> bool:
    named = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        set(addresses) <= set(named.get_values_for_type(x509.IPAddress))
        and not _ends_within(leaf, now, RENEW_WITHIN_DAYS)
        and leaf.not_valid_before_utc <= now
        and leaf.issuer == authority.subject
    )


def _ends_within(certificate: x509.Certificate, now: datetime, days: int) -> bool:
    return certificate.not_valid_after_utc < now + timedelta(days=days)


def _load_certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} holds another kind of key than Silian makes")
    return key


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by others for a moment: mkstemp makes the file 0600."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.chmod(temporary, mode)
    os.replace(temporary, path)

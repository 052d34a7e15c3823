"""The certificate for phones: real TLS connections judge it, not our own reading of it."""

import ipaddress
import ssl
import stat
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from webapp import phone_certificate

NOW = datetime.now(UTC)
LOOPBACK = [ipaddress.ip_address("127.0.0.1")]
WIFI = [ipaddress.ip_address("192.168.1.20")]


def connect(certificate: phone_certificate.PhoneCertificate, name: str) -> None:
    """A handshake between a server with the certificate and a client that trusts only its authority."""
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate.chain, certificate.key)
    client_side = ssl.create_default_context(cafile=str(certificate.authority))
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_side.wrap_bio(outgoing, incoming, server_side=True)
    client = client_side.wrap_bio(incoming, outgoing, server_hostname=name)
    unfinished = [client, server]
    while unfinished:
        for side in list(unfinished):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue  # it waits for the other side's turn
            unfinished.remove(side)


def test_a_phone_that_trusts_the_authority_connects(tmp_path):
    certificate = phone_certificate.ensure(tmp_path, WIFI, NOW)
    connect(certificate, "192.168.1.20")
    connect(certificate, "localhost")


def test_another_address_is_refused(tmp_path):
    certificate = phone_certificate.ensure(tmp_path, WIFI, NOW)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        connect(certificate, "192.168.1.21")


@pytest.mark.parametrize("name", ["1.1.1.1", "example.org"])
def test_the_authority_is_worth_nothing_outside_private_networks(tmp_path, monkeypatch, name):
    """Whoever steals its key cannot pose as a public site before a phone that trusts it."""
    if name == "example.org":
        monkeypatch.setattr(phone_certificate, "PERMITTED_DOMAIN", "localhost")
        authority_made = phone_certificate.ensure(tmp_path, WIFI, NOW)
        monkeypatch.setattr(phone_certificate, "PERMITTED_DOMAIN", name)
        authority_made.chain.unlink()
        certificate = phone_certificate.ensure(tmp_path, WIFI, NOW)
    else:
        certificate = phone_certificate.ensure(tmp_path, [ipaddress.ip_address(name)], NOW)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        connect(certificate, name)


def test_it_names_the_addresses_and_lasts_no_longer_than_browsers_allow(tmp_path):
    certificate = phone_certificate.ensure(tmp_path, WIFI + LOOPBACK, NOW)
    leaf = x509.load_pem_x509_certificate(certificate.chain.read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.IPAddress) == WIFI + LOOPBACK
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=397)


def test_only_the_owner_reads_the_keys(tmp_path):
    phone_certificate.ensure(tmp_path, WIFI, NOW)
    for name in ("phone-ca.key", "phone.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_asked_again_it_changes_nothing(tmp_path):
    first = phone_certificate.ensure(tmp_path, WIFI, NOW)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    second = phone_certificate.ensure(tmp_path, WIFI, NOW + timedelta(days=300))
    assert before == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert (first.renewed, second.renewed, second.new_authority) == (True, False, False)


@pytest.mark.parametrize(
    ("addresses", "later"), [(LOOPBACK, timedelta()), (WIFI, timedelta(days=340)), (WIFI, timedelta(days=500))]
)
def test_a_new_address_or_a_near_end_renews_under_the_same_authority(tmp_path, addresses, later):
    first = phone_certificate.ensure(tmp_path, WIFI, NOW)
    second = phone_certificate.ensure(tmp_path, addresses, NOW + later)
    assert second.renewed
    assert not second.new_authority
    assert second.fingerprint == first.fingerprint


def test_an_authority_that_ends_before_the_next_certificate_is_replaced(tmp_path):
    first = phone_certificate.ensure(tmp_path, WIFI, NOW)
    second = phone_certificate.ensure(tmp_path, WIFI, NOW + timedelta(days=phone_certificate.AUTHORITY_DAYS - 100))
    assert second.new_authority
    assert second.fingerprint != first.fingerprint


def test_a_crash_between_the_two_files_is_repaired(tmp_path):
    first = phone_certificate.ensure(tmp_path, WIFI, NOW)
    foreign = phone_certificate.ensure(tmp_path / "other", WIFI, NOW)
    first.key.write_bytes(foreign.key.read_bytes())
    repaired = phone_certificate.ensure(tmp_path, WIFI, NOW)
    assert repaired.renewed
    connect(repaired, "192.168.1.20")

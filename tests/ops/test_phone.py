"""`nod phone`: https that a phone can be brought to trust, by an authority that can vouch for nothing else."""

import ipaddress
import ssl
import stat
import urllib.request
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from tests.servers.nod import house
from tests.servers.postgres import free_port
from webapp import times
from webapp.ops import authority, phone


def verify(folder, name, leaf=None):
    chain = x509.load_pem_x509_certificates((folder / "server.pem").read_bytes())
    store = Store([x509.load_pem_x509_certificate(authority.authority_file(folder).read_bytes())])
    verifier = PolicyBuilder().store(store).build_server_verifier(name)
    return verifier.verify(leaf or chain[0], chain[1:])


def test_the_certificate_is_for_this_address(tmp_path):
    authority.certificate(tmp_path, "192.168.1.20")
    verify(tmp_path, x509.IPAddress(ipaddress.ip_address("192.168.1.20")))
    with pytest.raises(VerificationError):
        verify(tmp_path, x509.IPAddress(ipaddress.ip_address("192.168.1.21")))


def test_keys_are_for_this_user_only(tmp_path):
    authority.certificate(tmp_path / "phone", "10.0.0.7")
    for name in ("authority.key", "server.key"):
        assert stat.S_IMODE((tmp_path / "phone" / name).stat().st_mode) == 0o600


def test_the_authority_stays_and_is_renewed_in_time(tmp_path, monkeypatch):
    authority.certificate(tmp_path, "10.0.0.7")
    first = authority.authority_file(tmp_path).read_bytes()
    authority.certificate(tmp_path, "10.0.0.8")
    assert authority.authority_file(tmp_path).read_bytes() == first
    later = times._real_now() + timedelta(days=authority.AUTHORITY_DAYS - 10)
    monkeypatch.setattr(times, "clock", lambda: later)
    authority.certificate(tmp_path, "10.0.0.8")
    assert authority.authority_file(tmp_path).read_bytes() != first


def test_it_cannot_vouch_for_a_public_address(tmp_path):
    """Whoever steals the authority's key gains nothing outside private networks."""
    authority.certificate(tmp_path, "93.184.216.34")
    with pytest.raises(VerificationError):
        verify(tmp_path, x509.IPAddress(ipaddress.ip_address("93.184.216.34")))


def test_the_drawing_is_square(tmp_path):
    import segno

    lines = phone._drawn(segno.make("http://192.168.1.20:8001/", error="m"))
    assert len({len(line) for line in lines}) == 1
    assert len(lines) * 2 in (len(lines[0]) - 2, len(lines[0]) - 1)


@pytest.mark.thorough
def test_serves_https_and_a_page_that_hands_out_the_certificate():
    with house() as one:
        one.port = next(port for port in iter(free_port, 0) if port < 65_000)
        one.start("phone", "--address", "127.0.0.1")
        assert f"https://127.0.0.1:{one.port}" in one.said
        page = f"http://127.0.0.1:{one.port + 1}/"
        assert page in one.said
        asked = urllib.request.Request(page, headers={"Accept-Language": "pl"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            html = answer.read().decode()
        assert 'lang="pl"' in html
        assert f"https://127.0.0.1:{one.port}" in html
        with urllib.request.urlopen(page + phone.CERTIFICATE[1:], timeout=10) as answer:
            assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
            context = ssl.create_default_context(cadata=ssl.DER_cert_to_PEM_cert(answer.read()))
        with urllib.request.urlopen(f"https://127.0.0.1:{one.port}/healthz", context=context, timeout=10) as answer:
            assert answer.status == 200
        assert one.stop() == 0

"""The certificate must be the name's, whatever address was checked."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.outbound.site import Open, Server, names, running
from webapp import outbound


@pytest.mark.parametrize(
    ("names_in_it", "trusted", "works"),
    [(["secure.test"], True, True), (["other.test"], True, False), (["secure.test"], False, False)],
)
def test_the_certificate_must_be_the_name_s(
    tmp_path: Path,
    allow: Open,
    monkeypatch: pytest.MonkeyPatch,
    names_in_it: list[str],
    trusted: bool,
    works: bool,
) -> None:
    names(monkeypatch, secure_test=["127.0.0.1"])
    certificate(tmp_path / "pair.pem", names_in_it)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "pair.pem") if trusted else os.devnull)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "pair.pem")
    asked: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    server = Server()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with running(server):
        host = f"secure.test:{server.server_port}"
        allow(host)
        if works:
            assert outbound.request("GET", f"https://{host}/").json() == {"ok": True}
        else:
            with pytest.raises(outbound.Unreachable) as error:
                outbound.request("POST", f"https://{host}/", json={})
            assert error.value.sent is False
            assert server.seen == []
    assert asked[0] == "secure.test"


def certificate(path: Path, hosts: list[str]) -> None:
    """A self-signed certificate and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(h) for h in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )

"""A certificate authority of one's own for `nod phone`: it can only speak for this network.

The authority's certificate is limited to private addresses and local names, so that a phone that trusts it trusts
nothing else by it. Its key stays in the data folder, readable by this user only.
"""

import ipaddress
import os
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from webapp import times

from .web import Certificate

AUTHORITY_DAYS, SERVER_DAYS = 825, 90
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")


def certificate(folder: Path, address: str) -> Certificate:
    """A fresh certificate for an address of the local network and localhost, signed by the folder's authority."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    issuer, issuer_key = _authority(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.IPAddress(ipaddress.ip_address(n)) for n in dict.fromkeys((address, "127.0.0.1"))]
    signed = (
        _blank(f"Nod at {address}", issuer.subject, SERVER_DAYS)
        .public_key(key.public_key())
        .add_extension(x509.SubjectAlternativeName([*names, x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_identifier(issuer), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    chain = folder / "server.pem"
    chain.write_bytes(_pem(signed) + _pem(issuer))
    _write_key(folder / "server.key", key)
    return Certificate(chain, folder / "server.key")


def authority_file(folder: Path) -> Path:
    """The certificate that a phone is asked to trust."""
    return folder / "authority.pem"


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    path, key_path = authority_file(folder), folder / "authority.key"
    if path.exists() and key_path.exists():
        found = x509.load_pem_x509_certificate(path.read_bytes())
        key = serialization.load_pem_private_key(key_path.read_bytes(), None)
        fresh = found.not_valid_after_utc > times.now() + timedelta(days=SERVER_DAYS)
        if fresh and isinstance(key, ec.EllipticCurvePrivateKey):
            return found, key
    key = ec.generate_private_key(ec.SECP256R1())
    made = _self_signed(key)
    _write_key(key_path, key)
    path.write_bytes(_pem(made))
    return made, key


def _self_signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nod on this network")])
    public = key.public_key()
    limits: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_network(n)) for n in PRIVATE]
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    return (
        _blank("Nod on this network", name, AUTHORITY_DAYS)
        .public_key(public)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints([*limits, x509.DNSName("localhost")], None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def _blank(common_name: str, issuer: x509.Name, days: int) -> x509.CertificateBuilder:
    now = times.now()
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
    )


def _identifier(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    known = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known)


def _pem(made: x509.Certificate) -> bytes:
    return made.public_bytes(serialization.Encoding.PEM)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )

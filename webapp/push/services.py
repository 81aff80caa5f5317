"""Which push services we hand messages to: an address comes from a browser, so it is believed only on known hosts."""

from urllib.parse import urlsplit

from webapp.config import Config

MOST = 1000
"""Characters of an address."""
_config: list[Config] = []


def configure(config: Config) -> None:
    """Take the list of the installation. Called once at the start of every process."""
    _config[:] = [config]


def service_of(endpoint: str) -> str | None:
    """Host (with a port that is not the usual one) of an address on a known push service; None for any other.

    Plain http is for services on this machine, which the operator lists among the private hosts too.
    """
    if not endpoint.isascii() or not endpoint.isprintable() or len(endpoint) > MOST or "\\" in endpoint:
        return None
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if not host or "@" in parts.netloc or parts.fragment or len(parts.path) < 2 or " " in endpoint:
        return None
    name = host if port in (None, 443) else f"{host}:{port}"
    secure = parts.scheme == "https" or (parts.scheme == "http" and name in _config[0].private_hosts)
    return name if secure and any(_fits(name, known) for known in _config[0].push_services) else None


def _fits(name: str, known: str) -> bool:
    return name.endswith(known[1:]) if known.startswith("*.") else name == known

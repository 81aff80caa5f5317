"""Who a DID is: its handle, and the server that speaks for it, looked up where nobody in between can lie.

Source: atproto.com/specs/did and /handle. `directory` is the public PLC directory; tests point it at their own.
"""

from typing import Any

from ..i18n import N_
from ..outbound.addresses import BadUrl, parse
from . import talk
from .base import NetworkError, Remedy

directory = "https://plc.directory"


def document(did: str) -> dict[str, Any]:
    """The DID document. NetworkError(ASK) for a DID of another kind or one that names somebody else."""
    kind, _, name = did.removeprefix("did:").partition(":")
    if kind == "plc" and name.isalnum() and name.isascii():
        url = f"{directory}/{did}"
    elif kind == "web" and "/" not in name and "%" not in name:
        url = f"https://{name}/.well-known/did.json"
    else:
        raise _unclear()
    found = talk.data(talk.accept(talk.ask("GET", url)))
    if found.get("id") != did:
        raise _unclear()
    return found


def home(found: object) -> str:
    """The base URL of the server that holds the account, by its DID document; empty if it names none."""
    services = found.get("service") if isinstance(found, dict) else None
    for service in services if isinstance(services, list) else ():
        if isinstance(service, dict) and str(service.get("id", "")).endswith("#atproto_pds"):
            try:
                target = parse(str(service.get("serviceEndpoint", "")))
            except BadUrl:
                return ""
            return f"{target.scheme}://{target.authority}"
    return ""


def handle(found: dict[str, Any]) -> str:
    """The handle a DID document claims; the DID itself when it claims none."""
    names = found.get("alsoKnownAs")
    for name in names if isinstance(names, list) else ():
        if isinstance(name, str) and name.startswith("at://") and len(name) < 260:
            return name.removeprefix("at://")
    return str(found.get("id", ""))


def _unclear() -> NetworkError:
    return NetworkError(N_("The account's identity could not be confirmed."), Remedy.ASK, code="identity")

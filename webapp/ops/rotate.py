"""`nod rotate-keys`: a new key seals, the old ones still open what is on its way, every secret is sealed again."""

import secrets

from webapp import vault
from webapp.config import Config

from . import sealed


def keys(config: Config) -> list[str]:
    """Add a key and seal every secret with it; answers what was done.

    Keys in NOD_KEYS are changed by whoever sets it: add one at the end on every host and restart, then this seals
    every secret with it.
    """
    if not config.keys:
        known = vault.vault().keys
        vault.write(config, known | {_fresh_name(known): secrets.token_bytes(32)})
        vault.load(config)
    done, lost = sealed.seal_again()
    said = [f"{done} secrets are sealed with key {vault.vault().newest}."]
    said += [] if config.keys else ["Restart every process of Nod, so that each knows the new key."]
    return said + ([f"{lost} secrets did not open: run `nod doctor`."] if lost else [])


def _fresh_name(known: dict[str, bytes]) -> str:
    return f"k{max((int(name[1:]) for name in known if name[1:].isdigit()), default=0) + 1}"

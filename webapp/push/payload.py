"""The message itself: Declarative Web Push JSON that our service worker reads too, and the headers of its delivery.

One shape for every platform (design E5). Safari shows it by itself or lets the worker, since it is mutable; Chromium
and Firefox give it to the worker. At most 3,900 bytes, so that every service takes it when it is encrypted.
"""

import base64
import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from webapp import links, times
from webapp.i18n import _, language

from .said import Said, clip

MOST = 3900
NEAR = timedelta(hours=2)
"""A slot nearer than this makes a message urgent."""
SHORTEST, LONGEST, PLAIN = timedelta(minutes=1), timedelta(days=4), timedelta(days=1)
"""How long a push service keeps a message for a device that is off: until the slot, within bounds; a day without."""
_DECLARATIVE = 8030
"""RFC 8030 marks a declarative message."""


def notification(said: Said, tag: str, at: datetime) -> dict[str, Any]:
    """What a device shows, without what is this device's alone."""
    return {
        "title": clip(said.title, 200),
        "lang": language(),
        "dir": "auto",
        "body": said.body,
        "navigate": said.navigate,
        "tag": tag,
        "silent": False,
        "timestamp": int(at.timestamp() * 1000),
        "actions": [{"action": "review", "title": said.action, "navigate": said.navigate}],
        "data": said_meanwhile(said),
    }


def said_meanwhile(said: Said) -> dict[str, str]:
    """What the device says while the server is asked, and when it cannot be."""
    if said.talk:
        return {"working": _("Sending…"), "offline": _("Open to answer"), "waits": _("Sent once there is a network.")}
    return {"working": _("Approving…"), "offline": _("Open to approve")}


def image(said: Said) -> dict[str, str]:
    """The one picture of a post, for devices that show it."""
    return {"image": links.url(f"/media/{said.card.picture}")} if said.card and said.card.picture else {}


def quick_actions(said: Said) -> list[dict[str, str]]:
    """Approve at once, or say what to change; of a conversation, the answer typed there."""
    if said.talk:
        answer = {"action": "reply", "title": _("Reply"), "type": "text", "placeholder": said.talk.placeholder}
        return [answer, {"action": "review", "title": _("Open"), "navigate": said.navigate}]
    changes = said.navigate.replace("/approval#dock", "/approval/changes")
    return [
        {"action": "approve", "title": _("Approve")},
        {"action": "changes", "title": _("Request changes"), "navigate": changes},
    ]


class Frame:
    """A notification that many devices show, written once; what is each device's own is set in."""

    def __init__(self, shown: dict[str, Any]) -> None:
        self.shown = shown
        data, core = shown["data"], {name: value for name, value in shown.items() if name != "data"}
        start = _dump({"web_push": _DECLARATIVE, "mutable": True, "notification": core})
        self._start, self._data = start[:-2] + b',"app_badge":"', b'","data":' + _dump(data)[:-1]

    def pack(self, badge: int, receipt: str, token: str = "") -> bytes:
        """The JSON for one device, its body shortened until it fits. Receipt and token are plain ASCII.

        The token lies under the name of the button it is for, the first.
        """
        act = f',"{self.shown["actions"][0]["action"]}":"{token}"' if token else ""
        own = f',"receipt":"{receipt}"{act}}}}}}}'.encode()
        made = self._start + str(badge).encode() + self._data + own
        if len(made) <= MOST or len(self.shown["body"]) < 2:
            return made
        body = self.shown["body"]
        less = {**self.shown, "body": clip(body, max(1, len(body) - max(1, (len(made) - MOST) // 4)))}
        return Frame(less).pack(badge, receipt, token)


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def topic(tag: str) -> str:
    """The name under which a service keeps only the newest message (RFC 8030: 32 characters of base64url)."""
    return base64.urlsafe_b64encode(hashlib.sha256(tag.encode()).digest()[:24]).decode()


def headers(said: Said, tag: str, urgent: bool) -> dict[str, str]:
    """How the push service is to deliver it."""
    now = times.now()
    left = said.slot - now if said.slot else PLAIN
    near = said.slot is not None and left < NEAR
    return {
        "ttl": str(int(min(max(left, SHORTEST), LONGEST).total_seconds())),
        "topic": topic(tag),
        "urgency": "high" if urgent or near else "normal",
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
    }

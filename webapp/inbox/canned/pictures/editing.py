"""The part of the editor that is about pictures."""

from collections.abc import Iterable
from typing import Any

from webapp.assets import store
from webapp.people.models import Region
from webapp.people.permissions import Actor

from . import library


def shown(form: Any, rows: Iterable[Any], actor: Actor) -> dict[str, Any]:
    """Those of the form and of `rows` (the canned reply and its versions), and what may be put beside them."""
    inside = [key for key, _alt, _drop in form.pictures()]
    has = {*inside, *(each["asset"] for row in rows for each in row.pictures)}
    room = len(inside) < library.MOST
    shelf = [asset for asset in library.recent(actor) if str(asset.id) not in inside] if room else []
    return {"assets": library.assets(has), "shelf": shelf, "room": room}


def added(form: Any, upload: Any, region: Region, actor: Actor) -> str:
    """The picture that came with the form: uploaded now, or of the library; nothing when none did."""
    if upload and upload.filename:
        return str(store.take_upload(upload, actor, region).id)
    return str(form.of_library.data or "")

"""A file that is tried before it is taken: the bytes of an upload, or the text of the one that was tried already."""

from typing import Any

from flask import request
from wtforms import FileField, StringField, TextAreaField
from wtforms.validators import Length

from webapp.errors import Invalid
from webapp.i18n import N_, _

from .forms import Form

NAME = 120


class TriedForm(Form):
    """`content` and `name`: of the file that was tried."""

    file = FileField(N_("File"))
    content = TextAreaField(N_("Content"))
    name = StringField(N_("Name"), [Length(max=NAME)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for each in self:
            each.label.text = _(each.label.text)

    def bytes(self, most: int) -> bytes:
        """What is to be read, one byte more than `most` when there is too much. Raises Invalid at `file`."""
        if not self.validate():
            raise Invalid(fields={"file": _("This file cannot be read.")})
        upload = uploaded()
        if upload:
            self.name.data = upload.filename[:NAME]
            content: bytes = upload.read(most + 1)
        else:
            content = (self.content.data or "").encode("utf-8", "replace")
        if not content:
            raise Invalid(fields={"file": _("Choose a file first.")})
        return content


def uploaded() -> Any:
    """The file that was sent, or None."""
    upload = request.files.get("file")
    return upload if upload and upload.filename else None

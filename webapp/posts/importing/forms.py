"""The form of an import: a table, or the content of the one that was tried."""

from collections.abc import Sequence
from typing import Any

from flask import request
from wtforms import MultipleFileField

from webapp import sheets
from webapp.assets.models import Asset
from webapp.http.choosing import SelectField
from webapp.http.tried import TriedForm
from webapp.i18n import N_, _


class ImportForm(TriedForm):
    """`encoding`: how the file is written, where its first bytes do not say so. `brought`: pictures that came along."""

    encoding = SelectField(N_("How it is written"))
    pictures = MultipleFileField(N_("Pictures that it names"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.encoding.choices = [(key, _(label)) for key, label in sheets.ENCODINGS.items()]
        self.file.label.text = _("CSV file")
        self.brought: Sequence[Asset] = ()

    @property
    def uploads(self) -> list[Any]:
        """The pictures that were chosen."""
        return [each for each in request.files.getlist("pictures") if each.filename]

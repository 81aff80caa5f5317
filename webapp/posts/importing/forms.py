"""The form of an import: a table, or the content of the one that was tried."""

from typing import Any

from webapp import sheets
from webapp.http.choosing import SelectField
from webapp.http.tried import TriedForm
from webapp.i18n import N_, _


class ImportForm(TriedForm):
    """`encoding`: how the file is written, where its first bytes do not say so."""

    encoding = SelectField(N_("How it is written"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.encoding.choices = [(key, _(label)) for key, label in sheets.ENCODINGS.items()]
        self.file.label.text = _("CSV file")

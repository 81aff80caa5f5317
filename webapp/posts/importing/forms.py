"""The form of an import: a file, or the content of the one that was tried."""

from typing import Any

from wtforms import FileField, StringField, TextAreaField
from wtforms.validators import Length

from webapp import sheets
from webapp.http.choosing import SelectField
from webapp.http.forms import Form
from webapp.i18n import N_, _


class ImportForm(Form):
    """`encoding`: how the file is written, where its first bytes do not say so."""

    file = FileField(N_("CSV file"))
    encoding = SelectField(N_("How it is written"))
    content = TextAreaField(N_("Content"))
    name = StringField(N_("Name"), [Length(max=120)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.encoding.choices = [(key, _(label)) for key, label in sheets.ENCODINGS.items()]
        for each in self:
            each.label.text = _(each.label.text)

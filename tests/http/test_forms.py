"""What every form is drawn with and made of."""

import pytest
from werkzeug.datastructures import MultiDict

from webapp.http.choosing import RadioField, SelectField, SelectMultipleField
from webapp.http.forms import Form


def drawn(app, text, **values):
    with app.test_request_context("/sign-in"):
        return app.jinja_env.from_string('{% from "ui/form.html" import errors, field %}' + text).render(**values)


def test_what_is_wrong_is_said_also_where_there_is_no_form(app):
    assert "Tick one" in drawn(app, '{{ errors(none, "Tick one") }}')
    assert drawn(app, "{{ errors(none) }}{{ errors(missing) }}").strip() == ""


@pytest.mark.parametrize("kind", [SelectField, RadioField, SelectMultipleField])
def test_choices_are_pairs_given_at_once_or_later(app, kind):
    class Early(Form):
        one = kind(choices=[("a", "First"), ("b", "Second")])

    class Late(Form):
        one = kind()

    late = Late()
    late.one.choices = [("a", "First"), ("b", "Second")]
    for form in (Early(), late):
        assert form.one.pairs == {"a": "First", "b": "Second"}
        page = drawn(app, "{{ field(form.one) }}", form=form)
        assert 'value="b"' in page
        assert "Second" in page


def test_only_what_is_offered_is_taken():
    class Plain(Form):
        one = SelectField(choices=[("a", "First")])

    assert Plain(MultiDict({"one": "a"})).validate()
    assert not Plain(MultiDict({"one": "b"})).validate()

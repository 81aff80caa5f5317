"""The checks on our own source find what they are there to find."""

import sys

import pytest

from tests.servers.nod import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import strings
import templates


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<p style="color:red">{{ x }}</p>', "style= inline"),
        ("<style>p { color: red }</style>", "<style> inline"),
        ("<script>alert(1)</script>", "<script> inline"),
        ('<a href="#" onclick="go()">{{ x }}</a>', "onclick= inline"),
        ('<b hx-on:click="go()">{{ x }}</b>', "hx-on:click= inline"),
        ('<a href="javascript:go()">{{ x }}</a>', "runs code"),
        ("<p>Hello there</p>", "is not translated"),
        ("<p>{% if x %}Yes{% else %}{{ _('No') }}{% endif %}</p>", "'Yes' is not translated"),
        ('<img src="x" alt="A cat">', "is not translated"),
        ('<input placeholder="Your {{ x }} name">', "is not translated"),
        ("<p class={{ x }}>{{ y }}</p>", "not quoted"),
        ("<p {% if x %}class=wide{% endif %}>{{ y }}</p>", "not quoted"),
        ("{% if %}", "Expected"),
    ],
)
def test_a_fault_is_found(tmp_path, source, found):
    folder = tmp_path / "webapp" / "templates"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text("\n" + source)
    faults = list(templates.check(folder))
    assert any(found in fault for fault in faults), faults


@pytest.mark.parametrize(
    "source",
    [
        "<p>{{ _('Hello') }} · 12:30 → 14</p>",
        "{# a comment with words #}<p>{{ x }}</p>",
        '<p class="wide {{ x }}" hidden>{{ y }}</p>',
        '<script src="{{ asset("app.js") }}" defer></script>',
        '<script type="application/json" id="x">{"words": "in data"}</script>',
        "{% block body_class %}with-tabs{% endblock %}",
        '<a href="{{ url }}?a=b" aria-label="{{ _("Open") }}">Nod</a>',
    ],
)
def test_what_is_right_passes(tmp_path, source):
    folder = tmp_path / "webapp" / "templates"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(source)
    assert list(templates.check(folder)) == []


def catalogue(tmp_path, *entries):
    (tmp_path / "webapp" / "templates").mkdir(parents=True)
    (tmp_path / "webapp" / "words.py").write_text('_("Send %(n)s now")\nngettext("%(n)s post", "%(n)s posts", 2)\n')
    (tmp_path / "webapp" / "templates" / "page.html").write_text('<p>{{ _("Hello") }}</p>')
    path = strings.catalogues(tmp_path)[0]
    path.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    path.write_text(head + "\n\n".join(entries) + "\n")
    return "\n".join(strings.check(tmp_path))


HELLO = 'msgid "Hello"\nmsgstr "Cześć"'
SEND = 'msgid "Send %(n)s now"\nmsgstr "Wyślij %(n)s"'
POSTS = (
    'msgid "%(n)s post"\nmsgid_plural "%(n)s posts"\n'
    'msgstr[0] "%(n)s post"\nmsgstr[1] "%(n)s posty"\nmsgstr[2] "%(n)s postów"'
)


def test_a_complete_catalogue_passes(tmp_path):
    assert catalogue(tmp_path, HELLO, SEND, POSTS) == ""


@pytest.mark.parametrize(
    ("entries", "found"),
    [
        ((HELLO, SEND), "missing: '%(n)s post'"),
        ((HELLO, SEND.replace("Wyślij %(n)s", ""), POSTS), "not translated: 'Send"),
        ((HELLO, SEND.replace("Wyślij %(n)s", "Wyślij %(m)s"), POSTS), "other placeholders: 'Send"),
        (("#, fuzzy\n" + HELLO, SEND, POSTS), "fuzzy: 'Hello'"),
        ((HELLO, SEND, POSTS.replace('msgstr[2] "%(n)s postów"', 'msgstr[2] ""')), "not translated: '%(n)s post'"),
    ],
)
def test_what_is_incomplete_is_named(tmp_path, entries, found):
    assert found in catalogue(tmp_path, *entries)

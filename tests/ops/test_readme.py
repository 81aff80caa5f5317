"""What the README promises exists: every variable, every command, every target."""

import ast
import re

from tests.servers.nod import ROOT
from webapp import cli

README = (ROOT / "README.md").read_text()


def test_the_table_has_every_variable_and_no_other():
    tree = ast.parse((ROOT / "webapp" / "config.py").read_text())
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    read = {text for text in strings if re.fullmatch(r"(NOD|SMTP|DATABASE|REDIS)_[A-Z_]+|PORT", text)}
    rows = re.findall(r"^\| (`[A-Z_`, ]+) \|", README, re.MULTILINE)
    told = set(re.findall(r"[A-Z_]{4,}", " ".join(rows)))
    assert told == read


def test_every_command_is_told():
    choices = next(action.choices for action in cli._parser()._actions if action.choices)
    for name in choices:
        assert f"`nod {name}" in README, name
    assert set(re.findall(r"`nod ([a-z-]+)", README)) == set(choices)


def test_every_target_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", README)) <= targets

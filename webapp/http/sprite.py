"""One sprite of the symbols in use: our own shapes, and the Lucide icons that templates and code name.

A template names an icon as the first argument of `i(…)` or as `icon=…`; code names it as `icon=…`. A name
that neither we nor Lucide have stops the start, so that it can never be a hole in a page.
"""

import ast
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeGuard

import lucide
from jinja2 import Environment, nodes

_SYMBOL = re.compile(r'<symbol id="([^"]+)"')
_COMMENT = re.compile(r"<!--.*?-->\s*", re.S)
_OUTER = re.compile(r"^.*?<svg.*?>|</svg>\s*$", re.S)


class MissingIcon(Exception):
    """An icon is named that nobody drew. The message says which and where."""


def names(text: str) -> frozenset[str]:
    """The symbols a sprite has."""
    return frozenset(_SYMBOL.findall(text))


def _constants(node: nodes.Node | None) -> Iterator[str]:
    """String constants an expression may yield: itself, or either side of a choice."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.CondExpr):
        yield from _constants(node.expr1)
        yield from _constants(node.expr2)


@cache
def _parser() -> Environment:
    return Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])


@cache
def _in_template(source: str) -> frozenset[str]:
    return frozenset(_named(_parser().parse(source)))


def _named(tree: nodes.Template) -> Iterator[str]:
    for call in tree.find_all(nodes.Call):
        called = getattr(call.node, "name", getattr(call.node, "attr", ""))
        if called == "i" and call.args:
            yield from _constants(call.args[0])
        for keyword in call.kwargs:
            if keyword.key == "icon":
                yield from _constants(keyword.value)
    for macro in tree.find_all(nodes.Macro):
        for argument, default in zip(reversed(macro.args), reversed(macro.defaults), strict=False):
            if argument.name == "icon":
                yield from _constants(default)


@cache
def _in_code(source: str) -> frozenset[str]:
    values = (node.value for node in ast.walk(ast.parse(source)) if _names_icon(node))
    return frozenset(v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str))


def _names_icon(node: ast.AST) -> TypeGuard[ast.keyword | ast.Assign | ast.AnnAssign]:
    if isinstance(node, ast.keyword):
        return node.arg == "icon"
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(getattr(target, "id", getattr(target, "attr", "")) == "icon" for target in targets)


def sources(env: Environment, code: Iterable[Path]) -> dict[str, str]:
    """Every text that may name an icon, by a name to show: the page templates and the given Python files."""
    found = {}
    for template in sorted(env.list_templates(extensions=["html"])):
        found[template] = env.loader.get_source(env, template)[0] if env.loader else ""
    return found | {str(path): path.read_text() for path in code}


def used(texts: Mapping[str, str]) -> dict[str, str]:
    """Icon names, each with the first of the texts that names it."""
    found: dict[str, str] = {}
    for where, text in texts.items():
        if "i(" in text or "icon" in text:
            for name in _in_code(text) if where.endswith(".py") else _in_template(text):
                found.setdefault(name, where)
    found.pop("", None)
    return found


def _lucide(archive: zipfile.ZipFile, name: str) -> str:
    inner = _OUTER.sub("", archive.read(f"{name}.svg").decode().strip())
    inner = re.sub(r"\s+", " ", inner).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>'


def build(own: str, wanted: dict[str, str]) -> str:
    """The sprite's text. Raises MissingIcon."""
    mine = names(own)
    with zipfile.ZipFile(Path(lucide.__file__).parent / "lucide.zip") as archive:
        known = set(archive.namelist())
        for name in wanted:
            if name not in mine and f"{name}.svg" not in known:
                raise MissingIcon(f"{wanted[name]} uses the icon {name!r}; neither own.svg nor Lucide has it.")
        theirs = "".join(_lucide(archive, name) for name in sorted(set(wanted) - mine))
    text = _COMMENT.sub("", own).strip().removesuffix("</svg>").replace("\n", "")
    return f"{text}{theirs}</svg>"

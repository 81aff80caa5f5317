"""One sprite of the symbols in use: our own shapes, and the Lucide icons that templates and code name.

A template names an icon as the first argument of `i(…)` or as `icon=…`; code names it as `icon=…`. A name
that neither we nor Lucide have stops the start, so that it can never be a hole in a page.
"""

import ast
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

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


def _in_template(env: Environment, source: str) -> Iterator[str]:
    tree = env.parse(source)
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


def _in_code(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword | ast.Assign | ast.AnnAssign) and _names_icon(node):
            value = node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def _names_icon(node: ast.keyword | ast.Assign | ast.AnnAssign) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg == "icon"
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(getattr(t, "id", getattr(t, "attr", "")) == "icon" for t in targets)


def used(env: Environment, code: Iterable[Path]) -> dict[str, str]:
    """Icon names and the file that names each first, from every page template and the given Python files."""
    found: dict[str, str] = {}
    for template in env.list_templates(extensions=["html"]):
        source = env.loader.get_source(env, template)[0] if env.loader else ""
        for name in _in_template(env, source):
            found.setdefault(name, template)
    for path in code:
        text = path.read_text()
        for name in _in_code(text) if "icon" in text else ():
            found.setdefault(name, path.name)
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

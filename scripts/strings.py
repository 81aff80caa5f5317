"""The words of the interface: what the source says and what each catalogue has (`make strings` writes, lint checks).

A catalogue is complete when it has every string, translated, not marked fuzzy, with the same placeholders.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from webapp.i18n import OFFERED

HERE = Path(__file__).resolve().parent.parent
KEYWORDS = {
    "_": None,
    "gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
with (HERE / "i18n" / "babel.cfg").open() as file:
    METHODS, _options = parse_mapping_cfg(file)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def wanted(root: Path) -> Catalog:
    """Every marked string of the source."""
    catalogue = Catalog(project="Nod", version="1", copyright_holder="The Nod authors", fuzzy=False)
    found = extract_from_dir(
        root, METHODS, keywords=KEYWORDS, comment_tags=("For translators:",), strip_comment_tags=True
    )
    for name, _line, message, comments, context in found:
        if message:
            catalogue.add(message, None, [(name, 1)], auto_comments=comments, context=context)
    return catalogue


def catalogues(root: Path) -> list[Path]:
    """The catalogues of the languages that are offered, English apart: it is in the source."""
    return [root / "i18n" / tag / "LC_MESSAGES" / "messages.po" for tag in sorted(OFFERED) if tag != "en"]


def read(path: Path) -> Catalog:
    """One catalogue, empty when there is none yet; its language is the name of its folder."""
    if not path.exists():
        return Catalog(locale=path.parent.parent.name, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def update(root: Path) -> None:
    """Bring every catalogue to the strings of the source, keeping translations. No line numbers: they only churn."""
    template = wanted(root)
    for path in catalogues(root):
        catalogue = read(path)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=110, no_location=True, sort_output=True, ignore_obsolete=True)


def check(root: Path) -> Iterator[str]:
    """What keeps a catalogue from being complete."""
    template = wanted(root)
    for path in catalogues(root):
        catalogue = read(path)
        for message in template:
            if message.id:
                found = catalogue.get(_first(message), context=message.context)
                yield from (
                    f"{path.parent.parent.name}: {fault}: {_first(message)!r}" for fault in _faults(message, found)
                )


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else message.id


def _faults(wanted: Message, found: Message | None) -> Iterator[str]:
    if found is None:
        yield "missing"
        return
    texts = list(found.string) if isinstance(found.string, (tuple, list)) else [found.string]
    if not all(texts):
        yield "not translated"
    elif found.fuzzy:
        yield "fuzzy"
    allowed = set(PLACEHOLDER.findall(" ".join(wanted.id if isinstance(wanted.id, (tuple, list)) else [wanted.id])))
    if any(set(PLACEHOLDER.findall(text)) - allowed for text in texts):
        yield "other placeholders"


if __name__ == "__main__":
    update(HERE)
    faults = list(check(HERE))
    print("\n".join(faults) or "complete")
    sys.exit(bool(faults))

"""PDF from a page, where WeasyPrint and pango are there. Without them the page prints, and `nod doctor` says why.

Nothing is fetched: the page brings its own style, and any address in it leads nowhere.
"""

from functools import cache
from typing import Any


@cache
def missing() -> str:
    """Why no PDF can be made; empty when it can."""
    try:
        import weasyprint  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        return "WeasyPrint is not installed (pip install weasyprint)"
    except OSError as error:
        return f"a library is missing: {error}".split("\n")[0]
    return "" if hasattr(weasyprint, "HTML") else "WeasyPrint is damaged"


def able() -> bool:
    """Whether a PDF can be made here."""
    return not missing()


def pdf(html: str) -> bytes:
    """The page as a tagged PDF."""
    import weasyprint

    made: bytes = weasyprint.HTML(string=html, url_fetcher=_nothing).write_pdf(pdf_variant="pdf/ua-1")
    return made


def _nothing(url: str, *_more: Any, **_named: Any) -> dict[str, Any]:
    raise ValueError("nothing is fetched for a record")

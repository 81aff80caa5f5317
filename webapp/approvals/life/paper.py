"""PDF from a page, where WeasyPrint and pango are there. Without them the page prints, and `nod doctor` says why.

Nothing is fetched: the page brings its own style, and any address in it leads nowhere.
"""

from functools import cache
from typing import Any

STYLE = """
@page { size: A4; margin: 18mm 16mm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; } }
body { font: 9.5pt/1.45 sans-serif; }
h1 { font-size: 16pt; }
h2 { font-size: 11.5pt; margin: 1.2em 0 .3em; }
code { font-size: 8pt; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: 32mm 1fr; gap: 1mm 4mm; }
dt, small { color: #555; }
dd { margin: 0; }
blockquote { margin: 2mm 0; padding-inline-start: 3mm; border-inline-start: 1pt solid #999; white-space: pre-wrap; }
table { width: 100%; border-collapse: collapse; }
td, th { text-align: start; vertical-align: top; border-bottom: .5pt solid #bbb; padding: 1.2mm 2mm 1.2mm 0; }
.path { padding: 0; list-style: none; }
.path li { margin-block-end: 1.2mm; }
.path span { margin-inline-end: 2mm; }
.path small { display: block; }
"""


@cache
def missing() -> str:
    """Why no PDF can be made; empty when it can."""
    try:
        import weasyprint  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError:
        return "WeasyPrint is not installed (pip install -r requirements-pdf.txt; it wants pango)"
    except OSError as error:
        return f"a library is missing: {error}".split("\n")[0]
    return "" if hasattr(weasyprint, "HTML") else "WeasyPrint is damaged"


def able() -> bool:
    """Whether a PDF can be made here."""
    return not missing()


def pdf(html: str, more: str = "") -> bytes:
    """The page as a tagged PDF. `more`: style of its own, after ours."""
    import weasyprint

    style = weasyprint.CSS(string=STYLE + more)
    made: bytes = weasyprint.HTML(string=html, url_fetcher=_nothing).write_pdf(
        stylesheets=[style], pdf_variant="pdf/ua-1"
    )
    return made


def _nothing(url: str, *_more: Any, **_named: Any) -> dict[str, Any]:
    raise ValueError("nothing is fetched for a record")

"""Whether a message asks something: a question mark, or a beginning that asks in the languages we know best."""

import regex

from .language import bare

_MARKS = regex.compile(r"[?？؟⁇⁈՞]|(?<=\p{Greek})\s*;\s*$")
_OPENERS = (
    "who what when where why how which is are do does did can could will would should may has have am any anyone",
    "kto co czy kiedy gdzie dlaczego czemu jak jaki jaka jakie który która które ile skąd dokąd",
    "wer was wann wo warum wieso wie welche welcher welches wieviel woher wohin gibt kann könnt habt",
    "quién qué cuándo dónde por qué cómo cuál cuánto cuánta cuántos hay alguien puedo pueden tienen",
    "quem quando onde como qual quanto quanta quantos tem alguém posso vocês podem",
    "qui quand où pourquoi comment quel quelle combien est-ce y a-t-il",
    "هل متى أين كيف لماذا كم",
)
_FIRST = {word for line in _OPENERS for word in line.split()} - {"por", "y", "as", "ma", "was", "qué", "est-ce"}
_JAPANESE = regex.compile(r"(です|ます|でしょう|ません|の)か[。！!\s]*$")
_WORD = regex.compile(r"[\w'-]+")


def asks(text: str) -> bool:
    """A guess that errs towards answering somebody: short openings count, statements with a mark count too."""
    words = bare(text)
    if _MARKS.search(words) or _JAPANESE.search(words):
        return True
    first = _WORD.search(words.casefold())
    return first is not None and first[0] in _FIRST and len(words.split()) > 2

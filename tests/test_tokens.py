"""Every pair of colours that meets on a screen is readable: contrast recomputed from the tokens themselves."""

import math
import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parent.parent / "webapp" / "static" / "css"
PAIR = re.compile(r"--([\w-]+):\s*light-dark\(oklch\(([^)]+)\),\s*oklch\(([^)]+)\)\);")
PLAIN = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
Colour = tuple[float, float, float]

# token, background, least contrast, and the ratios (light, dark) the design promises
TEXT = [
    ("ink", "paper", 4.5, (14.6, 16.6)),
    ("ink-2", "paper", 4.5, (7.6, 10.8)),
    ("ink-2", "sunken", 4.5, (7.0, 8.9)),
    ("ink-3", "paper", 4.5, (5.3, 7.5)),
    ("ink-3", "sunken", 4.5, (4.9, 6.1)),
    ("on-nod", "nod", 4.5, (6.9, 11.3)),
    ("on-nod", "nod-deep", 4.5, (9.6, 8.8)),
    ("nod-ink", "nod-soft", 4.5, (7.7, 9.1)),
    ("amber-ink", "amber-soft", 4.5, (7.1, 9.2)),
    ("rust-ink", "rust-soft", 4.5, (6.8, 8.0)),
    ("iris-ink", "iris-soft", 4.5, (7.2, 8.3)),
    ("hatch-ink", "hatch-a", 4.5, (8.6, 7.8)),
]
SHAPES = [
    ("edge", "paper", 3.0, (3.4, 4.1)),
    ("amber-mark", "paper", 3.0, (3.4, 9.9)),
    ("nod", "paper", 3.0, (6.5, 11.9)),
    ("rust", "paper", 3.0, (5.2, 7.2)),
    ("iris", "paper", 3.0, (5.3, 7.8)),
]
# pairs the screens use that the design's table does not list
ALSO = [
    *(("ink", ground, 4.5) for ground in ("surface", "sunken", "raised")),
    *((name, "surface", 4.5) for name in ("ink-2", "ink-3", "nod-ink", "amber-ink", "rust-ink", "iris-ink")),
    *((name, "paper", 4.5) for name in ("nod-ink", "amber-ink", "rust-ink", "iris-ink")),
    ("paper", "ink", 4.5),
    ("nod-ink", "sunken", 4.5),
    ("amber-flip", "ink", 3.0),
    ("edge", "surface", 3.0),
    ("iris", "surface", 3.0),
    ("rust", "surface", 3.0),
    ("hatch-ink", "hatch-b", 4.5),
]


def _linear(text: str) -> Colour:
    """`L% C H` of OKLCH as linear sRGB, clipped (Björn Ottosson's matrices)."""
    lightness, chroma, hue = (float(part.rstrip("%")) for part in text.split())
    lightness /= 100
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    return tuple(min(1.0, max(0.0, value)) for value in channels)  # type: ignore[return-value]


def _luminance(colour: Colour) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2 contrast ratio of two linear colours."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _hex(colour: Colour) -> tuple[int, ...]:
    gamma = (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in colour)
    return tuple(round(v * 255) for v in gamma)


TOKENS = {name: (_linear(light), _linear(dark)) for name, light, dark in PAIR.findall((CSS / "tokens.css").read_text())}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("token", "ground", "least", "promised"), TEXT + SHAPES)
def test_the_pairs_of_the_design(
    token: str, ground: str, least: float, promised: tuple[float, float], theme: int
) -> None:
    ratio = contrast(TOKENS[token][theme], TOKENS[ground][theme])
    assert ratio >= least
    assert ratio == pytest.approx(promised[theme], abs=0.15)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("token", "ground", "least"), ALSO)
def test_the_other_pairs_on_screens(token: str, ground: str, least: float, theme: int) -> None:
    assert contrast(TOKENS[token][theme], TOKENS[ground][theme]) >= least


def test_every_colour_used_is_a_token() -> None:
    declared = set(re.findall(r"--([\w-]+):", "".join(p.read_text() for p in CSS.glob("*.css"))))
    for path in CSS.glob("*.css"):
        text = path.read_text()
        assert set(re.findall(r"var\(--([\w-]+)", text)) <= declared, path.name
        if path.stem not in ("tokens", "fallback"):
            assert not re.search(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)\(", text), path.name


def test_the_plain_palette_is_the_light_one() -> None:
    plain = dict(PLAIN.findall((CSS / "fallback.css").read_text().replace("; --", ";\n--").replace("--", " --")))
    assert set(TOKENS) - {"amber"} <= set(plain)
    for name, (light, _dark) in TOKENS.items():
        channels = tuple(int(plain[name][n : n + 2], 16) for n in (1, 3, 5))
        assert all(abs(a - b) <= 1 for a, b in zip(channels, _hex(light), strict=True)), name

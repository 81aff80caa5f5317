"""What is wrong with a screen: sticks out sideways, fails the accessibility rules, speaks another language."""

import re

from playwright.sync_api import Page

from .browsers import AXE

SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth
  if (document.scrollingElement.scrollWidth <= width) return []
  const out = [...document.body.querySelectorAll('*')].filter((each) => {
    const box = each.getBoundingClientRect()
    return box.width && !each.closest('.vh') && (box.right > width + 1 || box.left < -1)
  })
  return out.filter((each) => !each.closest('.tabs')).slice(-3).map((each) => each.outerHTML.slice(0, 160))
}"""
RULES = """(only) => axe.run(document, {
  ...(only ? {runOnly: only} : {}), resultTypes: ['violations']
}).then((done) => done.violations.map((each) =>
  `${each.id}: ` + each.nodes.slice(0, 3).map((node) =>
    node.html.slice(0, 200) + ' ' + (node.any[0]?.message ?? '')).join(' | ')))"""
WORDS = """() => {
  const foreign = '[hx-ignore], [dir=auto], bdi, code, script, style, textarea, time, svg, option, noscript'
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = []
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const parent = node.parentElement
    if (parent.closest(foreign) || parent.closest('[lang]') !== document.documentElement) continue
    if (node.data.trim()) found.push(node.data.trim())
  }
  for (const each of document.querySelectorAll('[aria-label], [placeholder], [title]'))
    for (const name of ['aria-label', 'placeholder', 'title'])
      if (each.getAttribute(name)) found.push(each.getAttribute(name))
  return found
}"""
STILL = """() => document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().iterations !== Infinity)
  .forEach((each) => each.finish())"""
INNER = re.compile(r"\[[^\[\]]*\]")
HALF = re.compile(r"^[^\[]*~\]|\[[^\]]*$")
"""A sentence with a name in an element of its own: its two halves."""
AGO = re.compile(r"in [0-9]+ \w+|[0-9]+ \w+ ago")
"""What CLDR words."""
LETTERS = re.compile(r"[^\W\d_]{3,}")


def still(page: Page) -> None:
    """Whatever fades or moves is at its end: not waited for, as a browser that draws nothing never gets there."""
    page.evaluate(STILL)


def sideways(page: Page) -> list[str]:
    """Elements that make the page scroll sideways."""
    return [f"sticks out: {each}" for each in page.evaluate(SIDEWAYS)]


def rules(page: Page, only: list[str] | None = None) -> list[str]:
    """What axe finds; `only` these rules."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    return list(page.evaluate(RULES, only))


def untranslated(page: Page, names: set[str]) -> list[str]:
    """Words on a page of the pseudo-language that did not come through gettext; `names` are people's own words."""
    found = []
    for text in page.evaluate(WORDS):
        left = text
        while INNER.search(left):
            left = INNER.sub("", left)
        left = AGO.sub("", HALF.sub("", left))
        if set(LETTERS.findall(left)) - names:
            found.append(f"not translated: {text[:120]}")
    return found

"""The calendar by keyboard alone, and in the order a screen reader says it: agenda, week, month; then a move."""

import re
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from webapp import times

from . import look, steps
from .browsers import press, shot
from .company import Company

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
VIEWS = {"agenda": "/calendar", "week": "/calendar/regions", "month": "/calendar/month"}
TARGET = 44
REACHABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
MARK = """(reachable) => {
  const seen = (each) => each.checkVisibility() && !each.closest('[popover]:not(:popover-open), dialog:not([open])')
  return [...document.querySelectorAll(reachable)].filter(seen).map((each, n) => (each.dataset.walk = n))
}"""
"""Numbers everything that can be reached in the order of the document, which is the order it is said in."""
STOP = """() => {
  const at = document.activeElement
  if (!at || at === document.body) return null
  const box = at.getBoundingClientRect()
  const named = (at.getAttribute('aria-label') || at.innerText || '').trim()
  const label = at.getAttribute('aria-labelledby')
  return {
    walk: at.dataset.walk === undefined ? null : +at.dataset.walk,
    name: named || (label ? document.getElementById(label).innerText : '') || at.labels?.[0]?.innerText || '',
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    ring: getComputedStyle(at).outlineStyle !== 'none' || getComputedStyle(at).boxShadow !== 'none',
    html: at.outerHTML.slice(0, 120),
  }
}"""
MISSED = """(reached) => [...document.querySelectorAll('[data-walk]')]
  .filter((each) => !reached.includes(+each.dataset.walk) && each.type !== 'radio')
  .map((each) => each.outerHTML.slice(0, 120))"""
SMALL = """(least) => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
  .filter((each) => each.checkVisibility({visibilityProperty: true}))
  .filter((each) => !each.closest('.vh, [popover]:not(:popover-open)'))
  .filter((each) => !each.matches('.skip'))
  .map((each) => [each.closest('label') ?? each, each.outerHTML.slice(0, 120)])
  .map(([each, html]) => [each.getBoundingClientRect(), html])
  .filter(([box]) => box.width && box.height && (box.width < least - .5 || box.height < least - .5))
  .map(([box, html]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""


def walked(page: Page) -> list[dict[str, Any]]:
    """Every stop of the Tab key, from the beginning of the page until it leaves it."""
    count = len(page.evaluate(MARK, REACHABLE))
    stops = []
    for _ in range(count + 5):
        press(page, "Tab")
        stop = page.evaluate(STOP)
        if stop is None or (stops and stop["walk"] == stops[0]["walk"]):
            break
        stops.append(stop)
    return stops


@pytest.mark.parametrize("view", VIEWS)
def test_tab_goes_through_a_view_in_the_order_it_is_said(pomela: Company, view: str) -> None:
    with pomela.desk("planner") as desk:
        desk.goto(VIEWS[view])
        stops = walked(desk)
        numbers = [stop["walk"] for stop in stops]
        assert len(stops) > 15
        assert None not in numbers, [stop["html"] for stop in stops if stop["walk"] is None]
        assert numbers == sorted(numbers), "the focus jumps about"
        missed = desk.evaluate(MISSED, numbers)
        assert not missed
        assert not [stop["html"] for stop in stops if not stop["name"].strip()], "a stop without a name"
        assert not [stop["html"] for stop in stops if not stop["inside"]], "the focus is out of sight"
        assert not [stop["html"] for stop in stops if not stop["ring"]], "the focus is not to be seen"
        assert look.rules(desk) == []


@pytest.mark.parametrize("view", VIEWS)
def test_no_target_is_smaller_than_a_thumb(pomela: Company, view: str) -> None:
    with pomela.phone("planner") as phone:
        phone.goto(VIEWS[view])
        shot(phone, f"walk-{view}")
        assert phone.evaluate(SMALL, TARGET) == []


def test_the_agenda_is_said_day_by_day_and_hour_by_hour(pomela: Company) -> None:
    with pomela.desk("planner") as desk:
        desk.goto("/calendar?basis=mine")
        days = desk.evaluate("[...document.querySelectorAll('#agenda section h2')].map((each) => each.id.slice(1))")
        assert days == sorted(days)
        assert len(days) >= 3
        assert all(date.fromisoformat(day) for day in days)
        for section in desk.locator("#agenda section").all():
            hours = section.locator(".ag > .t > b").all_inner_texts()
            assert hours == sorted(hours), "one basis, so the hours rise"
        heading = desk.locator("#agenda h2").first
        assert desk.locator("#agenda section").first.get_attribute("aria-labelledby") == heading.get_attribute("id")
        first = desk.locator("#agenda .ev").first.inner_text()
        assert re.search(r"\w", first)


def test_the_week_is_a_table_whose_cells_know_their_region_and_day(pomela: Company) -> None:
    with pomela.desk("planner") as desk:
        desk.goto("/calendar/regions")
        table = desk.get_by_role("table", name="Posts by region and day")
        expect(table.get_by_role("columnheader")).to_have_count(7)
        rows = table.get_by_role("rowheader").all_inner_texts()
        assert len(rows) >= 4
        assert all("\n" in row for row in rows), "a region and its clock"
        region = desk.get_by_role("region", name="Week from")
        region.focus()
        expect(region).to_be_focused()
        states = table.locator(".pe .st .vh").all_inner_texts()
        assert states, "a state is a word too"
        assert all(states)


def test_the_month_says_how_many_posts_each_day_has(pomela: Company) -> None:
    with pomela.desk("planner") as desk:
        desk.goto("/calendar/month")
        heads = desk.get_by_role("columnheader").all_inner_texts()
        assert len(heads) == 7
        names = desk.locator(".heat td a").evaluate_all("(all) => all.map((each) => each.textContent)")
        assert len(names) % 7 == 0
        assert all(re.search(r"\d", name) for name in names)
        days = desk.locator(".heat td a").evaluate_all(
            "(all) => all.map((each) => new URL(each.href).searchParams.get('day'))"
        )
        assert all((date.fromisoformat(b) - date.fromisoformat(a)).days == 1 for a, b in pairwise(days)), (
            "day after day"
        )
        day = desk.locator(".heat td a[aria-current=date]")
        day.focus()
        press(desk, "Enter")
        expect(desk).to_have_url(re.compile(r"/calendar\?day="))


def minute(pomela: Company, path: str) -> str:
    """When it goes out, as a button says it."""
    at = pomela.act(lambda: pomela.post(path).planned_at)
    assert at
    return times.iso(at)


def test_a_post_is_moved_and_brought_back_without_a_mouse(pomela: Company) -> None:
    path = pomela.written("A post that the keyboard moves", hours=40)
    with pomela.desk("warsaw.author") as desk:
        desk.goto("/calendar")
        link = desk.get_by_role("link", name="A post that the keyboard moves")
        link.focus()
        press(desk, "Enter")
        expect(desk).to_have_url(re.compile(path))
        press(desk, "m")
        expect(desk.get_by_role("heading", level=1)).to_have_text("Move or copy")
        before = minute(pomela, path)
        desk.locator("button[name=at]").first.focus()
        press(desk, "Enter")
        steps.told(desk, "Moved to")
        assert minute(pomela, path) != before
        press(desk, "z")
        steps.told(desk, "Moved to")
        expect(desk.get_by_role("article")).to_contain_text("A post that the keyboard moves")
        desk.wait_for_function("() => !document.querySelector('[data-key-action=z]')")
        assert minute(pomela, path) == before


def test_a_post_is_dragged_to_another_day(pomela: Company) -> None:
    path = pomela.written("A post that a mouse drags", hours=1)
    with pomela.desk("warsaw.author") as desk:
        desk.goto(f"/calendar/regions?day={pomela.act(lambda: pomela.post(path).wall[:10])}")
        link = desk.get_by_role("link", name="A post that a mouse drags")
        cells = desk.locator("tr", has=link).locator("td[data-drop]")
        day = link.locator("xpath=ancestor::td").get_attribute("data-drop")
        there = next(cell for cell in reversed(cells.all()) if cell.get_attribute("data-drop") != day)
        wanted = re.findall(r"day=([0-9-]+)", there.get_attribute("data-drop") or "")[0]
        before = minute(pomela, path)
        link.drag_to(there)
        expect(desk.get_by_role("heading", level=1)).to_have_text("Move or copy")
        expect(desk.get_by_label("Day")).to_have_value(wanted)
        assert minute(pomela, path) == before, "the drop alone moves nothing"


def test_one_key_leads_to_moving_several(pomela: Company) -> None:
    pomela.written("One of several for the keyboard", hours=42)
    with pomela.desk("warsaw.author") as desk:
        desk.goto("/calendar")
        press(desk, "m")
        expect(desk.get_by_role("heading", level=1)).to_contain_text("Move several posts")
        desk.get_by_role("checkbox", name="One of several for the keyboard").focus()
        press(desk, "Space")
        desk.get_by_role("button", name="Look at the list").focus()
        press(desk, "Enter")
        expect(desk.get_by_role("heading", level=1)).to_have_text("Move 1 post?")
        desk.get_by_role("button", name="Move 1 post").focus()
        press(desk, "Enter")
        steps.told(desk, "1 post moved")
        press(desk, "z")
        steps.told(desk, "All of them are back")


def test_the_week_of_a_phone_begins_where_today_is_and_not_at_an_empty_monday(pomela: Company) -> None:
    with pomela.phone("planner") as page:
        page.goto("/calendar/regions")
        expect(page.locator(".grid7 thead [aria-current=date] b")).to_be_in_viewport()

"""Judging without a script: a tap on a picture is a pin, its author sees and solves it; several posts get one list."""

import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from webapp import db
from webapp.posts.checks import running
from webapp.posts.models import Comment

from . import look, steps
from .browsers import press, shot
from .company import Company
from .test_main_job import ALT, picture

pytestmark = pytest.mark.browser


@pytest.mark.thorough
def test_a_tap_on_a_picture_is_a_pin_where_it_was_tapped(pomela: Company) -> None:
    with pomela.phone("warsaw.author", java_script_enabled=False) as author:
        steps.begin(author, "A picture to point at")
        steps.illustrate(author, picture(), ALT)
        author.get_by_role("button", name="Save", exact=True).last.tap()
        steps.told(author, "Saved")
        path = re.sub(r"/edit.*", "", author.url.removeprefix(pomela.base))
        with pomela.phone("warsaw.approver", java_script_enabled=False) as phone:
            phone.goto(f"{path}/pointing")
            box = phone.locator("input.tap").bounding_box()
            assert box
            assert (box["width"], box["height"]) == (288, 216)
            phone.locator("input.tap").tap(position={"x": 216, "y": 54})
            phone.get_by_label("What about it?").fill("Too bright up here")
            shot(phone, "pointed-without-scripts")
            phone.get_by_role("button", name="Say it there").tap()
            steps.told(phone, "Added")
            expect(phone.locator("figure").get_by_role("link", name="Comment 1, top right")).to_be_visible()
        place = pomela.act(lambda: db.session.scalars(sa.select(Comment.place).order_by(Comment.id.desc())).first())
        assert place
        assert (place["x"], place["y"]) == (pytest.approx(0.75, abs=0.01), pytest.approx(0.25, abs=0.01))
        author.goto(f"{path}/edit")
        expect(author.locator("#asked")).to_contain_text("Too bright up here")
        author.locator("#asked").get_by_role("button", name="Solved").tap()
        steps.told(author, "Solved")
        expect(author.locator("#asked")).not_to_contain_text("Too bright up here")


@pytest.mark.thorough
def test_a_pin_lies_on_the_same_point_of_the_picture_as_it_is_shown(pomela: Company) -> None:
    """However large the picture is drawn: the circle's middle is at its ratio of the picture, not of the frame."""
    with pomela.desk("warsaw.author") as author:
        steps.begin(author, "A pin is where it was put")
        steps.illustrate(author, picture(), ALT)
        author.get_by_role("button", name="Save", exact=True).last.click()
        steps.told(author, "Saved")
        path = re.sub(r"/edit.*", "", author.url.removeprefix(pomela.base))
        author.goto(f"{path}/pointing")
        author.locator("input.tap").click(position={"x": 144, "y": 54})
        author.get_by_label("What about it?").fill("Here")
        author.get_by_role("button", name="Say it there").click()
        steps.told(author, "Added")
        for width in (390, 1280):
            author.set_viewport_size({"width": width, "height": 800})
            author.goto(path)
            shown = author.locator("figure img").bounding_box()
            pin = author.locator("figure circle").bounding_box()
            assert shown
            assert pin
            drawn = min(shown["width"], shown["height"] * 4 / 3)
            left = shown["x"] + (shown["width"] - drawn) / 2
            top = shown["y"] + (shown["height"] - drawn * 3 / 4) / 2
            assert (pin["x"] + pin["width"] / 2 - left) / drawn == pytest.approx(0.5, abs=0.01)
            assert (pin["y"] + pin["height"] / 2 - top) / (drawn * 3 / 4) == pytest.approx(0.25, abs=0.01)
            assert min(pin["width"], pin["height"]) >= 24


@pytest.mark.parametrize("scripts", [True, False])
def test_clean_posts_are_approved_together_and_taken_back(
    pomela: Company, scripts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "ADVICE", [])
    words = [f"{name} {'with' if scripts else 'without'} a script" for name in ("Quince", "Barley")]
    paths = [pomela.waiting(each, hours=400 + 30 * n + (200 if scripts else 0)) for n, each in enumerate(words)]
    with pomela.phone("warsaw.approver", java_script_enabled=scripts) as phone:
        phone.goto("/approvals")
        phone.get_by_role("link", name="Select").tap()
        for each in words:
            phone.get_by_role("checkbox", name=re.compile(each)).check()
        phone.get_by_role("button", name="Look at the list").tap()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Approve 2 clean posts?")
        assert not look.sideways(phone)
        phone.get_by_role("button", name="Approve 2 clean posts").tap()
        expect(phone.get_by_role("heading", level=1)).to_contain_text("2 posts approved")
        assert [pomela.state(path) for path in paths] == ["scheduled"] * 2
        phone.get_by_role("button", name="Undo", exact=True).tap()
        steps.told(phone, "All taken back")
        assert [pomela.state(path) for path in paths] == ["waiting"] * 2


def test_the_keys_walk_the_run_on_a_desk(pomela: Company) -> None:
    path = pomela.waiting("Moved through by keys", hours=900)
    with pomela.desk("warsaw.approver") as desk:
        desk.goto("/approvals")
        press(desk, "j")
        expect(desk.locator("#card")).to_be_visible()
        first = desk.url
        press(desk, "j")
        expect(desk).not_to_have_url(first)
        press(desk, "k")
        expect(desk).to_have_url(re.compile(first.split("?")[0]))
        desk.goto(f"{path}/approval")
        for key, words in (("A", "approve"), ("R", "request changes"), ("J", "next"), ("K", "previous"), ("Z", "undo")):
            expect(desk.locator(".keys")).to_contain_text(f"{key} {words}")
        press(desk, "r")
        expect(desk.locator("dialog#changes")).to_be_visible()
        press(desk, "Escape")
        press(desk, "a")
        steps.told(desk, "Approved")
        assert pomela.state(path) == "scheduled"
        press(desk, "z")
        steps.told(desk, "Taken back")
        assert pomela.state(path) == "waiting"

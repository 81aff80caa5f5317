"""The trail as JSON: whoever holds it can verify the chain without Nod, and a post that is gone is still in it."""

import hashlib
import json

from tests.approvals import house
from webapp import db, events, times
from webapp.posts import drafts


def exported(browser, more=""):
    answer = browser.get(f"/activity.json{more}")
    assert answer.status_code == 200
    return json.loads(answer.get_data(as_text=True))


def seal():
    events.seal_pending(times.now(), limit=5000)
    db.commit()


def test_the_chain_can_be_verified_from_the_file_alone(cast):
    row = house.waiting(cast)
    house.decide(cast, row)
    seal()
    lines = sorted(exported(cast.administrator), key=lambda line: line["position"])
    assert [line["position"] for line in lines] == list(range(1, len(lines) + 1))
    before = ""
    for line in lines:
        body = json.dumps(line["hashed"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert line["hash"] == hashlib.sha256((before + body).encode()).hexdigest()
        before = line["hash"]


def test_the_trail_outlives_the_post(cast):
    row = house.waiting(cast, text="Gone tomorrow")
    house.decide(cast, row, "approver", "reject", comment="No")
    post = house.stored(row).post
    drafts.delete(post, cast.actor("author"))
    db.commit()
    seal()
    kinds = [line["hashed"]["kind"] for line in exported(cast.administrator)]
    assert {"post.submitted", "decision.made", "post.deleted"} <= set(kinds)
    assert events.broken_link(str(cast.organization.id)) is None
    assert "decision.made" in cast.administrator.get("/activity.csv").get_data(as_text=True)


def test_everybody_gets_what_they_see(cast):
    house.waiting(cast)
    seal()
    assert "post.submitted" in [line["hashed"]["kind"] for line in exported(cast.analyst)]
    assert cast.author.get("/activity.json").status_code == 403
    assert "post.submitted" not in [line["hashed"]["kind"] for line in exported(cast.stranger)]
    assert exported(cast.administrator, "?from=2001-01-01&to=2001-01-02") == []


def test_what_is_not_sealed_yet_has_no_place(cast):
    house.waiting(cast)
    newest = exported(cast.administrator)[0]
    assert newest["position"] is None
    assert newest["hash"] is None

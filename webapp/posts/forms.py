"""The small forms: a new post, a comment. The composer has its own module."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from webapp import times
from webapp.db import session
from webapp.http.choosing import SelectField
from webapp.http.forms import Form
from webapp.i18n import N_, _
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission, scope

from . import comments
from .composer_forms import TEXT
from .models import Post
from .talk import audiences


def writable(actor: Actor) -> list[Region]:
    """The regions this person writes in, from headquarters down."""
    query = sa.select(Region).where(*scope(Region, actor, Permission.WRITE)).order_by(Region.path)
    return list(session.scalars(query))


class NewPost(Form):
    """A region and perhaps the first words; `day` and `time` when it was begun at a place in the calendar."""

    region = SelectField(N_("Region"))
    text = TextAreaField(N_("First words"), [Length(max=TEXT)])
    day = HiddenField(validators=[Length(max=20)])
    time = HiddenField(validators=[Length(max=20)])
    regions: list[Region]

    @classmethod
    def offering(cls, actor: Actor, data: Any = None, begun: Mapping[str, str] | None = None) -> "NewPost":
        """The form with the regions of this person; the last one they wrote in comes first. `begun`: what an address
        says of it."""
        form = cls(data, data={name: (begun or {}).get(name, "") for name in ("region", "day", "time")})
        form.regions = writable(actor)
        form.region.choices = [(str(r.id), r.name) for r in form.regions]
        known = form.region.data in form.region.pairs
        if (data is None and not known) or (data is not None and not data.get("region")):
            form.region.data = str(_usual(actor, form.regions).id) if form.regions else None
        form.region.label.text, form.text.label.text = _("Region"), _("First words")
        return form

    def chosen(self) -> Region:
        """The region, after `validate`."""
        return next(r for r in self.regions if str(r.id) == self.region.data)

    def begun_at(self) -> str:
        """The wall time to begin with; nothing without a day that can be."""
        try:
            return times.parse_wall(f"{self.day.data}T{self.time.data or '12:00'}").isoformat(timespec="minutes")
        except times.TimeError:
            return ""

    def words(self) -> str:
        """The text with one kind of line end."""
        return (self.text.data or "").replace("\r\n", "\n").replace("\r", "\n")


def _usual(actor: Actor, regions: list[Region]) -> Region:
    """The region of the last post, else the first."""
    last = session.scalar(
        sa.select(Post.region_id)
        .where(Post.organization_id == actor.organization_id, Post.author_id == actor.id)
        .order_by(Post.id.desc())
        .limit(1)
    )
    return next((r for r in regions if r.id == last), regions[0])


class CommentForm(Form):
    """Words to the team, or to the client."""

    text = TextAreaField(N_("Comment"), [DataRequired(), Length(max=comments.MOST)])
    audience = StringField(default=audiences.INTERNAL)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.text.label.text = _(self.text.label.text)
        self.audience.data = self.audience.data or audiences.INTERNAL

    def fits(self, offered: Collection[str]) -> bool:
        """Whether it can be said. To an audience that is not offered it cannot: the words come back, for the team."""
        sound = self.validate()
        if self.audience.data not in offered:
            self.audience.data = audiences.INTERNAL
            self.fail({"text": _("Nobody outside reads this post. Write to your team instead.")})
            return False
        return sound

"""Migrations and models agree on both databases, and the trail cannot be rewritten."""

import time

import psycopg
import pytest
import sqlalchemy as sa

from webapp import db, events, postgres
from webapp.migrations import run


def test_models_and_migrations_agree(database_url):
    run.check(database_url)


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET kind = 'x'", "DELETE FROM events", "UPDATE event_seals SET hash = ''"]
)
def test_the_trail_is_written_once(cast, statement):
    events.seal_pending(events.times.now())
    db.commit()
    with pytest.raises(sa.exc.DBAPIError, match="written once"):
        db.session.execute(sa.text(statement))


def test_the_number_of_committed_events_grows_with_each_and_not_by_sealing(cast):
    organization = cast.organization
    before = events.committed(organization.id)
    assert before == db.session.scalar(
        sa.select(sa.func.count()).where(events.Event.organization_id == organization.id)
    )
    events.record("organization.changed", organization, by=None, organization_id=organization.id)
    db.commit()
    assert events.committed(organization.id) == before + 1
    events.seal_pending(events.times.now())
    db.commit()
    assert events.committed(organization.id) == before + 1
    for pending in db.session.scalars(sa.select(events.Pending)):
        db.session.delete(pending)
    db.commit()
    assert events.committed(organization.id) == before + 1


def test_a_read_only_session_cannot_write(cast):
    db.read_only()
    with pytest.raises(sa.exc.DBAPIError):
        db.session.execute(sa.text("UPDATE people SET name = 'x'"))


def test_chain_is_whole_until_somebody_tampers(cast, database_url):
    events.seal_pending(events.times.now())
    db.commit()
    chain = str(cast.organization.id)
    assert events.broken_link(chain) is None
    db.session.remove()
    with db.engine().begin() as connection:
        _tamper(connection)
    db.session.expire_all()
    assert events.broken_link(chain) == 1


def _tamper(connection):
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER events_no_update")
    else:
        connection.exec_driver_sql("SET session_replication_role = replica")
    connection.exec_driver_sql("UPDATE events SET kind = 'other'")


POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
ENDED = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "


@POSTGRESQL
def test_connections_that_the_server_ended_are_made_anew(cast, database_url):
    """As after its restart: what lay in the pool is dead, and nobody notices."""
    with db.engine().connect(), db.engine().connect():
        db.session.remove()
    other = sa.create_engine(database_url)
    with other.connect() as killer:
        killer.exec_driver_sql(f"{ENDED} pg_backend_pid()")
    other.dispose()
    assert cast.author.get("/posts").status_code == 200


@POSTGRESQL
@pytest.mark.parametrize(("idle", "asked"), [(1, 0), (postgres.IDLE + 1, 1)])
def test_a_connection_that_lay_idle_is_asked_whether_it_lives(database_url, monkeypatch, idle, asked):
    """A machine that vanished leaves nothing on the socket."""
    engine = db.make_engine(database_url)
    with engine.connect():
        left = time.monotonic()
    questions: list[str] = []
    plainly = psycopg.Connection.execute
    spied = lambda self, query, *more, **named: questions.append(query) or plainly(self, query, *more, **named)  # noqa: E731
    monkeypatch.setattr(psycopg.Connection, "execute", spied)
    monkeypatch.setattr(postgres.time, "monotonic", lambda: left + idle)
    with engine.connect():
        pass
    engine.dispose()
    assert questions == ["SELECT 1"] * asked


@POSTGRESQL
def test_what_a_page_had_prepared_is_there_for_the_next(cast):
    """A page only reads and ends without a commit of its own: the driver must not take that for a ROLLBACK."""
    for _ in range(8):
        assert cast.author.get("/posts").status_code == 200
    with db.engine().connect() as connection:
        kept = connection.exec_driver_sql("SELECT sum(generic_plans + custom_plans) FROM pg_prepared_statements")
        assert kept.scalar_one() > 0


@POSTGRESQL
def test_what_was_written_is_undone_and_what_failed_is_over(cast):
    name = cast.people["author"].name
    db.session.execute(sa.text("UPDATE people SET name = 'x'"))
    db.session.rollback()
    db.read_only()
    for _ in range(2):
        with pytest.raises(sa.exc.DBAPIError):
            db.session.execute(sa.text("UPDATE people SET name = 'x'"))
        db.session.rollback()
        assert name in db.session.scalars(sa.text("SELECT name FROM people")).all()


@POSTGRESQL
def test_columns_are_named_and_nothing_has_none(database_url):
    engine = db.make_engine(database_url)
    with engine.connect() as connection:
        assert list(connection.exec_driver_sql("SELECT 1 AS one, 'x' AS two").keys()) == ["one", "two"]
        cursor = connection.connection.cursor()
        assert cursor.description is None
        cursor.execute("SET LOCAL jit = off")
        assert cursor.description is None
        cursor.execute("SELECT 1 AS one, 'x' AS two")
        assert [column[0] for column in cursor.description] == ["one", "two"]
        assert (len(cursor.description), cursor.description[1].name) == (2, "two")
    engine.dispose()


def test_the_connection_that_was_used_last_is_used_next(database_url):
    engine = db.make_engine(database_url)
    with engine.connect() as outer:
        last = outer.connection.dbapi_connection
        with engine.connect():
            pass
    with engine.connect() as again:
        assert again.connection.dbapi_connection is last
    engine.dispose()

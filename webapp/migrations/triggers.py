"""The trail is written once: the database refuses UPDATE and DELETE on events and seals, on both engines."""

from typing import Any

TABLES = ("events", "event_seals")

_FUNCTION = """
CREATE OR REPLACE FUNCTION nod_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the trail is written once'; END $$
"""


def create(op: Any) -> None:
    """Put the refusals on the tables of the trail."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        for table in TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_once BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION nod_refuse()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_whole BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION nod_refuse()"
            )
        return
    for table in TABLES:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the trail is written once'); END"
            )

"""The picture of the house, held: each floor imports only from the floors below, rooms on one floor never meet."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = [
    {"config", "i18n", "times", "working", "outbound", "db", "events", "leases", "vault", "errors", "logs", "mail"}
    | {"links", "postgres", "sheets", "written"},
    {"networks"},
    {"people"},
    {"channels", "assets"},
    {"posts"},
    {"approvals"},
    {"publishing"},
    {"insights", "listening", "inbox", "calendar", "audit", "integrations"},
    {"push"},
    {"home"},
]
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
ANYWHERE = {"rooms", "tables", "migrations", "ops", "cli", "demo", "__init__", "http"}
KNOWS_FLASK = {"flask", "flask_login", "flask_limiter", "werkzeug", "htmx_flask", "wtforms"}
PLUMBING = {"views", "forms"}


def modules():
    for path in sorted([*ROOT.glob("webapp/**/*.py"), *ROOT.glob("jobs/*.py")]):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield path, parts


def imports(path, parts):
    package = parts[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            base += (node.module or "").split(".") if node.module else []
            yield from ([*base, alias.name] for alias in node.names)


def test_floors():
    wrong = []
    for path, parts in modules():
        room = parts[1] if parts[0] == "webapp" and len(parts) > 1 else ""
        if room in ANYWHERE or room not in LEVEL:
            continue
        for name in imports(path, parts):
            if name[0] != "webapp" or len(name) < 2 or name[1] == room or name[1] not in LEVEL:
                continue
            level, other = LEVEL[room], LEVEL[name[1]]
            if other > level or (other == level and level != 0):
                wrong.append(f"{'/'.join(parts)} imports {'.'.join(name)}")
    assert not wrong, "\n".join(wrong)


def test_only_views_and_http_know_flask():
    wrong = [
        f"{'/'.join(parts)} imports {name[0]}"
        for path, parts in modules()
        if parts[0] == "webapp"
        and len(parts) > 2
        and parts[1] in LEVEL
        and not any(parts[-1] == p or parts[-1].endswith(f"_{p}") for p in PLUMBING)
        for name in imports(path, parts)
        if name[0] in KNOWS_FLASK or name[:2] == ["webapp", "http"]
    ]
    assert not wrong, "\n".join(wrong)


def test_entrances_do_not_import_each_other():
    for path, parts in modules():
        if parts[0] == "webapp" and parts[1] not in ("ops", "cli"):
            assert not any(name[0] == "jobs" for name in imports(path, parts)), path
        if parts[0] == "jobs":
            assert not any(name[0] == "wsgi" for name in imports(path, parts)), path


def test_only_config_reads_the_environment():
    wrong = [
        path
        for path, parts in modules()
        if parts[:2] not in (("webapp", "config"),) and parts[1] not in ("ops", "cli")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    assert not wrong, wrong


def test_no_network_is_named_outside_its_room():
    from webapp.networks import NETWORKS

    names = {key for key in NETWORKS if key != "site"}
    for path, parts in modules():
        if parts[0] == "webapp" and parts[1] in ("networks", "demo", "ops"):
            continue
        words = {
            n.value.lower()
            for n in ast.walk(ast.parse(path.read_text()))
            if isinstance(n, ast.Constant) and isinstance(n.value, str)
        }
        assert not words & names, f"{path} names {words & names}"

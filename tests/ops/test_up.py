"""`nod up` with real processes: it starts, it says why not, it comes back, and it leaves nothing behind."""

import fcntl
import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import termios
from contextlib import suppress
from types import SimpleNamespace

import pytest

from tests.servers.nod import ROOT, house, until


@pytest.fixture(scope="module")
def running():
    """One installation that several tests look at; each leaves it running."""
    with house() as one:
        yield one.start()


def whole(path):
    with sqlite3.connect(path) as database:
        return database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_says_the_address_and_answers(running):
    assert f"http://localhost:{running.port}" in running.said
    assert running.get("/healthz")[0] == 200
    until(lambda: running.get("/readyz")[0] == 200, "database, Redis, clock and relay are heard from")


def test_the_log_is_one_json_object_a_line(running):
    lines = [json.loads(line) for line in running.log.splitlines()]
    assert {"at", "level", "kind", "process", "pid"} <= set(lines[0])


@pytest.mark.thorough
@pytest.mark.parametrize("role", ["clock", "relay", "worker"])
def test_a_killed_process_comes_back(running, role):
    victim = until(lambda: running.process_of(role), f"a {role} has spoken")
    os.kill(victim, signal.SIGKILL)
    until(lambda: running.process_of(role) not in (0, victim), f"another {role} has spoken")


@pytest.mark.thorough
def test_a_killed_web_worker_comes_back(running):
    victim = until(lambda: running.process_of("web"), "a web worker has spoken")
    os.kill(victim, signal.SIGKILL)
    until(lambda: running.alive() and victim not in running.pids(), "the page is served again")


@pytest.mark.thorough
def test_a_killed_redis_comes_back(running):
    victim = until(running.valkey, "the embedded Redis is found")
    os.kill(victim, signal.SIGKILL)
    until(lambda: running.valkey() not in (0, victim), "another Redis is there")
    until(lambda: running.get("/readyz")[0] == 200, "everything is ready again")


@pytest.mark.thorough
def test_a_second_one_on_the_same_folder_is_refused(running):
    second = running.command("up")
    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert "already runs" in second.stderr


@pytest.mark.thorough
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_stops_and_leaves_nothing(number):
    with house() as one:
        one.start()
        assert one.stop(number, seconds=12) == 0
        until(lambda: not one.pids(), "no process is left", 2)
        assert whole(one.data / "nod.db")


@pytest.mark.thorough
def test_a_killed_supervisor_leaves_no_process_and_no_damage():
    with house() as one:
        one.start()
        until(lambda: len(one.pids()) >= 8, "supervisor, Redis, web with two workers, worker, clock and relay")
        one.stop(signal.SIGKILL)
        until(lambda: not one.pids(), "no process is left", 5)
        assert whole(one.data / "nod.db")
        one.start()
        assert one.stop() == 0


def test_a_taken_port_is_one_sentence():
    with house() as one, socket.create_server(("127.0.0.1", one.port)):
        refused = one.command("up")
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr == (
            f"Port {one.port} is taken by another program: stop it, or choose another port with PORT.\n"
        )
        assert not one.pids()


def test_an_unwritable_folder_is_one_sentence():
    with house() as one:
        one.data.write_text("a file where the folder should be")
        refused = one.command("up")
        assert refused.returncode == 2
        assert refused.stderr.startswith(f"Nod cannot write to {one.data}")
        assert refused.stderr.count("\n") == 1


def test_a_setting_that_cannot_work_is_one_sentence():
    with house(NOD_WEB_WORKERS="many") as one:
        refused = one.command("up")
        assert (refused.returncode, refused.stderr) == (
            2,
            "NOD_WEB_WORKERS must be a number from 1 to 64; it is 'many'.\n",
        )


def test_a_database_that_does_not_answer_is_one_sentence():
    with house(DATABASE_URL="postgresql://nobody:secret@127.0.0.1:9/nod") as one:
        refused = one.command("up")
        assert refused.returncode == 2
        assert "cannot be reached" in refused.stderr
        assert "secret" not in refused.stderr


def test_without_the_demo_the_terminal_shows_a_token_that_no_log_has():
    with house(NOD_DEMO="0") as one:
        one.start()
        path = one.data / "setup-token"
        token = path.read_text().strip()
        assert len(token) >= 22
        assert token in one.said
        assert token not in one.log
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert one.stop() == 0


def in_terminal(command, environment):
    """Run a command in a pseudo-terminal; answers it and a look at its screen so far."""
    terminal, inner = os.openpty()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=inner,
        stdout=inner,
        stderr=inner,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(inner)
    os.set_blocking(terminal, False)
    seen = bytearray()

    def screen():
        with suppress(OSError):
            while part := os.read(terminal, 65536):
                seen.extend(part)
        return bytes(seen)

    return SimpleNamespace(process=process, terminal=terminal), screen


@pytest.mark.thorough
def test_at_a_terminal_the_lines_go_to_a_file_and_ctrl_c_stops_make_and_all():
    """As a person does it: `make run` in a terminal, then Ctrl-C."""
    with house() as one:
        started, screen = in_terminal(["make", "run"], one.environment)
        until(lambda: b"Stop with Ctrl-C" in screen(), "the terminal says it is ready", 60)
        assert str(one.data / "log" / "nod.log").encode() in screen()
        assert b'"kind"' not in screen()
        assert (one.data / "log" / "nod.log").stat().st_mode & 0o077 == 0
        os.write(started.terminal, b"\x03")
        until(lambda: b"Nod has stopped." in screen(), "the terminal says it has stopped", 12)
        started.process.wait(10)
        until(lambda: not one.pids(), "no process is left", 2)

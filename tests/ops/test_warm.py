"""What is made once before the forks: templates of this very text, and no more in memory than is asked for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from tests.servers.nod import ROOT
from webapp.ops import warm

LATER = {"aiohttp", "requests", "pywebpush", "valkey", "PIL", "alembic", "prometheus_client", "webapp.demo"}
"""What only some work needs: one sends, draws, migrates or counts, and loads it then."""


def started(folder: Path, text: str, *, compiled: list[str]) -> str:
    """What a start renders from a template with this text; `compiled` gathers what it had to compile."""
    (folder / "page.html").write_text(text)
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True)
    plainly = environment._compile
    environment._compile = lambda source, name: compiled.append(source) or plainly(source, name)  # type: ignore[method-assign]
    warm.compile_all(environment, folder / "cache", ["page.html"])
    return environment.get_template("page.html").render(word="yes")


def test_a_later_start_compiles_only_the_templates_that_changed(tmp_path):
    compiled: list[str] = []
    assert started(tmp_path, "{{ word }}!", compiled=compiled) == "yes!"
    assert started(tmp_path, "{{ word }}!", compiled=compiled) == "yes!"
    assert len(compiled) == 1
    assert started(tmp_path, "{{ word }}?", compiled=compiled) == "yes?"
    assert len(compiled) == 2


def test_another_release_of_jinja_takes_nothing_over(tmp_path, monkeypatch):
    compiled: list[str] = []
    started(tmp_path, "{{ word }}!", compiled=compiled)
    monkeypatch.setattr(warm, "version", lambda _name: "99.0")
    started(tmp_path, "{{ word }}!", compiled=compiled)
    assert len(compiled) == 2


def test_a_damaged_file_is_made_again(tmp_path):
    compiled: list[str] = []
    started(tmp_path, "{{ word }}!", compiled=compiled)
    [file] = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    file.write_bytes(b"")
    assert started(tmp_path, "{{ word }}!", compiled=compiled) == "yes!"
    assert len(compiled) == 2


@pytest.mark.thorough
def test_a_start_loads_only_what_every_process_needs(tmp_path):
    asked = "import sys; from webapp import config, ops; from webapp.ops import launcher\n"
    asked += "launcher.create_app(config.from_environment()); print(*sys.modules)"
    environment = {"PATH": os.environ["PATH"], "NOD_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env=environment, text=True, capture_output=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "webapp.home.views" in loaded
    assert not loaded & LATER

# Nod: `make run` starts it. Everything else is listed by `make help`.

SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
WITH_POSTGRES = PATH="$$($(PYTHON) scripts/setup.py postgres-folder):$$PATH"

.PHONY: help run phone test test-real test-thorough histories bench lint strings setup clean python
.DEFAULT_GOAL := help

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1 - /p' Makefile

python:
	@test -n "$(PYTHON)" || { echo "Nod needs Python 3.11 or newer: install it and try again." >&2; exit 1; }

setup: python ## install what running needs
	@$(PYTHON) scripts/setup.py run

run: setup ## start Nod here
	@exec $(BIN)/nod up

phone: setup ## serve it over https on the local network, with a code to scan
	@exec $(BIN)/nod phone

test: python ## the suite, on SQLite and PostgreSQL and in the browsers
	@$(PYTHON) scripts/setup.py test
	$(WITH_POSTGRES) $(BIN)/python -m pytest -n 2 --dist worksteal -m "not real and not chaos and not thorough and not histories" $(ARGS)

test-thorough: python ## what takes longer: killed processes, broken rules, every screen
	@$(PYTHON) scripts/setup.py test
	$(WITH_POSTGRES) $(BIN)/python -m pytest -n 2 --dist worksteal --timeout 600 -m "(chaos or thorough) and not real" $(ARGS)

histories: python ## ten thousand histories of approvals, beyond those of every run
	@$(PYTHON) scripts/setup.py test
	$(BIN)/python -m pytest -n 2 --dist worksteal -m histories $(ARGS)

test-real: python ## against real servers on this machine
	@$(PYTHON) scripts/setup.py test-real
	@PATH="$$PATH:$(CURDIR)/$(BIN)" sh tests/real/install.sh
	$(WITH_POSTGRES) $(BIN)/python -m pytest -m real $(ARGS)

bench: python ## the table of costs, on a seeded company
	@$(PYTHON) scripts/setup.py test
	$(WITH_POSTGRES) $(BIN)/python -m tests.bench $(ARGS)

lint: python ## formatter, linter, types, templates, strings, locks
	@$(PYTHON) scripts/setup.py lint
	@$(BIN)/python scripts/lint.py

strings: python ## bring the catalogues to the words of the source; says what is left to translate
	@$(PYTHON) scripts/setup.py lint
	@$(BIN)/python scripts/strings.py

clean: ## remove what was installed and built (your data in var/ stays)
	rm -rf .venv node_modules build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find i18n -name '*.mo' -delete

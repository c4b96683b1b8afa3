# Two commands: `make demo` shows it, `make test` proves it. Both set up what they need by themselves.
.NOTPARALLEL:
.PHONY: test lint format demo demo-down schema

PYTHON = .venv/bin/python

test:
	lab/setup/setup.sh test
	$(MAKE) --no-print-directory lint
	$(PYTHON) -m pytest

lint:
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports

format:
	$(PYTHON) -m ruff format
	$(PYTHON) -m ruff check --fix

demo:
	lab/setup/setup.sh demo
	$(PYTHON) -m lab.demo up

demo-down:
	$(PYTHON) -m lab.demo down

# NetBox's empty database for another NetBox release: five minutes, once a release.
schema:
	$(PYTHON) -m lab.netbox.schema

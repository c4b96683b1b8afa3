# Two commands: `make demo` shows it, `make test` proves it. Both set up what they need by themselves.
.NOTPARALLEL:
.PHONY: test lint format demo demo-down schema

PYTHON = .venv/bin/python
# What the lab speaks to is on this machine: no proxy leads there.
LAB = no_proxy='*' $(PYTHON)
# After `su` the administrator's programs may be missing in it.
export PATH := $(PATH):/usr/sbin:/sbin
# Whatever the locale is.
export PYTHONUTF8 = 1

test:
	lab/setup/setup.sh test
	$(MAKE) --no-print-directory lint
	$(LAB) -m pytest -m 'not alone' --numprocesses=4 --dist=loadfile --no-loadscope-reorder
	$(LAB) -m pytest -m alone

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
	$(LAB) -m lab.demo up

demo-down:
	test ! -e .venv || $(LAB) -m lab.demo down

# NetBox's empty database for another NetBox release: five minutes, once a release.
schema:
	$(PYTHON) -m lab.netbox.schema

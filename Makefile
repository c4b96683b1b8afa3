# Two commands: `make demo` shows it, `make test` proves it. Both set up what they need by themselves.
.PHONY: test measured computed lint format demo demo-down schema

PYTHON = .venv/bin/python
# What the lab speaks to is on this machine: no proxy leads there.
LAB = no_proxy='*' $(PYTHON)
# After `su` the administrator's programs may be missing in it.
export PATH := $(PATH):/usr/sbin:/sbin
# The tests with a network of routers and nodes, or with programs of it.
NETWORK = tests/adapters tests/journeys tests/lab tests/napalm_frr tests/napalm_gobgp
SIDE_BY_SIDE = --dist=loadfile --no-loadscope-reorder
# Whatever the locale is.
export PYTHONUTF8 = 1

test:
	lab/setup/setup.sh test
	$(MAKE) --no-print-directory lint
	$(LAB) -m pytest -m 'not alone' --numprocesses=4 $(SIDE_BY_SIDE) $(NETWORK)
	$(MAKE) --no-print-directory --jobs=2 measured computed

# What measures packets waits for most of its time: the tests without a network take what it leaves, and give way.
measured:
	$(LAB) -m pytest -m alone --numprocesses=2 $(SIDE_BY_SIDE) $(NETWORK)

computed:
	@mkdir -p .data
	@nice -n 19 env $(LAB) -m pytest --numprocesses=2 $(SIDE_BY_SIDE) $(NETWORK:%=--ignore=%) tests >.data/computed.log 2>&1; \
		status=$$?; cat .data/computed.log; exit $$status

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

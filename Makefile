# Two commands do all the set-up: `make demo` runs the main job, `make test` passes the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test contract-test lint faults fiscal-faults bench soak methods messages lock clean deb install-test

demo: $(VENV)/.ready
	$(BIN)/python -m bridge demo

test: $(VENV)/.ready-test lint
	$(BIN)/python -m pytest -n 2 --dist worksteal

# Clients of others from PyPI and npm (needs Node.js 18 or newer) against the simulated BaseLinker, each in an
# environment of its own: two of them have packages of one name. baselinker-api is in `make test` already.
CONTRACT := build/contract
contract-test: $(VENV)/.ready-test $(CONTRACT)/.ready
	CONTRACT_CLIENTS=$(CONTRACT) $(BIN)/python -m pytest tests/contract

$(CONTRACT)/.ready: Makefile constraints.txt
	rm -rf $(CONTRACT)
	for client in py-baselinker==0.0.2 entirius-django-baselinker==2.0.1; do \
		folder=$(CONTRACT)/$${client%%==*} && $(PYTHON) -m venv $$folder \
		&& $$folder/bin/pip install --quiet --disable-pip-version-check -c constraints.txt $$client || exit 1; \
	done
	npm install --silent --no-audit --no-fund --ignore-scripts --omit=peer --prefix $(CONTRACT)/npm baselinker-js@1.1.0
	@touch $@

lint: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# About ten minutes, and 3 GB of disk for a while; see docs/benchmarks.md. One table: make bench BENCH="--only start"
bench: $(VENV)/.ready
	$(BIN)/python -m benchmarks $(BENCH)

# Does a daemon that works for a long time grow? Busier: make soak MINUTES=60 SOAK="--pace 60"; see docs/benchmarks.md.
MINUTES ?= 30
soak: $(VENV)/.ready
	$(BIN)/python -m benchmarks.soak --minutes $(MINUTES) $(SOAK)

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name another one with: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "The venv module is missing. Type: sudo apt install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

# What editors and mypy know of BaseLinker's API, written anew from bridge/baselinker/methods.json.
methods: $(VENV)/.ready
	$(BIN)/python -m bridge.baselinker.stubs

# What people read about log lines, written anew from bridge/messages.
messages: $(VENV)/.ready
	$(BIN)/python -m bridge.messages doc > docs/messages.md
	$(BIN)/python -m bridge.messages catalog > systemd/receipt-bridge.catalog
	$(BIN)/python -m bridge.messages catalog-pl > systemd/receipt-bridge.pl.catalog

# New versions of everything, written as name==version lines only: no address belongs in this file.
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check '.[test]' hatchling
	build/lock/bin/pip freeze --exclude receipt-bridge > constraints.txt
	@! grep -n -e '://' -e ' @ ' constraints.txt

clean:
	rm -rf $(VENV) build dist demo-output .mypy_cache .ruff_cache .pytest_cache .hypothesis

# The fault harness at length: the real daemon killed, BaseLinker and printers failing, everything counted.
N ?= 1000
SEED ?= 1
faults: $(VENV)/.ready-test
	cd tests && ../$(BIN)/python -m faults --receipts $(N) --seed $(SEED) $(FAULTS)

# The same with POSNET fiscal printers, counted from their fiscal memories; FAULTS=--foreign adds another
# host, FAULTS=--old gives the printers old firmware.
fiscal-faults: $(VENV)/.ready-test
	cd tests && ../$(BIN)/python -m faults --fiscal --receipts $(N) --seed $(SEED) $(FAULTS)

# One package for Debian 12 and 13 on amd64, arm64 and armhf, in dist/; see docs/decisions/0008-debian-package.md.
deb: $(VENV)/.ready
	$(BIN)/python packaging/build_deb.py

# The package in bare Debian systems, without a network and booted; needs root, debootstrap and systemd-container.
# A minute or two for each system the first time (kept in build/), seconds later. SUITES=trixie takes one of them.
install-test: $(VENV)/.ready-test deb
	$(BIN)/python -m pytest -m install tests/install -v

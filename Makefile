# make run    sets everything up and opens the app on a simulated bench (no terminal: rehearses a day)
# make test   sets everything up and passes the tests
# make help   lists the rest

PYTHON := .venv/bin/python
WORKERS ?= 2

.PHONY: help run tpm test check test-only test-peers test-kernel test-endurance test-crashes test-link bench-figures screenshots failure-pictures dashboard-pictures class-of-40 lock clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

run: ## set up, start the simulated bench, open the app
	@scripts/setup.sh run
	@scripts/run.sh

tpm: ## set up for a real kit whose laptop has a TPM: its keys are sealed in it
	@scripts/setup.sh tpm

test: ## set up, lint, type-check, import rules, all fast tests
	@scripts/setup.sh test
	@$(MAKE) --no-print-directory check

check: ## ruff, mypy strict, import rules, tests (set-up must have run)
	@echo "== lint" && $(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check .
	@echo "== types" && $(PYTHON) -m mypy
	@echo "== import rules" && .venv/bin/lint-imports --no-cache
	@$(MAKE) --no-print-directory test-only

test-only: ## the tests alone
	@echo "== tests" && $(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup -m "not peers and not kernel and not link"

test-peers: ## slow lane: heavy foreign software checks our bytes (installs it)
	@scripts/setup.sh test
	@scripts/setup-peers.sh
	@$(PYTHON) -m pytest -m peers

test-kernel: ## slow lane: the USB simulators attached to a real Linux kernel in QEMU
	@scripts/setup.sh test
	@$(PYTHON) -m pytest -m kernel

test-endurance: ## slow lane: 10,000 USB captures and 500 plug cycles, on USB/IP and on the real libusb
	@scripts/setup.sh test
	@$(PYTHON) -m benchmarks.devices.endurance

test-crashes: ## slow lane: the disk full at every page of every file that a sitting, backup, restore or review writes
	@scripts/setup.sh test
	@FULL_DISK_PAGES=1 $(PYTHON) -m pytest -n $(WORKERS) tests/integration/capture/test_crashes.py

test-link: ## slow lane: packets over a simulated cellular line with real TCP (needs root and /dev/net/tun)
	@scripts/setup.sh test
	@command -v ip >/dev/null || { echo "The program ip is missing: apt-get install iproute2"; exit 1; }
	@# connections that a blackout left half open are still the office's when it ends: no fault of the lane
	@$(PYTHON) -m pytest -n 0 -m link -s -W ignore::pytest.PytestUnraisableExceptionWarning

bench-figures: ## measure speed and memory as ratios against peers
	@scripts/setup.sh test
	@$(PYTHON) -m benchmarks

screenshots: ## make the pictures of README and docs anew
	@scripts/setup.sh test
	@$(PYTHON) docs/make_screenshots.py
	@$(PYTHON) docs/make_print_morning.py

failure-pictures: ## make the pictures of docs/recording.md anew
	@scripts/setup.sh test
	@$(PYTHON) docs/make_failure_pictures.py

dashboard-pictures: ## make the pictures of docs/dashboard.md anew (Debian's Chromium)
	@scripts/setup.sh test
	@scripts/setup-peers.sh
	@PYTHONPATH=. $(PYTHON) docs/make_dashboard_pictures.py

class-of-40: ## slow lane: a whole class by keyboard in tmux at human pace (an hour; STUDENTS=8 SIZE=120x40 ...)
	@scripts/setup.sh test
	@$(PYTHON) -m tests.e2e.school_class --students $(or $(STUDENTS),40) --size $(or $(SIZE),80x24)

lock: ## pin all Python packages anew, with hashes and without addresses
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml --extra postgres -o requirements/run.txt
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements/run.txt pyproject.toml --extra postgres --extra tpm -o requirements/tpm.txt
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements/tpm.txt pyproject.toml --extra postgres --extra tpm requirements/dev.in -o requirements/dev.txt

clean: ## remove what set-up and runs made
	@rm -rf .venv bench rehearsal build dist .mypy_cache* .ruff_cache .hypothesis

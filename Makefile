# Everything starts from git, make and a Python 3.11 or newer with its venv module:
#   make demo    plays two bugs' lives against a GitHub that runs on this machine, and leaves .demo/
#   make test    all checks and tests
# Both bring what they need into .tools and .venv first, pinned and hashed in requirements/.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first Python that is new enough, by its real path: a shim in front of it costs time at each start.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	"$$python" -I -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)' \
	2>/dev/null && break; done)

# Kept beside the environment that it fills, so that both live and die together, whatever HOME is.
export UV_CACHE_DIR := $(CURDIR)/.tools/cache
export UV_PYTHON_DOWNLOADS := never
# Nothing outside this folder has a say in what is installed or tested.
export UV_NO_CONFIG := 1
# The certificates that this machine trusts, as pip and git do: uv's own know nothing of a company's proxy.
export UV_SYSTEM_CERTS ?= 1
unexport VIRTUAL_ENV PYTHONPATH

UV := .tools/uv/uv
BIN := .venv/bin
READY := .venv/.ready
FUZZ := .tools/fuzz
RELEASE := .tools/release

.PHONY: help demo picture test reliability coverage test-pythons check lock format benchmarks clean python live fuzz mutation \
	dist test-wheel audit release

help:
	@echo "make demo          play a P1 and a P0 on this machine; leaves .demo/"
	@echo "make test          every check, and the tests that every change has to pass"
	@echo "make reliability   more faults, and property tests that look for examples nobody has seen; an hour and a half"
	@echo "make fuzz          the parsers under a coverage-guided fuzzer, SECONDS=60 each"
	@echo "make coverage      which branches of the core the unit tests pass by; some minutes"
	@echo "make mutation      changes in what decides that no unit test notices; most of an hour"
	@echo "make test-pythons  the unit tests on each supported Python that is here"
	@echo "make live          what only GitHub can show, in a repository to throw away: REPO=owner/name"
	@echo "make check         the checks without the tests"
	@echo "make format        format the source"
	@echo "make picture       draw the README's picture again, from the demo; needs Chromium and pngquant"
	@echo "make lock          compile requirements/*.in again"
	@echo "make dist          wheel, source and bill of materials, into dist/"
	@echo "make test-wheel    try that wheel by itself, and tests on it; a minute"
	@echo "make audit         ask for known vulnerabilities of what is locked; needs the network"
	@echo "make release VERSION=1.2.3   write the version and its changelog"
	@echo "make benchmarks    measure, each figure beside its floor"
	@echo "make clean         remove what make made"

python:
	@test -n "$(PYTHON)" || { echo "bugaction needs Python 3.11 or newer, and none was found on PATH" \
		"(tried python3, python3.13, python3.12, python3.11, python3.14, python)." >&2; exit 1; }

$(UV): requirements/uv.txt | python
	@rm -rf .tools/uv
	$(PYTHON) -I src/bugaction/install.py uv .tools/uv
	@touch $@

$(READY): $(UV) requirements/dev.txt pyproject.toml
	@rm -f $@
	test -x $(BIN)/python || $(UV) venv --quiet --clear --python $(PYTHON) .venv
	$(UV) pip sync --quiet --no-build --require-hashes --python $(BIN)/python requirements/dev.txt
	$(UV) pip install --quiet --offline --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@

demo: $(READY)
	$(BIN)/bugaction demo

# What it needs besides, on Debian: chromium, fonts-noto-core, fonts-noto-color-emoji and pngquant.
picture: $(READY)
	$(BIN)/python -m scripts.picture

test: check
	$(BIN)/python scripts/test_pythons.py --other
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows \
		.github/workflows/*.yml templates/scaffold/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms \
		.github/ISSUE_TEMPLATE/bug.yml templates/scaffold/issues/bug.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config \
		.github/ISSUE_TEMPLATE/config.yml templates/scaffold/issues/config.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	for name in bugaction bugaction-call bugaction-sweep; do \
		sed 's/<commit>/0000000000000000000000000000000000000000/' templates/scaffold/$$name.yml > .tools/$$name.yml; done
	$(BIN)/zizmor --offline --no-progress --quiet .github action.yml \
		.tools/bugaction.yml .tools/bugaction-call.yml .tools/bugaction-sweep.yml

# Each part is run whatever became of the one before, and the table tells all of them.
reliability: $(READY) $(FUZZ)/.ready
	@rm -rf .reliability
	@failed=; \
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal -m "reliability or not reliability" \
		--hypothesis-profile=explore || failed=yes; \
	PYTHONPATH=src $(FUZZ)/bin/python -m fuzz --seconds $(SECONDS) || failed=yes; \
	$(BIN)/python -m benchmarks.load --bugs 10 --seed 2 || failed=yes; \
	$(BIN)/python -m scripts.reliability_table || failed=yes; \
	test -z "$$failed"

SECONDS ?= 60
fuzz: $(FUZZ)/.ready
	PYTHONPATH=src $(FUZZ)/bin/python -m fuzz --seconds $(SECONDS)

# Environments of their own: the fuzzer has no wheels for every machine, and what only a release needs is kept
# out of everybody's .venv.
$(FUZZ)/.ready $(RELEASE)/.ready: .tools/%/.ready: $(UV) requirements/%.txt | python
	@rm -f $@
	test -x $(@D)/bin/python || $(UV) venv --quiet --clear --python $(PYTHON) $(@D)
	$(UV) pip sync --quiet --no-build --require-hashes --python $(@D)/bin/python requirements/$*.txt
	@touch $@

# Of the core: scripts/core_coverage.py fails where a line or branch of it is not taken.
coverage: $(READY)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest tests/unit --numprocesses 2 --dist worksteal
	$(BIN)/coverage combine --quiet
	$(BIN)/python -m scripts.core_coverage

# MUTATE="clocks gates.checks" changes these alone; what there is stands in scripts/mutate.py.
MUTATE ?=
mutation: $(READY) .tools/mutation/.ready
	$(BIN)/python -m scripts.mutate $(MUTATE)

.tools/mutation/.ready: $(UV) requirements/mutation.txt | $(READY)
	rm -rf .tools/mutation
	$(UV) pip install --quiet --no-build --require-hashes --python $(BIN)/python --target .tools/mutation \
		--requirements requirements/mutation.txt
	@touch $@

test-pythons: $(READY)
	$(BIN)/python scripts/test_pythons.py

# It goes by GH_TOKEN or GITHUB_TOKEN, and says what it will write: docs/decisions/0030.
live: $(READY)
	@$(BIN)/python -m tests.live $(if $(READ_ONLY),--read-only) $(if $(ONLY),--only "$(ONLY)") "$(REPO)"

# From the root, with relative paths, and without the options that write an index into the file.
COMPILE := $(UV) pip compile --quiet --no-build --universal --generate-hashes --python-version 3.11
lock: $(UV)
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) requirements/runtime.in -o requirements/runtime.txt
	$(COMPILE) requirements/notify.in -o requirements/notify.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt
	$(COMPILE) requirements/release.in -o requirements/release.txt
	$(COMPILE) requirements/fuzz.in -o requirements/fuzz.txt
	$(COMPILE) requirements/mutation.in -o requirements/mutation.txt

format: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

benchmarks: $(READY)
	$(BIN)/python -m benchmarks.start_up
	$(BIN)/python -m benchmarks.handled_event
	$(BIN)/python -m benchmarks.requests
	$(BIN)/python -m benchmarks.large_pull
	$(BIN)/python -m benchmarks.hostile_text
	$(BIN)/python -m benchmarks.documents
	$(BIN)/python -m benchmarks.register
	$(BIN)/python -m benchmarks.sweep
	$(BIN)/python -m benchmarks.lives

# The commit is told where nothing is changed in it. Twice from one commit makes the same files.
dist: $(RELEASE)/.ready
	rm -rf dist
	test -n "$$(git status --porcelain)" || export BUGACTION_COMMIT="$$(git rev-parse HEAD)"; \
		SOURCE_DATE_EPOCH="$$(git log -1 --format=%ct)" $(RELEASE)/bin/hatchling build --directory dist
	cat requirements/notify.txt requirements/uv.txt | PYTHONWARNINGS=ignore $(RELEASE)/bin/cyclonedx-py \
		requirements --output-reproducible --pyproject pyproject.toml --mc-type application \
		--output-file dist/bugaction.cdx.json -
	cd dist && sha256sum * > SHA256SUMS

test-wheel: $(UV) dist
	$(PYTHON) -m scripts.test_wheel

# `--strict` fails for what could not be asked about: never green and silent.
audit: $(RELEASE)/.ready
	for lock in requirements/*.txt; do echo "$$lock" && $(RELEASE)/bin/pip-audit --strict --disable-pip \
		--require-hashes --progress-spinner off --requirement "$$lock" || exit 1; done

release: $(RELEASE)/.ready
	$(RELEASE)/bin/python -m scripts.release begin "$(VERSION)"

clean:
	rm -rf .tools .venv .demo .fuzz .mutation .reliability dist
	rm -rf .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The two commands of the README: `make demo` and `make test`. Each sets up what it needs in .venv/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt
# Compiled after pip, on all cores, also where PYTHONDONTWRITEBYTECODE is set; not what few tests use.
COMPILE := $(BIN)/python -m compileall -q -q -j 0 -x '/(tests?|rdflib|torch|matplotlib|fontTools|PIL|openpyxl|icalendar)/' $(VENV)/lib || true

.PHONY: demo serve spectral test lint types bench model trials clean

# What the demo imports is kept compiled, also where PYTHONDONTWRITEBYTECODE is set: later commands start sooner.
# What draws pictures is installed meanwhile, the first time.
demo: $(VENV)/.installed
	@[ -e $(VENV)/.pictures ] || { $(PIP) 'matplotlib>=3.8' && touch $(VENV)/.pictures; } & \
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/matcher demo; status=$$?; wait; exit $$status

# The service on a database to practise with, in .demo/; its four accounts are shown the first time.
serve: $(VENV)/.installed
	@mkdir -p .demo
	@env -u PYTHONDONTWRITEBYTECODE MATCHER_DATABASE=.demo/matcher.db $(BIN)/matcher serve --demo $(ARGS)

# One thread for each of the processes among which the tests are divided; what they import is kept compiled.
test: $(VENV)/.test
	@env -u PYTHONDONTWRITEBYTECODE OMP_NUM_THREADS=1 $(BIN)/python -m pytest

lint: $(VENV)/.lint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.lint
	@$(BIN)/mypy

bench: $(VENV)/.test
	@$(BIN)/python -m pytest -o addopts=-q tests/benchmarks --benchmark-enable --benchmark-group-by=group

# The README's tables of figures, measured anew on the corpus.
trials: $(VENV)/.test
	@$(BIN)/matcher trials --write README.md
	@$(BIN)/matcher trials --ablation --write README.md
	@$(BIN)/matcher trials --curves --write README.md

# The shipped sentence model, trained anew: make model DATA=../shared/data
model: $(VENV)/.test
	@$(BIN)/python -m matcher.training $(DATA)

# The official linter over the API's document: make spectral RULES=linter.yaml (media/linter.yaml of Logius' API-Design-Rules).
spectral: $(VENV)/.installed
	@d=$$(mktemp -d) && $(BIN)/python -m api > $$d/openapi.json && \
	npx --yes @stoplight/spectral-cli lint --fail-severity hint --ruleset $(RULES) $$d/openapi.json; s=$$?; rm -rf $$d; exit $$s

clean:
	rm -rf $(VENV) build *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV)/ ..."
	@$(PIP) 'setuptools>=77'
	@$(PIP) --no-build-isolation --editable .
	@touch $@

# torch by its exact version first: the CPU build, where it lies ready, instead of gigabytes of CUDA packages.
$(VENV)/.test: $(VENV)/.installed
	@echo "Installing what the tests need (torch among it, a minute) ..."
	@$(PIP) torch==2.13.0
	@$(PIP) --no-build-isolation --editable '.[test,transformers]'
	@$(COMPILE)
	@touch $@

$(VENV)/.lint: $(VENV)/.installed
	@$(PIP) --no-build-isolation --editable '.[lint]'
	@touch $@

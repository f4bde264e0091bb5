# IRO Footprint. `make run` and `make test` are all that most people need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check unit bench format clean

run: $(VENV)/.runs  ## make the environment, load invented children if the store is empty, open the dashboard
	$(BIN)/python manage.py demo --if-empty
	$(BIN)/streamlit run dashboard.py

test: check unit  ## everything: lint, format, types, tests

check: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(VENV)/.tests
	$(BIN)/pytest -n auto

bench: $(VENV)/.tests  ## ratios of one run, printed and kept in benchmarks/results.md
	$(BIN)/python -m benchmarks.run

format: $(VENV)/.tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.runs: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.tests: requirements.txt requirements-dev.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $(VENV)/.runs $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

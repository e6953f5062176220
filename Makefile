# `make demo` and `make test` need only Python >= 3.11 and make; each sets itself up in .venv
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check train lock clean

# the article whose claims the demo prints
ARTICLE ?= corpora/dev/d_pdd_temu.claimx

demo: .venv/run.stamp
	@mkdir -p out
	$(BIN)/claimx batch corpora -o out/claims.jsonl
	@echo "out/claims.jsonl has one line an article; this is $(ARTICLE):"
	$(BIN)/claimx extract $(ARTICLE)

test: .venv/test.stamp
	$(BIN)/python -m pytest -n 2

# the weights that ship; the articles of corpora/test are never trained on
train: .venv/test.stamp
	$(BIN)/claimx train corpora/train corpora/dev -o claimx/claims/weights.msgpack

check: .venv/check.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("claimx needs Python 3.11 or newer; set PYTHON=/path/to/python3" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

.venv/check.stamp: requirements/check.txt .venv/test.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/check.txt
	@touch $@

# writes the pinned, hashed requirements again from pyproject.toml
lock: .venv/check.stamp
	sh scripts/lock.sh

clean:
	rm -rf .venv out build dist

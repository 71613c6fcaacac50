# Every target sets up what it needs; a new machine needs Python 3.11 or newer and make.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
UV := uv==0.13.9
BIN := .venv/bin
READY := .venv/.ready
# Where compiled files are switched off, every process would compile its libraries again: seconds each.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup spark embed dask demo test lab bench docs lint clean

help:  ## what there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: $(READY)  ## the virtual environment in .venv, from requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; try: make PYTHON=python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv (about a minute the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $(READY)

spark: setup  ## PySpark into .venv, for --engine spark; it also needs a Java 17 runtime
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-spark.lock
	@command -v java > /dev/null || test -x "$$JAVA_HOME/bin/java" || \
		echo "Java is missing: install openjdk-17-jre-headless or set JAVA_HOME."

embed: setup  ## onnxruntime and model2vec into .venv, for contact drivers by an embedding model
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-embed.lock

dask: setup  ## dask.distributed into .venv, for reports on the workers of a scheduler
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-dask.lock

demo: setup  ## sample exports -> import -> report; prints the path of the site
	@$(BIN)/workbench demo

test: setup  ## all tests, two files at a time; the browser's by themselves
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not e2e"
	@$(BIN)/python -m pytest -m e2e

faults: setup  ## 500 report runs killed at random moments, and every other fault
	@WORKBENCH_KILLS=$${WORKBENCH_KILLS:-500} $(BIN)/python -m pytest tests/faults

lab: setup  ## JupyterLab on the notebooks
	@$(BIN)/workbench lab

bench: setup  ## every benchmark in benchmarks/, one after the other
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

docs: setup  ## write docs/tables.md and docs/metrics.md from the declarations
	@$(BIN)/python docs/generate.py

lint: setup  ## ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

clean:  ## remove what was built here: environment, caches, store, runs and site
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis data/store data/runs data/site
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

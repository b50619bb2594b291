# Every target makes its environment by itself; nothing is installed outside .venv.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
# Where this is set, each of the hundreds of processes that the tests start compiles Dagster anew: two seconds of three.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-slow test-postgres lint dev bench bench-extraction bench-ingest bench-latency bench-library bench-privacy bench-report lock clean

demo: .venv/runtime.stamp ## set up and import the sample exports with the embedded extractor, into data/demo
	PLS_EXTRACTOR=embedded $(BIN)/pls demo

dev: .venv/runtime.stamp ## the Dagster UI, daemon and code server on data/
	$(BIN)/pls dev

test: .venv/dev.stamp ## all tests but those that take minutes each
	$(BIN)/pytest -n 3 --dist loadgroup -m "not slow" tests

test-slow: .venv/dev.stamp ## processes killed in the middle of imports, workers of several machines
	$(BIN)/pytest -n 0 -m slow tests

test-postgres: .venv/dev.stamp ## what needs PostgreSQL: deployment, locks, workers, application, an analyst's day
	$(BIN)/pytest -n 0 tests/test_deploy.py tests/integration/test_postgres_*.py tests/integration/test_s3_*.py tests/integration/test_analyst_day.py

lint: .venv/dev.stamp ## format, rules, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dg check defs

bench: bench-ingest bench-extraction bench-library bench-privacy bench-latency bench-report ## all of them, each with its baseline in the same run

bench-extraction: .venv/dev.stamp ## pace of the model's extractor beside two others, about five minutes
	$(BIN)/python -m benchmarks.extraction

bench-ingest: .venv/dev.stamp ## ingestion beside DuckDB and pandas: time, memory, growth, overlapping imports, repair
	$(BIN)/python -m benchmarks.ingest --large --overlapping --repair

bench-latency: .venv/dev.stamp ## loading; from a file in the inbox to its library, beside an empty job; 1,000 imports; six minutes
	$(BIN)/python -m benchmarks.loading
	$(BIN)/python -m benchmarks.latency
	$(BIN)/python -m benchmarks.many_imports

bench-library: .venv/dev.stamp ## the library on labelled corpora and merge traps, beside simple ways; its speed up to 100,000 candidates
	$(BIN)/python -m benchmarks.library --order
	$(BIN)/python -m benchmarks.library_speed

bench-report: .venv/dev.stamp ## the report's pages beside the single file: time to write, size, time in the browser
	$(BIN)/python -m benchmarks.report

bench-privacy: .venv/dev.stamp ## recall, look-alikes, leaks, hostile text and speed of masking, about ten minutes
	$(BIN)/python -m benchmarks.privacy

lock: .venv/uv.stamp ## resolve the lock files anew from pyproject.toml
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 --group dev pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 --extra deploy -c requirements.lock pyproject.toml -o requirements-deploy.lock

clean: ## the environment, not the data
	rm -rf .venv

.venv/uv.stamp:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)
	touch $@

.venv/runtime.stamp: .venv/uv.stamp requirements.lock pyproject.toml
	$(BIN)/uv pip install --quiet --require-hashes --python $(BIN)/python -r requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --python $(BIN)/python --editable .
	touch $@

.venv/dev.stamp: .venv/uv.stamp requirements-dev.lock pyproject.toml
	$(BIN)/uv pip sync --quiet --require-hashes --python $(BIN)/python requirements-dev.lock
	$(BIN)/uv pip install --quiet --no-deps --python $(BIN)/python --editable .
	touch .venv/runtime.stamp $@

# One command for everything. `make run` serves the specimen town; `make test` proves the whole.

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
PORT ?= 8000
# Two processes take whole files in the order of tests/conftest.py.
IN_PARALLEL := -n 2 --dist loadfile --no-loadscope-reorder
# What a database can change: all that reads and writes rows, and every page over them; a second time on PostgreSQL.
ON_POSTGRES := $(wildcard tests/store/ tests/usecases/ tests/jobs/ tests/api/ tests/web/)

# A machine that forbids Python to keep what it compiled makes every process of ours compile it again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run run-cluster environment test-environment bench-environment check types structure test soak bench docs lock clean

help:
	@echo "make run     serve the specimen town on port $(PORT) (PORT=… for another)"
	@echo "make run-cluster  the same on PostgreSQL, with two web and two worker processes"
	@echo "make test    check, then every test, on SQLite and on PostgreSQL"
	@echo "make check   style, types, import order, structure"
	@echo "make soak    laws on a thousand cases each; two thousand cases in chaos; faults planted (hours)"
	@echo "make bench   measure"
	@echo "make docs    check links, glossary and settings of the docs"
	@echo "make lock    renew the lock files"
	@echo "make clean   remove the environment and caches (data in var/ stays)"

environment:
	@scripts/environment.sh run

test-environment:
	@scripts/environment.sh test

bench-environment:
	@scripts/environment.sh bench

run: export BANCHENG_DEMO := 1
run: environment
	@scripts/prerequisites.sh run
	@$(BIN)/bancheng furnish
	@exec $(BIN)/bancheng serve --port $(PORT)

run-cluster: export BANCHENG_DEMO := 1
run-cluster: environment
	@scripts/prerequisites.sh cluster
	@exec $(BIN)/bancheng cluster --own-postgres --port $(PORT)

check: test-environment
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target types structure

types:
	$(BIN)/mypy

structure:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(PYTEST) tests/house -q

test: test-environment
	@scripts/prerequisites.sh test
	@$(MAKE) --no-print-directory check
	$(PYTEST) -q $(IN_PARALLEL) --ignore tests/house
	$(if $(ON_POSTGRES),$(BIN)/python -m tests.postgres $(PYTEST) -q $(IN_PARALLEL) $(ON_POSTGRES))

soak: test-environment
	BANCHENG_LAWS=soak $(PYTEST) tests/core tests/packs/test_bpmn_oracle.py tests/site/test_deploy.py tests/site/test_disk.py -q -n 2
	$(BIN)/python -m tests.site.chaos --cases 2000 --people 12
	$(BIN)/python scripts/mutation.py
	$(BIN)/python scripts/mutation_cases.py

bench: bench-environment
	@for bench in benchmarks/bench_*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

docs: test-environment
	$(PYTEST) tests/house/test_docs.py -q

lock: test-environment
	scripts/lock.sh

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist test-results mutants
	find src tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +

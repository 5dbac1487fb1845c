# Everything runs in .venv, which the first target that needs it creates. No root, no services.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint types floors docs bench soak interop lock clean

demo: $(STAMP)  ## install and run the main job on real sample files, and the way of an order of a web shop
	$(BIN)/gateway demo
	$(BIN)/gateway demo shop

test: $(STAMP)  ## install and pass every test
	$(BIN)/pytest -n auto

lint: $(STAMP)  ## style, formatting, types, floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(STAMP)  ## regenerate the reference pages that come from code
	$(BIN)/python -m docs.generate

bench: $(STAMP)  ## speed and memory, beside other engines and the floor of the database
	$(BIN)/python benchmarks/engine.py --memory 1 10 100
	$(BIN)/python benchmarks/translate.py
	$(BIN)/python benchmarks/maps.py
	$(BIN)/python benchmarks/mapcompile.py
	$(BIN)/python benchmarks/idoc.py
	$(BIN)/python benchmarks/xmlrecords.py
	$(BIN)/python benchmarks/growth.py
	$(BIN)/python benchmarks/memory.py
	$(BIN)/python benchmarks/corpus.py
	$(BIN)/python benchmarks/throughput.py
	$(BIN)/python benchmarks/footprint.py
	$(BIN)/python benchmarks/scale.py --sizes 1000,100000
	$(BIN)/python benchmarks/as2_speed.py
	$(BIN)/python benchmarks/sftp_speed.py
	$(BIN)/python benchmarks/sftp_engine.py
	$(BIN)/python benchmarks/webhooks.py

soak: $(STAMP)  ## slow suites: every defect at every position, every crash point, random kills, full disks
	$(BIN)/pytest -m soak tests
	GATEWAY_EXPLORE=1 GATEWAY_LAW_EXAMPLES=300 GATEWAY_EXAMPLES=300 $(BIN)/pytest -m hypothesis tests
	$(BIN)/python benchmarks/crash.py
	$(BIN)/python benchmarks/faults.py --scenario all
	$(BIN)/python benchmarks/as2_crash.py
	$(BIN)/python benchmarks/sftp_faults.py
	$(BIN)/python benchmarks/shop_faults.py
	$(BIN)/python benchmarks/shop_crash.py --rounds 20

interop: $(STAMP)  ## other people's AS2 programs: install them (Maven, npm), exchange with each
	-$(BIN)/python -m tests.as2.peers.install openas2 libas2
	INTEROP=1 $(BIN)/pytest -n 0 tests/as2/peers
	$(BIN)/python benchmarks/as2_conformance.py

$(STAMP): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV) || { echo "python3-venv is missing: apt install python3-venv, or set PYTHON" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

lock:  ## renew requirements.lock from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --extra dev --extra bench \
		--no-annotate --no-header -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) demo demo-shop var .pytest_cache .mypy_cache .ruff_cache .hypothesis

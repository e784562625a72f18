# Every target works in a fresh clone: it makes .venv and installs what it needs, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The extra that a target needs; an installed extra leaves a stamp.
stamp = $(VENV)/.installed-$(1)

.PHONY: setup demo test test-all check format bench bench-train gallery clean

setup: $(call stamp,test)

demo: $(call stamp,demo)
	$(BIN)/python examples/demo.py

test: $(call stamp,test)
	$(BIN)/python -m pytest -n 2 -m "not slow"

test-all: $(call stamp,test)
	$(BIN)/python -m pytest -n 2

check: $(call stamp,dev)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(call stamp,dev)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(call stamp,test)
	$(BIN)/python benchmarks/latency.py

bench-train: $(call stamp,test)
	$(BIN)/python benchmarks/training_speed.py

gallery: $(call stamp,demo)
	$(BIN)/python examples/gallery.py

clean:
	rm -rf $(VENV) build dist demo *.egg-info

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# Order-only: a newer interpreter is no reason to install again.
$(VENV)/.installed-%: setup.cfg pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check -e '.[$*]'
	touch $@

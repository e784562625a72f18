# Every target works in a fresh clone: it makes .venv and installs what it needs, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# With UV=path/to/uv, packages are installed by uv, which is quicker.
INSTALL = $(if $(UV),$(UV) pip install --python $(BIN)/python,\
    $(BIN)/python -m pip install --disable-pip-version-check)

# The extra that a target needs; an installed extra leaves a stamp.
stamp = $(VENV)/.installed-$(1)

.PHONY: setup demo test test-slow test-browser test-all test-install test-oldest check format \
    export bench bench-web bench-studio bench-train evaluate blind learned losses presets preset-figures styles renderers gallery \
    screenshots clean ablation-guidance ablation-adaptive ablation-robustness

# Where the tests, too, look for real portraits; without them, one portrait that a dependency carries.
DATA := $(or $(PORTRAIT_STYLE_DATA),../shared)
PRESETS = $(notdir $(patsubst %/preset.json,%,$(wildcard portrait_style/presets/*/preset.json)))
PORTRAITS = $(if $(wildcard $(DATA)/data/photos),--photos $(DATA)/data/photos)

setup: $(call stamp,test)

demo: $(call stamp,demo)
	$(BIN)/python examples/demo.py

test: $(call stamp,test)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not browser"

test-slow: $(call stamp,test)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m slow

# The studio, and the page that `web` writes, in Chromium: apt-get install chromium.
test-browser: $(call stamp,browser)
	$(BIN)/python -m pytest -m browser -ra tests/studio/browser tests/web

test-all: $(call stamp,test)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not browser"

# The wheel in empty environments outside of this folder: every command, with each extra.
test-install: | $(BIN)/uv
	$(BIN)/python tests/installation/every_command.py

# The quick tests with the lowest versions that setup.cfg allows, on the oldest Python.
test-oldest: | $(BIN)/uv
	$(BIN)/python tests/installation/oldest_versions.py

check: $(call stamp,dev)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tests/typing/as_installed.py

format: $(call stamp,dev)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

export: $(call stamp,test)
	for preset in $(PRESETS); do \
	    $(BIN)/portrait-style export --model $$preset --style oil --output exported/$$preset \
	        --overwrite $(PORTRAITS) || exit; \
	done

bench: $(call stamp,test)
	$(BIN)/python benchmarks/latency.py
	$(BIN)/python benchmarks/quick_start.py

bench-web: $(call stamp,browser)
	$(BIN)/python benchmarks/web_page.py

bench-studio: $(call stamp,test)
	$(BIN)/python benchmarks/studio.py

bench-train: $(call stamp,test)
	$(BIN)/python benchmarks/training_speed.py

ablation-guidance ablation-adaptive ablation-robustness: ablation-%: $(call stamp,test)
	$(BIN)/python benchmarks/ablations.py $* --data $(DATA) --output runs/ablations/$*

styles: $(call stamp,test)
	rm -rf runs/styles
	$(BIN)/python benchmarks/style_commands.py --data $(DATA) --output runs/styles
	$(BIN)/python benchmarks/style_adaptation.py --data $(DATA) --output runs/styles/adaptation
	$(BIN)/python benchmarks/diversity.py --data $(DATA) --output runs/styles/diversity
	$(BIN)/python benchmarks/style_discovery.py --data $(DATA) --output runs/styles/discovery
	$(BIN)/python benchmarks/feedback.py

renderers: $(call stamp,test)
	$(BIN)/python benchmarks/renderers.py --data $(DATA) --output runs/renderers

# Minutes for which each baseline is trained; what runs/evaluate holds already is not done again.
MINUTES ?= 30

# Seven renderers in one network, by pairs and unpaired: hours; what is there is not done again.
learned: $(call stamp,test)
	$(BIN)/python benchmarks/learned.py --data $(DATA) --output runs/learned

# What each loss does: one left out after another.
losses: $(call stamp,test)
	$(BIN)/python benchmarks/losses.py --data $(DATA) --output runs/losses

# Each preset by its recipe, from nothing: sixteen hours; what is there is not done again.
presets: $(call stamp,test)
	for recipe in mobile large; do \
	    nice -n 19 $(BIN)/python -m portrait_style.training.recipe training/recipes/$$recipe.json \
	        --data $(DATA)/data --output runs/presets/$$recipe && \
	    $(BIN)/python -m portrait_style.export.lite_preset runs/presets/$$recipe/preset || exit; \
	done

# Every figure that is promised of a preset, each bundled one; what is there is not measured again.
preset-figures: $(call stamp,test)
	for preset in $(PRESETS); do \
	    $(BIN)/python benchmarks/presets.py --data $(DATA) --model $$preset \
	        --output runs/preset_figures/$$preset || exit; \
	done

evaluate: $(call stamp,benchmark)
	$(BIN)/python benchmarks/evaluate.py --minutes $(MINUTES)

# Fifty questions to vote on by eye, with the package of Magenta's network; a study is kept.
blind: $(call stamp,benchmark)
	$(BIN)/python benchmarks/blind.py --data $(DATA) --output runs/blind --judge-sheet

gallery: $(call stamp,test)
	$(BIN)/python examples/gallery.py

# The page as docs/web.md shows it, and the studio as docs/studio.md does.
screenshots: $(call stamp,browser)
	$(BIN)/python examples/web_pictures.py
	$(BIN)/python examples/studio_pictures.py

clean:
	rm -rf $(VENV) build dist demo discovered exported *.egg-info

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(BIN)/uv: | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check uv

# Order-only: a newer interpreter is no reason to install again.
$(VENV)/.installed-%: setup.cfg pyproject.toml | $(BIN)/python
	$(INSTALL) -e '.[$*]'
	touch $@

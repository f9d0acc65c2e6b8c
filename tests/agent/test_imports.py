"""`import optwright` is quick and light; public names are there."""

import os
import subprocess
import sys

import pytest

import optwright

HEAVY = {"torch", "gradio", "langgraph", "openai", "pyomo", "pydantic", "numpy", "highspy", "transformers", "trl"}
PUBLIC = [
    "Formulation",
    "Outcome",
    "Problem",
    "Settings",
    "Solution",
    "Status",
    "Table",
    "load_tables",
    "solve",
    "solve_formulation",
]


def fresh(code):
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_importing_the_package_imports_nothing_heavy():
    loaded = set(fresh("import optwright, sys; print(' '.join(sys.modules))").split())
    assert not {name.partition(".")[0] for name in loaded} & HEAVY


def test_the_language_models_do_not_import_the_sdk_until_they_ask():
    loaded = fresh("import optwright.llm, sys; optwright.llm.OpenAIChat('m'); print(' '.join(sys.modules))").split()
    assert "openai" not in loaded


def test_the_public_names_are_pinned():
    assert optwright.__all__ == PUBLIC
    for name in PUBLIC:
        assert getattr(optwright, name) is not None
        assert name in dir(optwright)
    with pytest.raises(AttributeError, match="no attribute 'slove'"):
        _ = optwright.slove


def test_only_the_graph_knows_langgraph():
    code = "import optwright.agent.nodes.repair, optwright.agent.solution, sys; print(' '.join(sys.modules))"
    assert "langgraph" not in fresh(code).split()

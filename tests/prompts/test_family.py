"""The family of a model by the name that it is served under."""

from pathlib import Path

import pytest

from optwright.prompts.family import family_of

FAMILIES = {
    "qwen2.5": [
        "Qwen2.5-7B-Instruct",
        "Qwen/Qwen2.5-32B-Instruct-AWQ",
        "/models/Qwen2.5-7B-Instruct-merged",
        "qwen2.5:7b",
    ],
    "qwen2.5-coder": ["Qwen2.5-Coder-7B-Instruct", "Qwen2.5-Coder-32B-Instruct-GPTQ-Int4"],
    "qwen3": ["Qwen3-30B-A3B-Instruct-2507", "qwen3-8b-fp8"],
    "llama3.1": ["meta-llama/Meta-Llama-3.1-8B-Instruct", "llama3.1:8b-instruct-q4_K_M", "Llama-3.1-70B"],
    "gemma2": ["google/gemma-2-9b-it"],
    "deepseek-r1-distill-qwen": ["deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"],
    "deepseek-v3": ["DeepSeek-V3-0324"],
    "gpt-4o-mini": ["gpt-4o-mini-2024-07-18", "gpt-4o-mini"],
    "gpt4.1": ["gpt-4.1", "gpt4.1"],
    "my-model": ["my-model"],
    "stub": ["stub"],
    "7b": ["7b"],
    "unnamed": ["", "  "],
}


@pytest.mark.parametrize(("family", "name"), [(family, name) for family, names in FAMILIES.items() for name in names])
def test_names_of_one_family(family, name):
    assert family_of(name) == family


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_its_own(family):
    assert family_of(family) == family


def test_the_table_in_the_documentation_is_right():
    text = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text(encoding="utf-8")
    table = text.partition("| served as | family |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()]
    assert len(rows) >= 5
    for names, family in rows:
        assert {family_of(name.strip("`")) for name in names.split(", ")} == {family.strip("`")}

"""Which texts of the pipeline can be improved: the parts that a method sends, what they say now, what they are for."""

from __future__ import annotations

from collections.abc import Sequence

from optwright.agent.preset import PRESETS
from optwright.errors import InputError
from optwright.method import Method
from optwright.prompts.library import PIPELINE, SHIPPED, Prompts, template
from optwright.prompts.search.candidate import Candidate

ROLES = {
    "formulate": "asks for an analysis of a problem and its formulation in JSON, which a program checks and solves",
    "program": "asks for a Pyomo program of a formulation",
    "direct": "asks for a Pyomo program straight from the problem's words",
    "cot_model": "asks for the understanding of a problem and its mathematical model in words",
    "cot_program": "goes on from the mathematical model and asks for a Pyomo program",
    "llmopt_formulate": "asks for the five elements of a problem in words",
    "llmopt_program": "asks for a Pyomo program of the five elements",
    "plain": "is sent to a model that was tuned to answer a problem with the JSON of a formulation and nothing else",
    "again": "asks to give a reply again that could not be read",
    "repair_formulation": "asks to correct a formulation in which a check found errors",
    "repair_program": "asks to correct a program that failed",
    "doubt_formulation": "asks to reconsider a formulation about which a check has doubts",
    "doubt_program": "asks to reconsider a program whose model has no optimum",
    "labels": "asks which topics of a library of experience fit a problem",
    "applicable": "asks which insights of a library apply to a problem",
    "insights": "adds to a request what was learned from earlier problems",
}
_KINDS = {
    "system": "the constant instructions, sent first with every request",
    "user": "the request itself; each placeholder is replaced by what it names",
}


def sent(method: Method, *, library: bool = False) -> list[str]:
    """Return the parts that a method may send, as `template.part`, the first request's first."""
    preset = PRESETS[method]
    names = [name for name in (preset.formulate, preset.program) if name]
    if not preset.once:
        names += ["again"]
        names += ["repair_formulation", "doubt_formulation"] if preset.typed else []
        names += ["repair_program", "doubt_program"] if preset.coded else []
    names += ["labels", "applicable", "insights"] if library else []
    return [f"{name}.{part}" for name in names for part in template(name).parts]


def seed(
    names: Sequence[str], method: Method, *, prompts: Prompts = SHIPPED, library: bool = False, note: str = "as shipped"
) -> Candidate:
    """Return what the named parts say now, without any name the first part that the method sends.

    Raises InputError for a part that there is not, or that the method does not send.
    """
    known = sent(method, library=library)
    for name in names:
        if name not in known:
            there = name.partition(".")[0] in PIPELINE and name.partition(".")[2] in template(name.split(".")[0]).parts
            why = f"is not sent by the method {method}" if there else "does not exist"
            raise InputError(f"--part {name}: that part {why}; there are {', '.join(known)}")
    chosen = list(dict.fromkeys(names)) or known[:1]
    split = [name.split(".") for name in chosen]
    return Candidate({f"{name}.{part}": prompts.template(name).parts[part] for name, part in split}, note=note)


def shipped(name: str) -> str:
    """Return what a part says as shipped."""
    one, _, part = name.partition(".")
    return template(one).parts[part]


def roles(names: Sequence[str]) -> dict[str, str]:
    """Return by part what it is used for."""
    pairs = [(name, *name.split(".")) for name in names]
    return {name: f"{_KINDS[part]}, of the prompt that {ROLES[one]}" for name, one, part in pairs}

"""What a model is trained on: a prompt, the completion wanted, and where the pair comes from.

The four instructions are LLMOPT's (Jiang et al., LLMOPT: Learning to Define and Solve General Optimization Problems
from Scratch, 2024): question to formulation, formulation to program, both to program, question to program. The prompts
are those of the agent, so that a tuned model meets in use what it met in training.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from optwright.agent.requests import dump
from optwright.datasets.files import rows
from optwright.errors import DatasetError, InputError
from optwright.finetune.example import Example
from optwright.formulation.elements import Formulation
from optwright.formulation.render import render as render_program
from optwright.llm import Message
from optwright.prompts.data import describe_tables
from optwright.prompts.library import render

_MAIN = '\n\nif __name__ == "__main__":'
_NO_QUESTION = "(The formulation below is the whole problem.)"
_WORDS = frozenset({"description", "quote", "unit"})


class Instruction(StrEnum):
    """What is asked and what is wanted: q question, f formulation, c code."""

    Q2F = "q2f"
    F2C = "f2c"
    QF2C = "qf2c"
    Q2C = "q2c"


@dataclass(frozen=True, slots=True)
class Record:
    """One training pair in TRL's conversational prompt-completion form."""

    id: str
    instruction: str
    prompt: tuple[Message, ...]
    completion: tuple[Message, ...]
    stage: int = 0
    """Its place in a curriculum: lower stages are trained on first."""
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {**asdict(self), "prompt": list(self.prompt), "completion": list(self.completion)}


def make(example: Example, instruction: Instruction, *, plain: bool = False) -> Record:
    """Return the record of one example.

    `plain`: the prompt is the question alone and the completion the bare compact JSON, as the method `plain` has it;
    there is no such form of the other instructions (InputError).
    """
    if plain and instruction is not Instruction.Q2F:
        raise InputError(f"plain prompts exist for q2f only, not for {instruction}; leave out the others or --plain")
    maker = _plain if plain else _MAKERS[instruction]
    prompt, completion = maker(example)
    provenance = {
        "example": example.id,
        "family": example.family,
        "level": example.level,
        "style": example.style,
        **example.provenance,
    }
    return Record(
        f"{example.id}#{instruction}",
        instruction,
        prompt,
        ({"role": "assistant", "content": completion},),
        provenance={name: value for name, value in provenance.items() if value not in ("", None)},
    )


def compact(formulation: Formulation) -> str:
    """Return a formulation as one line of JSON without what only people read: names of things stay, words go."""
    data = formulation.model_dump(mode="json", exclude_defaults=True, exclude={"name", "description"})
    return json.dumps(_bare(data), ensure_ascii=False, separators=(",", ":"))


def _bare(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {name: _bare(value) for name, value in data.items() if name not in _WORDS}
    if isinstance(data, list):
        return [_bare(value) for value in data]
    return data


def _plain(example: Example) -> tuple[tuple[Message, ...], str]:
    return render("plain", {"problem": example.question}).messages, compact(example.formulation)


def _q2f(example: Example) -> tuple[tuple[Message, ...], str]:
    prompt = render("formulate", {"problem": example.question, "tables": describe_tables(example.tables)})
    data = example.formulation.model_dump(mode="json", exclude_defaults=True)
    return prompt.messages, f"{analysis(example.formulation)}\n```json\n{dump(data)}\n```"


def _f2c(example: Example) -> tuple[tuple[Message, ...], str]:
    return _program_prompt(example, _NO_QUESTION), _program(example)


def _qf2c(example: Example) -> tuple[tuple[Message, ...], str]:
    return _program_prompt(example, example.question), _program(example)


def _q2c(example: Example) -> tuple[tuple[Message, ...], str]:
    prompt = render("direct", {"problem": example.question, "tables": describe_tables(example.tables)})
    return prompt.messages, f"{analysis(example.formulation)}\n{_program(example)}"


_MAKERS = {Instruction.Q2F: _q2f, Instruction.F2C: _f2c, Instruction.QF2C: _qf2c, Instruction.Q2C: _q2c}


def _program_prompt(example: Example, question: str) -> tuple[Message, ...]:
    data = example.formulation.model_dump(mode="json", exclude_defaults=True)
    variables = {"problem": question, "tables": describe_tables(example.tables), "formulation": dump(data)}
    return render("program", variables).messages


def _program(example: Example) -> str:
    source = render_program(example.formulation, example.tables).source.partition(_MAIN)[0].rstrip()
    return f"```python\n{source}\n```"


def analysis(formulation: Formulation) -> str:
    """Return what is decided, best and limited in the formulation's own words: the lines before the block."""
    goals = [f"{goal.sense} {goal.description or goal.expression}" for goal in formulation.objectives]
    lines = [
        f"Decide: {_list(variable.description or variable.name for variable in formulation.variables)}.",
        f"Best: {_list(goals) or 'any feasible point'}.",
    ]
    if formulation.constraints:
        lines.append(f"Limits: {_list(limit.description or limit.name for limit in formulation.constraints)}.")
    if formulation.parameters:
        lines.append(f"Data: {_list(entry.description or entry.name for entry in formulation.parameters)}.")
    return "\n".join(lines)


def _list(words: Iterable[str]) -> str:
    return "; ".join(words)


def load(paths: Iterable[Path]) -> Iterator[Record]:
    """Yield the records of files. Raises DatasetError, naming file, line and field, for what is no record."""
    for path in paths:
        for row in rows(path):
            where = row["_where"]
            try:
                prompt, completion = _messages(row["prompt"]), _messages(row["completion"])
            except (KeyError, TypeError):
                line = f"{where}: no prompt and completion as lists of messages"
                raise DatasetError(f"{line}; make records by `optwright finetune records`") from None
            stage, provenance = int(row.get("stage") or 0), row.get("provenance") or {}
            yield Record(str(row.get("id", "")), str(row.get("instruction", "")), prompt, completion, stage, provenance)


def _messages(entries: Any) -> tuple[Message, ...]:
    made: tuple[Message, ...] = tuple({"role": entry["role"], "content": entry["content"]} for entry in entries)
    if not made or not all(isinstance(message["content"], str) for message in made):
        raise TypeError
    return made

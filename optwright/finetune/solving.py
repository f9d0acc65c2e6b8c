"""Evaluation by solving: held-out questions are put to the model in training, what it writes is checked and solved.

A loss says how well the model predicts one wording of the answer; this says how many problems it gets right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch

from optwright.agent.preset import PRESETS
from optwright.agent.reading import read_formulation
from optwright.agent.solve import Settings as SolveSettings
from optwright.agent.solve import solve_formulation
from optwright.datasets import registry
from optwright.datasets.sample import Labels, Sample
from optwright.datasets.split import choose
from optwright.errors import ConfigError, OptwrightError
from optwright.eval.pipeline import prediction_of
from optwright.eval.score import RULES, STRICT_TOLERANCE, Gold
from optwright.finetune.settings import SolvingSettings
from optwright.llm import Message, Reply
from optwright.method import Method
from optwright.problem import Problem
from optwright.prompts.data import describe_tables
from optwright.prompts.library import render, template
from optwright.solvers.options import SolveOptions


@dataclass(frozen=True, slots=True)
class Held:
    """One held-out problem: what the model is sent, and what its formulation is scored against."""

    id: str
    messages: tuple[Message, ...]
    gold: Gold


@dataclass(frozen=True, slots=True)
class Figures:
    """How far replies got. Each count includes the next."""

    asked: int
    read: int
    """A JSON object could be read."""
    sound: int
    """The formulation had no errors and could be solved."""
    right: int
    """Its optimum is the known one (strict rule)."""

    def to_json(self) -> dict[str, float]:
        """Return the counts, and the share that is right as `solved`."""
        return {**asdict(self), "solved": self.right / self.asked if self.asked else 0.0}


def held(settings: SolvingSettings) -> list[Held]:
    """Load the held-out problems. Raises ConfigError for a method in which the model writes no formulation."""
    preset = PRESETS[settings.method]
    if not preset.typed or preset.formulate is None:
        typed = ", ".join(name for name, entry in PRESETS.items() if entry.typed)
        raise ConfigError(f"solving.method: {settings.method} writes no formulation to solve; choose {typed}")
    samples = choose(registry.load(str(settings.problems)), limit=settings.limit)
    return list(_held(samples, preset.formulate))


def _held(samples: Sequence[Sample], name: str) -> Iterator[Held]:
    for sample in samples:
        label = sample.corrected.label
        if label is not None:
            yield Held(sample.id, ask(sample.problem(Labels.CORRECTED), name), Gold(label))


def ask(problem: Problem, name: str) -> tuple[Message, ...]:
    """Return the first request of a method, by the name of its template."""
    known = {"problem": problem.text, "tables": describe_tables(problem.tables)}
    return render(name, {variable: known[variable] for variable in template(name).variables}).messages


def measure(model: Any, tokenizer: Any, problems: Sequence[Held], settings: SolvingSettings) -> Figures:
    """Have every problem answered greedily and judge the answers."""
    counts = [0, 0, 0]
    for start in range(0, len(problems), settings.batch):
        batch = problems[start : start + settings.batch]
        replies = generate(model, tokenizer, [entry.messages for entry in batch], most=settings.max_tokens)
        for entry, reply in zip(batch, replies, strict=True):
            for rung, passed in enumerate(judge(reply, entry.gold, settings)):
                counts[rung] += passed
    return Figures(len(problems), *counts)


def judge(reply: str, gold: Gold, settings: SolvingSettings) -> tuple[bool, bool, bool]:
    """Return whether a reply was read, is sound, and is right."""
    found = read_formulation(Reply(reply)).formulation
    if found is None:
        return False, False, False
    chosen = SolveSettings(Method.COMPILED, options=SolveOptions(time_limit=settings.time_limit, gap=STRICT_TOLERANCE))
    try:
        prediction = prediction_of(solve_formulation(found, settings=chosen))
    except OptwrightError:  # what the model wrote cannot even be taken up: not sound
        return True, False, False
    return True, prediction.executed, bool(RULES["strict"].judge(gold, prediction))


@torch.no_grad()  # type: ignore[untyped-decorator]
def generate(model: Any, tokenizer: Any, conversations: Sequence[Sequence[Message]], *, most: int) -> list[str]:
    """Return greedy replies of at most `most` tokens. The model is left in the mode in which it was."""
    training, side = model.training, tokenizer.padding_side
    model.eval()
    tokenizer.padding_side = "left"
    try:
        given = tokenizer.apply_chat_template(
            [list(messages) for messages in conversations],
            add_generation_prompt=True,
            return_tensors="pt",
            return_dict=True,
            padding=True,
        ).to(model.device)
        room = model.config.max_position_embeddings - given["input_ids"].shape[1]
        made = model.generate(
            **given,
            max_new_tokens=max(1, min(most, room)),
            do_sample=False,
            use_cache=True,
            temperature=None,
            top_p=None,
            top_k=None,
            pad_token_id=tokenizer.pad_token_id,
        )
        replies = made[:, given["input_ids"].shape[1] :]
        return [str(text) for text in tokenizer.batch_decode(replies, skip_special_tokens=True)]
    finally:
        tokenizer.padding_side = side
        model.train(training)

"""Begin: look up what earlier problems taught, and keep what the model judges to apply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from optwright.agent.context import Context, Stopwatch, account, ask
from optwright.agent.preset import Preset
from optwright.agent.state import State
from optwright.errors import ParseError
from optwright.prompts.parse import find_json
from optwright.trace import Call, Evidence

if TYPE_CHECKING:
    from optwright.experience.insight import Insight, Label, Stage
    from optwright.experience.shelf import Shelf

MOST_PROBLEM = 12_000
"""Characters of a problem that are shown when labels and conditions are judged: its beginning and its end."""
_LABELS = {"type": "array", "items": {"type": "integer"}, "maxItems": 12}
_APPLIES = {"type": "array", "items": {"type": "string"}, "maxItems": 32}


def retrieve(state: State, context: Context) -> State:
    """Return the insights that apply, by the step that they are for, with a record of every request."""
    watch = Stopwatch("retrieve", state)
    if context.shelf is None or context.model is None:
        return {"steps": [watch.step(Evidence(notes=["no experience library is attached"]))]}
    found: dict[str, list[dict[str, str]]] = {}
    steps: list[dict[str, Any]] = []
    for purpose, stages in _purposes(context.preset):
        looked = _Looked(context, context.shelf)
        found[purpose] = looked.insights(stages)
        steps += [Stopwatch("retrieve", state).step(Evidence(notes=[note]), call) for note, call in looked.told]
    shown = "; ".join(
        f"{purpose}: {', '.join(one['id'] for one in insights) or 'none'}" for purpose, insights in found.items()
    )
    return {
        "insights": found,
        "steps": [*steps, watch.step(Evidence(notes=[f"insights for {shown}"]))],
        **account(context),
    }


def _purposes(preset: Preset) -> Iterator[tuple[str, tuple[Stage, ...]]]:
    from optwright.experience.insight import Stage

    if preset.formulate is not None:
        yield "formulate", (Stage.DOMAIN, Stage.FORMULATION)
    if preset.coded:
        yield "program", (Stage.CODE,) if preset.formulate is not None else tuple(Stage)


class _Looked:
    """One search: labels by the model, candidates from the library, conditions judged by the model in batches."""

    def __init__(self, context: Context, shelf: Shelf) -> None:
        self._context, self._shelf = context, shelf
        self.told: list[tuple[str, Call]] = []

    def insights(self, stages: Sequence[Stage]) -> list[dict[str, str]]:
        """Return what applies and fits into a prompt, as the prompt tells it."""
        from optwright.experience.search import told

        look = self._shelf.look(self._context.problem.text, stages)
        candidates = look.candidates(self._chosen(look.labels()))
        if not self._shelf.judged:
            return [{"id": one.id, "text": told(one)} for one in self._shelf.fitting(candidates)]
        size = self._shelf.bounds.batch
        batches = [candidates[at : at + size] for at in range(0, len(candidates), size)]
        applying = [one for batch in batches for one in self._applying(batch)]
        return [{"id": one.id, "text": told(one)} for one in self._shelf.fitting(applying)]

    def _chosen(self, labels: Sequence[Label]) -> list[Label]:
        if not labels:
            return []
        listed = "\n".join(f"{at}. {one.path}. {one.condition or one.definition}" for at, one in enumerate(labels, 1))
        numbers = self._ask("labels", {"labels": listed}, "labels", _LABELS)
        known = [number for number in numbers if isinstance(number, int) and 1 <= number <= len(labels)]
        return [labels[number - 1] for number in dict.fromkeys(known)]

    def _applying(self, batch: Sequence[Insight]) -> list[Insight]:
        listed = "\n".join(f"[{one.id}] {one.content.condition}" for one in batch)
        named = self._ask("applicable", {"conditions": listed}, "applies", _APPLIES)
        known = {one.id: one for one in batch}
        return [known[name] for name in dict.fromkeys(map(str, named)) if name in known]

    def _ask(self, template: str, variables: dict[str, str], field: str, shape: dict[str, Any]) -> list[Any]:
        """Ask the model for a list; a reply without one is an empty list, noted."""
        schema = {"type": "object", "properties": {field: shape}, "required": [field], "additionalProperties": False}
        known = {**variables, "problem": shortened(self._context.problem.text)}
        asked = ask(self._context, self._context.prompts.render(template, known), schema)
        try:
            value = find_json(asked.reply.text).value.get(field)
        except ParseError as error:
            value, note = None, f"{template}: {error}"
        else:
            note = f"{template}: {value}" if isinstance(value, list) else f"{template}: the reply has no list {field!r}"
        self.told.append((note, asked.call))
        return value if isinstance(value, list) else []


def shortened(text: str) -> str:
    """Return a problem's beginning and end, at most about `MOST_PROBLEM` characters."""
    return text if len(text) <= MOST_PROBLEM else f"{text[: MOST_PROBLEM // 2]}\n[...]\n{text[-MOST_PROBLEM // 2 :]}"

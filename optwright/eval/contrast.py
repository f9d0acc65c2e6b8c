"""Behaviour over the optimum: is a right value the right model, and is a wrong one only wrong data?

Where a reference program or formulation of a record is at hand, its model and the one behind the prediction are built
in the sandbox and compared as structures (`solvers.structure`). A value can be right by a different model, and wrong by
a model that has the right shape with other numbers: both are categories of their own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optwright.errors import InputError
from optwright.eval.judged import Judged
from optwright.formulation.read import read
from optwright.formulation.render import render
from optwright.outcome import Outcome
from optwright.solvers import verdict
from optwright.solvers.exchange import unpack
from optwright.solvers.options import Limits, SolveOptions
from optwright.solvers.runner import default
from optwright.solvers.sandbox import ENOUGH, Job
from optwright.solvers.standard import ExportError, StandardForm
from optwright.solvers.structure import Verdict, same_structure

Floats = NDArray[np.float64]
WALL = 60.0
"""Seconds that a program may take to build its model."""


class Category(StrEnum):
    """What value and structure together say of a prediction."""

    RIGHT_SAME = "right value, same model"
    RIGHT_DIFFERENT = "right value, different model"
    DATA_ERROR = "wrong value, same structure (data error)"
    WRONG_SAME = "wrong value, same model (label in doubt)"
    WRONG_DIFFERENT = "wrong value, different structure"
    UNDECIDED = "undecided"


class Structure(StrEnum):
    """How the predicted model relates to the reference."""

    SAME = "same"
    SHAPE = "shape"
    """The same but for its numbers."""
    DIFFERENT = "different"
    UNDECIDED = "undecided"


_CATEGORY = {
    (Structure.SAME, True): Category.RIGHT_SAME,
    (Structure.SAME, False): Category.WRONG_SAME,
    (Structure.SHAPE, True): Category.RIGHT_DIFFERENT,
    (Structure.SHAPE, False): Category.DATA_ERROR,
    (Structure.DIFFERENT, True): Category.RIGHT_DIFFERENT,
    (Structure.DIFFERENT, False): Category.WRONG_DIFFERENT,
}


@dataclass(frozen=True, slots=True)
class Contrast:
    """One prediction against the reference of its record. Whether its value is right is not part of it."""

    id: str
    structure: Structure
    reason: str

    def category(self, *, right: bool) -> Category:
        """Return what structure and value together say."""
        return _CATEGORY.get((self.structure, right), Category.UNDECIDED)

    def to_json(self) -> dict[str, str]:
        """Return plain JSON data."""
        return {"id": self.id, "structure": self.structure.value, "reason": self.reason}

    @classmethod
    def from_json(cls, data: dict[str, str]) -> Contrast:
        """Rebuild from `to_json`."""
        return cls(data["id"], Structure(data["structure"]), data["reason"])


Build = Callable[[str], StandardForm]
"""Return the model of a program's source. Raises ExportError, one line, when there is none."""


def contrast(judged: Iterable[Judged], references: Path, build: Build | None = None) -> list[Contrast]:
    """Compare the first attempts with the references of a folder, `<benchmark>_<number>.py` or `.json`.

    Items without a reference, and attempts without a program, are left out. Raises InputError when the folder has none.
    """
    if not references.is_dir() or not any(references.glob("*_*.*")):
        raise InputError(f"{references} holds no references; they are called like optibench_0006.py or .json")
    found = []
    for entry in judged:
        source = reference_of(entry.item.id, references)
        if source is not None and entry.scored and entry.first.program:
            found.append(compare(entry, source, build or model_of))
    return found


def reference_of(name: str, references: Path) -> str | None:
    """Return the reference program of a record: as written, or rendered from its formulation. None without one."""
    stem = references / name.replace("/", "_")
    if (program := stem.with_suffix(".py")).is_file():
        return program.read_text(encoding="utf-8")
    if (path := stem.with_suffix(".json")).is_file():
        formulation = read(path.read_text(encoding="utf-8")).formulation
        if formulation is None:
            raise InputError(f"{path}: not a formulation; see `optwright check`")
        return render(formulation).source
    return None


def compare(entry: Judged, reference: str, build: Build) -> Contrast:
    """Compare one first attempt with the reference program of its record."""
    name = entry.item.id
    try:
        gold, said = build(reference), build(entry.first.program or "")
    except ExportError as error:
        return Contrast(name, Structure.UNDECIDED, str(error))
    return Contrast(name, *relate(gold, said))


def relate(gold: StandardForm, said: StandardForm) -> tuple[Structure, str]:
    """Return how a model relates to the reference, and why."""
    whole = same_structure(gold, said)
    if whole.verdict is not Verdict.DIFFERENT:
        return Structure(whole.verdict.value), whole.reason
    if _extent(gold) == _extent(said) and same_structure(skeleton(gold), skeleton(said)).verdict is Verdict.SAME:
        return Structure.SHAPE, f"alike but for numbers: {whole.reason}"
    return Structure.DIFFERENT, whole.reason


def skeleton(form: StandardForm) -> StandardForm:
    """Return a form with only the signs of its numbers: two models with other data have the same skeleton."""
    equal = form.row_lower == form.row_upper
    upper = np.where(equal, np.sign(form.row_upper), _signs(form.row_upper) + 0.5)
    return replace(
        form,
        lower=_signs(form.lower),
        upper=np.where(np.isinf(form.upper), form.upper, np.where(form.upper == 0, 0.0, 2.0)),
        row_lower=_signs(form.row_lower),
        row_upper=upper,
        constant=np.zeros_like(form.constant),
        linear=replace(form.linear, value=np.sign(form.linear.value)),
        quadratic=replace(form.quadratic, value=np.sign(form.quadratic.value)),
    )


def _signs(values: Floats) -> Floats:
    return np.where(np.isinf(values), values, np.sign(values))


def _extent(form: StandardForm) -> tuple[int, int, int]:
    """Return the numbers of columns, of integer ones, and of limits, a bound counting like a row."""
    bounds = np.isfinite(form.upper).sum() + (np.isfinite(form.lower) & (form.lower != 0)).sum()
    sides = np.isfinite(form.row_lower).sum() + np.isfinite(form.row_upper).sum()
    return form.width, int(form.integer.sum()), int(bounds + sides)


def model_of(source: str) -> StandardForm:
    """Run a program in the sandbox and return its model, unsolved. Raises ExportError when it has none.

    Only the model leaves the sandbox, as checked data; a sandbox that is too weak for foreign programs is an error too.
    """
    sandbox = default().sandbox
    if missing := sorted(ENOUGH - set(sandbox.layers)):
        raise ExportError(f"the sandbox is too weak here to run programs: {', '.join(missing)}")
    limits = Limits(wall=WALL)
    task = json.dumps({"source": source, "data": None}).encode()
    report = sandbox.run(Job("program", task, SolveOptions(time_limit=WALL / 2), limits, WALL))
    ended = verdict.of_end(report, limits)
    record = ended if ended is not None else verdict.of_record(report, "model")
    if isinstance(record, Outcome):
        raise ExportError(record.message or "the program gave no model")
    return unpack(record[1])


def counts(found: Iterable[Contrast], judged: Iterable[Judged]) -> dict[str, Any]:
    """Return the content of contrast.json: how many fell into each category under today's labels, and each item."""
    right = {entry.item.id: entry.right() for entry in judged if entry.scored}
    entries = [entry for entry in found if entry.id in right]
    number = Counter(entry.category(right=right[entry.id]).value for entry in entries)
    items = [{**entry.to_json(), "category": entry.category(right=right[entry.id]).value} for entry in entries]
    return {"categories": {category.value: number[category.value] for category in Category}, "items": items}

"""JSON text or plain data to a formulation: section 11's repairs, then the schema, all that is wrong as findings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from optwright.formulation.elements import (
    Constraint,
    Expression,
    Formulation,
    Objective,
    Output,
    Parameter,
    SetSpec,
    TableSpec,
    Variable,
)
from optwright.formulation.findings import Code, Finding
from optwright.formulation.rewrite import comma_generators, plain_signs

MAX_TEXT = 5_000_000
MAX_NESTING = 100
_KINDS: dict[str, type[BaseModel]] = {
    "tables": TableSpec,
    "sets": SetSpec,
    "parameters": Parameter,
    "variables": Variable,
    "expressions": Expression,
    "constraints": Constraint,
    "outputs": Output,
}
_WORDS = {"sets": "set", "tables": "table"}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading: the formulation, or none and the SCHEMA findings that say why."""

    formulation: Formulation | None
    findings: list[Finding] = field(default_factory=list)


def read(source: str | Mapping[str, Any]) -> Reading:
    """Read a formulation from JSON text or plain data.

    What section 11 allows is repaired, each repair a NORMALISED note; what does not fit the schema is a SCHEMA finding
    with its path. Nothing is raised for bad content.
    """
    data: Any = source
    if isinstance(source, str):
        try:
            data = parse_json(source)
        except ValueError as error:
            return Reading(None, [Finding(Code.SCHEMA, "formulation", str(error))])
    if not isinstance(data, Mapping):
        return Reading(None, [Finding(Code.SCHEMA, "formulation", "a formulation is one JSON object { ... }")])
    if _depth(data) > MAX_NESTING:
        return Reading(None, [Finding(Code.SCHEMA, "formulation", f"nested more than {MAX_NESTING} levels deep")])
    repair = _Repair()
    repaired = repair.formulation(dict(data))
    if repair.refused:
        return Reading(None, [*repair.notes, *repair.refused])
    try:
        return Reading(Formulation.model_validate(repaired), repair.notes)
    except ValidationError as error:
        return Reading(None, [*repair.notes, *_schema_findings(error, repaired)])
    except (RecursionError, OverflowError, ValueError) as error:
        return Reading(None, [*repair.notes, Finding(Code.SCHEMA, "formulation", str(error)[:200])])


def parse_json(text: str) -> Any:
    """Parse JSON strictly: no doubled keys, no NaN. Raises ValueError with one line that says where."""
    if len(text) > MAX_TEXT:
        raise ValueError(f"{len(text):,} characters; the limit is {MAX_TEXT:,}; bind large data to a table")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for key, value in pairs:
            if key in seen:
                raise ValueError(f"the key {key[:60]!r} stands twice in one object")
            seen[key] = value
        return seen

    def constant(name: str) -> Any:
        raise ValueError(f"{name} is not a number in JSON")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=constant)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise ValueError("not JSON that can be used: nested too deeply") from None
    except ValueError as error:
        if "integer string conversion" in str(error):
            raise ValueError("a number of thousands of digits is not a number that a solver can use") from None
        raise


def _depth(data: Any) -> int:
    """Return how deeply lists and objects are nested, without recursion."""
    deepest, stack = 0, [(data, 1)]
    while stack:
        value, depth = stack.pop()
        if isinstance(value, Mapping | list | tuple):
            deepest = max(deepest, depth)
            if depth > MAX_NESTING:
                return depth
            stack.extend((part, depth + 1) for part in (value.values() if isinstance(value, Mapping) else value))
    return deepest


class _Repair:
    """Applies section 11 to plain data and notes every repair."""

    def __init__(self) -> None:
        self.notes: list[Finding] = []
        self.refused: list[Finding] = []

    def note(self, where: str, message: str) -> None:
        self.notes.append(Finding(Code.NORMALISED, where, message))

    def formulation(self, data: dict[str, Any]) -> dict[str, Any]:
        for section in _KINDS:
            if isinstance(entries := data.get(section), list | tuple):
                data[section] = [self.element(section, entry) for entry in entries]
            elif section in data and entries is None:
                data.pop(section)
                self.note("formulation", f"{section!r}: null read as none")
        objective = data.get("objective")
        if isinstance(objective, list | tuple):
            data["objective"] = [self.objective(entry, at) for at, entry in enumerate(objective, 1)]
        elif isinstance(objective, Mapping):
            data["objective"] = self.objective(objective, 0)
        return data

    def objective(self, entry: Any, at: int) -> Any:
        if not isinstance(entry, Mapping):
            return entry
        entry = dict(entry)
        where = f"objective {entry.get('name', at) or ''!r}" if at else "objective"
        full = {"min": "minimize", "max": "maximize", "minimise": "minimize", "maximise": "maximize"}
        sense = entry.get("sense")
        if isinstance(sense, str) and (sense.lower() in full or sense.lower() in full.values()):
            wanted = full.get(sense.lower(), sense.lower())
            if sense != wanted:
                self.note(where, f"sense {sense!r} read as {wanted!r}")
                entry["sense"] = wanted
        self.texts(entry, where, ("expression",), relation=False)
        return entry

    def element(self, section: str, entry: Any) -> Any:
        if not isinstance(entry, Mapping):
            return entry
        entry = dict(entry)
        where = f"{_WORDS.get(section, section[:-1])} {str(entry.get('name', '?'))[:60]!r}"
        if section == "parameters" and "values" in entry and "value" not in entry:
            entry["value"] = entry.pop("values")
            self.note(where, "'values' read as 'value'")
        if section in ("sets", "parameters", "variables") and isinstance(entry.get("index"), str):
            entry["index"] = [entry["index"]]
            self.note(where, "'index' written as text read as a list of one")
        if section == "parameters":
            self.parameter(entry, where)
        elif section == "variables":
            for name in ("lower", "upper"):
                self.bound(entry, name, where)
        elif section == "sets":
            self.ends(entry, where)
        if section in ("sets", "expressions", "constraints", "outputs"):
            self.texts(entry, where, ("for_each",), relation=False)
        if section in ("expressions", "constraints", "outputs"):
            self.texts(entry, where, ("expression",), relation=section == "constraints")
        return entry

    def texts(self, entry: dict[str, Any], where: str, names: tuple[str, ...], *, relation: bool) -> None:
        """Repair expressions: signs, `=` in a relation, commas between generators, `for` before a `for_each`."""
        for name in names:
            value = entry.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool) and name == "expression":
                entry[name] = repr(value)
                self.note(where, f"the number {value!r} read as an expression")
            elif isinstance(value, str):
                entry[name] = self.text(value, where, name, relation=relation)
            elif value is None and name in entry and name == "for_each":
                entry.pop(name)

    def text(self, value: str, where: str, name: str, *, relation: bool) -> str:
        repairs: list[tuple[str, Callable[[str], str]]] = [
            ("signs", lambda text: plain_signs(text, relation=relation)),
            ("a comma between generators", comma_generators),
        ]
        if name == "for_each":
            repairs = [
                ("signs", lambda text: plain_signs(text, relation=False)),
                ("'for' before for_each", lambda text: re.sub(r"^\s*for\s+", "", text)),
            ]
        for what, change in repairs:
            if (changed := change(value)) != value:
                self.note(where, f"{what}: `{_short(value)}` read as `{_short(changed)}`")
                value = changed
        return value

    def parameter(self, entry: dict[str, Any], where: str) -> None:
        repaired = [0]
        if "value" in entry:
            entry["value"] = self.numeric(entry["value"], repaired, where)
        if isinstance(rows := entry.get("rows"), list):
            entry["rows"] = [
                [*row[:-1], self.numeric(row[-1], repaired, where)] if isinstance(row, list | tuple) and row else row
                for row in rows
            ]
        if "default" in entry:
            entry["default"] = self.numeric(entry["default"], repaired, where)
        if repaired[0]:
            self.note(where, f"{repaired[0]} number{'s' * (repaired[0] > 1)} written as text read as numbers")

    def numeric(self, value: Any, repaired: list[int], where: str) -> Any:
        """Turn numbers written as strings into numbers, all the way down."""
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()) and len(value) < 300:
            repaired[0] += 1
            return _number(value)
        if isinstance(value, bool):
            self.refused.append(Finding(Code.SCHEMA, where, f"{json.dumps(value)} is not a number", str(int(value))))
        if isinstance(value, list | tuple):
            return [self.numeric(part, repaired, where) for part in value]
        if isinstance(value, Mapping):
            return {key: self.numeric(part, repaired, where) for key, part in value.items()}
        return value

    def bound(self, entry: dict[str, Any], name: str, where: str) -> None:
        value = entry.get(name)
        repaired = [0]
        if value is not None:
            entry[name] = self.numeric(value, repaired, where)
        if repaired[0]:
            self.note(where, f"{name!r}: a number written as text read as a number")
        if isinstance(entry.get(name), str):
            entry[name] = self.text(entry[name], where, name, relation=False)

    def ends(self, entry: dict[str, Any], where: str) -> None:
        ends = entry.get("range")
        if isinstance(ends, list | tuple):
            repaired = [0]
            numbers = [self.numeric(end, repaired, where) for end in ends]
            entry["range"] = [int(end) if isinstance(end, float) and end.is_integer() else end for end in numbers]
            if repaired[0]:
                self.note(where, "'range': a number written as text read as a number")


def _number(text: str) -> int | float:
    text = text.strip()
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."


def _schema_findings(error: ValidationError, data: dict[str, Any]) -> list[Finding]:
    """Return one finding for each place that does not fit, alternatives of one union together."""
    by_place: dict[str, list[Any]] = {}
    for item in error.errors(include_url=False, include_context=False):
        by_place.setdefault(_path(item["loc"], data), []).append(item)
    findings = []
    paths = list(by_place)[:30]
    for path in paths:
        if any(other.startswith((f"{path}[", f"{path} ")) for other in paths):
            continue  # what is wrong further in says more
        items = by_place[path]
        item = items[0]
        findings.append(Finding(Code.SCHEMA, path, _message(item, len(items)), _hint(item)))
    return findings


def _path(location: tuple[int | str, ...], data: Any) -> str:
    """Write the path of a finding: `constraints[2] 'time' expression`; names of alternatives are left out."""
    words: list[str] = []
    at: Any = data
    for step in location:
        if isinstance(step, int):
            at = at[step] if isinstance(at, list | tuple) and step < len(at) else None
            name = f" {at['name']!r}" if isinstance(at, Mapping) and isinstance(at.get("name"), str) else ""
            words[-1:] = [f"{words[-1] if words else ''}[{step}]{name[:60]}"]
        elif isinstance(at, Mapping) and (step in at or not _alternative(step)):
            at = at.get(step)
            words.append(step)
    return " ".join(words) or "formulation"


def _alternative(step: str) -> bool:
    return "[" in step or step in ("int", "float", "str", "Value", "Objective", "tuple", "list", "dict", "none")


def _message(item: Any, alternatives: int) -> str:
    kind, given = item["type"], item.get("input")
    if kind == "missing":
        return "this field is obligatory"
    if kind == "extra_forbidden":
        return "there is no such field"
    if kind == "value_error":
        return str(item["msg"]).removeprefix("Value error, ")
    shown = _short(repr(given), 60)
    if alternatives > 1:
        return f"{shown} is none of what may stand here"
    return f"{item['msg'][0].lower()}{item['msg'][1:]}, given {shown}"


def _hint(item: Any) -> str | None:
    """Suggest the field that was meant."""
    if item["type"] != "extra_forbidden":
        return None
    section = item["loc"][0]
    model = _KINDS.get(str(section)) if len(item["loc"]) > 1 else Formulation
    model = Objective if section == "objective" and len(item["loc"]) > 1 else model
    close = get_close_matches(str(item["loc"][-1]), list(model.model_fields) if model else [], n=1)
    return close[0] if close else None

"""Prompt packs: other texts for some parts of the templates, for one family of models, and where they come from.

A pack is a text file: a head in YAML between two lines `---`, then each part under a line such as
`--- formulate.system ---`, as it is sent. Nothing is indented or escaped, so that two packs compare as texts do.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from optwright.errors import InputError
from optwright.prompts.family import family_of
from optwright.prompts.library import PIPELINE, Prompts, digest, template
from optwright.prompts.search.candidate import Candidate, Form

SUFFIX = ".md"
ANY = "any"
"""The family of a pack that is for no model in particular."""
MOST_TEXT = 100_000
"""Characters of one part."""
MOST_BYTES = 4 * 2**20
RESERVED = frozenset({"auto", "none"})
_NAME = r"^[A-Za-z0-9][\w.+-]{0,99}$"
_HEAD = re.compile(r"\A---\n(.*?\n)---(?:\n|\Z)", re.DOTALL)
_PART = re.compile(r"^--- (\w+)\.(\w+) ---[ \t]*$", re.MULTILINE)


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Measured(_Record):
    """What the pack reached on one split, and beside it what it was made from on the same items."""

    items: int = Field(ge=1)
    score: float
    interval: tuple[float, float] | None = Field(default=None, strict=False)
    """Of the score, at 95%."""
    seed: float | None = None
    """The score of the prompts that it was made from."""
    gain: tuple[float, float] | None = Field(default=None, strict=False)
    """Interval of `score - seed`, at 95%, item by item."""
    confidence: float | None = Field(default=None, ge=0, le=1)
    """That the pack is better than what it was made from."""


class Provenance(_Record):
    """Where a pack comes from; all of it may be left out of one that is written by hand."""

    benchmarks: list[str] = Field(default_factory=list)
    split: str | None = None
    """How the items were divided into train, validation and test."""
    method: str | None = None
    strategy: str | None = None
    scorer: str | None = None
    """The model that answered."""
    optimiser: str | None = None
    """The model that proposed."""
    train: Measured | None = None
    validation: Measured | None = None
    test: Measured | None = None
    run: str | None = None
    """Name of the run's folder."""
    date: Annotated[datetime.date | None, Field(strict=False)] = None
    parent: str | None = None
    """The pack that it was made from; None: the shipped templates."""
    note: str | None = None


class _Head(_Record):
    name: str = Field(pattern=_NAME)
    family: str = Field(default=ANY, pattern=r"^\S+$")
    bases: dict[str, str]
    provenance: Provenance = Provenance()


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as it is used. Make one by `of`, `load_pack` or `from_json`, which check it."""

    name: str
    parts: Mapping[str, str]
    """Texts by `template.part`."""
    bases: Mapping[str, str]
    """By template: the hash of the one that the texts were made from."""
    family: str = ANY
    provenance: Provenance = field(default_factory=Provenance)

    @classmethod
    def of(
        cls, parts: Mapping[str, str], *, name: str, family: str = ANY, provenance: Provenance | None = None
    ) -> Pack:
        """Make a pack of texts for the templates as they are now.

        Raises InputError for an unknown part, other placeholders than the template's, or a name no file can have.
        """
        known = {part.partition(".")[0] for part in parts} & PIPELINE
        bases = {one: template(one).hash for one in sorted(known)}
        origin = provenance.model_dump() if provenance else {}
        return _checked({"name": name, "family": family, "bases": bases, "provenance": origin}, parts, name)

    @property
    def digest(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the texts: what decides the answers."""
        return digest(json.dumps(dict(self.parts), sort_keys=True))

    @property
    def prompts(self) -> Prompts:
        """The templates with this pack's texts in them."""
        changed: dict[str, dict[str, str]] = {}
        for address, text in self.parts.items():
            name, _, part = address.partition(".")
            changed.setdefault(name, {})[part] = text
        return Prompts({name: template(name).replaced(texts) for name, texts in changed.items()})

    @property
    def candidate(self) -> Candidate:
        """The texts as the search for prompts takes them."""
        return Candidate(dict(self.parts), note=f"pack {self.name}")

    @property
    def warnings(self) -> list[str]:
        """One line for each template that is not any more what the pack was made from."""
        return [
            f"pack {self.name} was made from another template {name!r} ({base}) than the present one "
            f"({template(name).hash}); `optwright prompts diff` shows what it changes now"
            for name, base in self.bases.items()
            if base != template(name).hash
        ]

    def text(self) -> str:
        """Return the file."""
        head = {"name": self.name, "family": self.family, "bases": dict(self.bases)}
        told = yaml.safe_dump(head, sort_keys=False, allow_unicode=True)
        if origin := self.provenance.model_dump(exclude_none=True, exclude_defaults=True):
            shape: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "default_flow_style": None}
            told += yaml.safe_dump(_plain({"provenance": origin}), **shape)
        return f"---\n{told}---\n" + "".join(f"\n--- {name} ---\n{text}\n" for name, text in self.parts.items())

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        head = {"name": self.name, "family": self.family, "bases": dict(self.bases)}
        return {**head, "provenance": self.provenance.model_dump(mode="json"), "parts": dict(self.parts)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Pack:
        """Rebuild from `to_json`. Raises InputError as `load_pack` does."""
        return _checked({name: data[name] for name in data if name != "parts"}, data["parts"], f"pack {data['name']}")


def load_pack(path: Path) -> Pack:
    """Read a pack. Raises InputError, one line with what is wrong and where."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path}: more than the {MOST_BYTES:,} bytes that a pack may have")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such pack; `optwright prompts list` shows what there is") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    return parse_pack(text, str(path))


def parse_pack(text: str, source: str) -> Pack:
    """Read a pack's text. Raises InputError, one line that begins with the source."""
    found = _HEAD.match(text)
    if found is None:
        raise InputError(f"{source}: a pack begins with a head in YAML between two lines '---'")
    before, *pieces = _PART.split(text[found.end() :])
    if before.strip():
        raise InputError(f"{source}: {before.strip().splitlines()[0][:60]!r} stands before the first part; {_EXAMPLE}")
    parts: dict[str, str] = {}
    for name, part, content in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        if f"{name}.{part}" in parts:
            raise InputError(f"{source}: the part {name}.{part} is there twice; keep one")
        parts[f"{name}.{part}"] = content
    return _checked(_head(found[1], source), parts, source)


_EXAMPLE = "a part follows a line such as '--- formulate.system ---'"


def _head(text: str, source: str) -> dict[str, Any]:
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 2}" if mark else ""
        raise InputError(f"{source}{place}: the head is not valid YAML ({getattr(error, 'problem', error)})") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{source}: the head cannot be read ({error})") from None
    if not isinstance(data, dict):
        raise InputError(f"{source}: the head must have lines such as 'name: my-pack', found {type(data).__name__}")
    return data


def _checked(data: Mapping[str, Any], parts: Mapping[str, str], source: str) -> Pack:
    """Check the texts against the templates, then the head; texts lose blank lines around them."""
    texts = {name: _tidy(text) for name, text in parts.items()}
    if not texts:
        raise InputError(f"{source}: there is no part in it; {_EXAMPLE}")
    for address, text in texts.items():
        if fault := _fault(address, text):
            raise InputError(f"{source}: {fault}")
    try:
        head = _Head.model_validate(dict(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise InputError(f"{source}: {'.'.join(map(str, first['loc']))}: {_said(first)}") from None
    if head.name in RESERVED:
        raise InputError(f"{source}: name: {head.name!r} means something else to --prompts; choose another")
    wanted = {address.partition(".")[0] for address in texts}
    if missing := sorted(wanted - head.bases.keys()):
        raise InputError(
            f"{source}: bases: no hash for template {missing[0]!r}; add '{missing[0]}: {template(missing[0]).hash}'"
        )
    if extra := sorted(head.bases.keys() - wanted):
        raise InputError(f"{source}: bases: no part of template {extra[0]!r} is in the pack; take the line out")
    return Pack(head.name, texts, head.bases, family_of(head.family), head.provenance)


def _fault(address: str, text: str) -> str:
    """Say why a text may not stand for a part; empty when it may."""
    name, _, part = address.partition(".")
    if name not in PIPELINE:
        return f"{address}: no template {name!r} is there for a pack to change; there are {', '.join(sorted(PIPELINE))}"
    shipped = template(name).parts
    if part not in shipped:
        there = " and ".join(f"{name}.{one}" for one in shipped)
        return f"{address}: template {name!r} has no part {part!r}; it has {there}"
    if _PART.search(text):
        return f"{address}: a line of it looks like the beginning of a part; change that line"
    return Form.of([Candidate({address: shipped[part]})], MOST_TEXT).fault({address: text})


def _tidy(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n").strip()


def _said(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such entry; take it out or correct its name"
    if error["type"] == "string_pattern_mismatch":
        return "use letters, digits and . _ + - only, without spaces"
    if error["type"] == "dict_type":
        return "must be lines such as 'formulate: 0123456789abcdef', a template and its hash"
    if error["type"] == "string_type":
        return "must be text; put it between quotes"
    return str(error["msg"])


def _plain(value: Any) -> Any:
    """Return lists for tuples: YAML's safe form has none."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value

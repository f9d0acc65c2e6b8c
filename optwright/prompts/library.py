"""Templates, strictly rendered: a variable that is missing, unused or misplaced raises.

A template is a Markdown file with a line `--- system ---` before its constant part and `--- user ---` before the part
with `{{variables}}`; either may be absent. The constant part comes first and holds no variable, so that a server's
prefix cache serves it; within the user part what varies least comes first.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from optwright.llm import Message

_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_PARTS = re.compile(r"^--- (system|user) ---\n", re.MULTILINE)


PIPELINE = frozenset(
    {
        *("formulate", "program", "direct", "cot_model", "cot_program", "llmopt_formulate", "llmopt_program", "plain"),
        *("again", "doubt_formulation", "doubt_program", "repair_formulation", "repair_program"),
        *("labels", "applicable", "insights", "clarify", "follow_up", "follow_up_again"),
    }
)
"""Templates that a problem is solved or talked about with; a pack may put others in their place. The rest serve the
learning of insights, the making of problems and the search for prompts."""


class TemplateError(ValueError):
    """A template and the variables given to it do not fit: a mistake in the program, not of its user."""


@dataclass(frozen=True, slots=True)
class Template:
    """One text file of templates/."""

    name: str
    system: str
    user: str
    hash: str

    @property
    def variables(self) -> frozenset[str]:
        """The names that `render` must be given."""
        return frozenset(_VARIABLE.findall(self.user))

    @property
    def parts(self) -> dict[str, str]:
        """The texts by the names `system` and `user`; an empty one is left out."""
        return {name: text for name, text in (("system", self.system), ("user", self.user)) if text}

    def replaced(self, parts: Mapping[str, str]) -> Template:
        """Return this template with other texts for some parts; the same one when they say the same."""
        texts = {**self.parts, **{name: text.strip() for name, text in parts.items()}}
        if texts == self.parts:
            return self
        whole = "\n\n".join(f"--- {name} ---\n{text}" for name, text in texts.items())
        return Template(self.name, texts.get("system", ""), texts["user"], digest(whole))


@dataclass(frozen=True, slots=True)
class Prompt:
    """Messages ready to be sent, with what they were made from."""

    template: str
    template_hash: str
    messages: tuple[Message, ...]

    @property
    def hash(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the messages."""
        return digest(json.dumps(self.messages, sort_keys=True))


def digest(text: str) -> str:
    """Return the first 16 hexadecimal digits of a text's SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def names() -> list[str]:
    """Return the names of all templates."""
    folder = files("optwright.prompts") / "templates"
    return sorted(entry.name.removesuffix(".md") for entry in folder.iterdir() if entry.name.endswith(".md"))


@cache
def template(name: str) -> Template:
    """Read a template. Raises TemplateError for one that does not exist or is not well formed."""
    path = files("optwright.prompts") / "templates" / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise TemplateError(f"there is no template {name!r}; there are {', '.join(names())}") from None
    return parse_template(name, text)


def parse_template(name: str, text: str) -> Template:
    """Split a template's text into its parts. Raises TemplateError where it is not well formed."""
    before, *pieces = _PARTS.split(text)
    parts = dict(zip(pieces[::2], pieces[1::2], strict=True))
    if before.strip() or len(parts) * 2 != len(pieces) or not parts.get("user", "").strip():
        raise TemplateError(f"template {name!r}: needs one '--- user ---' part after at most one '--- system ---'")
    system, user = parts.get("system", "").strip(), parts["user"].strip()
    if found := _VARIABLE.search(system):
        raise TemplateError(f"template {name!r}: {found[0]} in the constant part would spoil the prefix cache")
    return Template(name, system, user, digest(text))


def render(name: str, variables: Mapping[str, str], *, after: Sequence[Message] = ()) -> Prompt:
    """Fill a template in. `after`: the conversation that it goes on with, in place of the constant part.

    Raises TemplateError when a variable of the template is missing or one that is given is not used.
    """
    return fill(template(name), variables, after)


@dataclass(frozen=True, slots=True)
class Prompts:
    """The templates that one solve uses: those of templates/, but for what a pack changes."""

    changed: Mapping[str, Template] = field(default_factory=dict)

    def template(self, name: str) -> Template:
        """Return a template. Raises TemplateError for one that does not exist."""
        return self.changed.get(name) or template(name)

    def render(self, name: str, variables: Mapping[str, str], *, after: Sequence[Message] = ()) -> Prompt:
        """Fill a template in; see the function of that name."""
        return fill(self.template(name), variables, after)


SHIPPED = Prompts()
"""What Optwright comes with."""


def fill(chosen: Template, variables: Mapping[str, str], after: Sequence[Message] = ()) -> Prompt:
    """Fill in a template that was read before; see `render`."""
    wanted, given = chosen.variables, variables.keys()
    if wanted != given:
        wrong = [f"missing {name}" for name in sorted(wanted - given)]
        wrong += [f"unused {name}" for name in sorted(given - wanted)]
        raise TemplateError(f"template {chosen.name!r}: {', '.join(wrong)}")
    user = _VARIABLE.sub(lambda match: variables[match[1]], chosen.user)
    start: list[Message] = list(after)
    if not start and chosen.system:
        start = [{"role": "system", "content": chosen.system}]
    return Prompt(chosen.name, chosen.hash, (*start, {"role": "user", "content": user}))

"""From a model's reply to a candidate: parts given whole or by edits, and one chance to mend what breaks the form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optwright.errors import ParseError
from optwright.llm import Finish, Message, Reply
from optwright.prompts.library import render
from optwright.prompts.parse import fences, find_json, strip_thoughts
from optwright.prompts.search.candidate import Candidate
from optwright.prompts.search.quotation import line
from optwright.prompts.search.strategy import Round

_OPENING = re.compile(r"""<(part|edit)\s+name\s*=\s*(["']?)([^"'<>\n]{1,200})\2\s*>""", re.IGNORECASE)
_OLD_NEW = re.compile(r"\s*<old>\n?(.*?)\n?</old>\s*<new>\n?(.*?)\n?</new>\s*\Z", re.DOTALL)
NOTE = 240
"""Characters of a reply's own words that a candidate's note keeps."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read from a reply."""

    parts: Mapping[str, str]
    """All of them; where nothing could be read, as they were."""
    words: str
    """What the model says of them."""
    fault: str = ""
    """Why it cannot be taken as it is."""


def propose(
    given: Round,
    template: str,
    variables: Mapping[str, str],
    *,
    base: Candidate,
    wanted: Sequence[str],
    n: int,
    parents: tuple[str, ...],
) -> list[Candidate]:
    """Ask for `n` new versions of a candidate's wanted parts; one candidate for each reply.

    A reply that cannot be read or breaks the form is sent back once with what is wrong. What is still wrong then is for
    the caller to sort out: the candidate of a reply that cannot be read is the unchanged base, its note the reason.
    """
    messages = render(template, variables).messages
    found = []
    for reply in given.model.complete(messages, n=n, temperature=1.0).replies:
        draft = read(reply, base.parts, wanted)
        if fault := draft.fault or given.form.fault(draft.parts):
            draft = _mended(given, [*messages, {"role": "assistant", "content": reply.text}], fault, base, wanted)
        note = f"{draft.words} ({draft.fault})" if draft.fault else draft.words
        found.append(Candidate(draft.parts, parents, given.number, note))
    return found


def _mended(given: Round, talk: Sequence[Message], fault: str, base: Candidate, wanted: Sequence[str]) -> Draft:
    variables = {"fault": fault, "form": tell_form(given, wanted)}
    messages = render("search_repair", variables, after=talk).messages
    return read(given.model.complete(messages, temperature=1.0).replies[0], base.parts, wanted)


def tell_form(given: Round, names: Sequence[str]) -> str:
    """Say what each part is for, where that is known, and what it must keep."""
    form, roles = given.form, given.task.roles
    lines = []
    for name in names:
        kept = " ".join(f"{{{{{one}}}}}" for one in sorted(form.placeholders[name]))
        role = f"{line(roles[name], 200)}; " if name in roles else ""
        rule = f"must keep each of {kept}, and no other double braces" if kept else "has no double braces"
        lines.append(f"- {name}: {role}{rule}; at most {form.longest} characters")
    return "\n".join(lines)


def tell_parts(parts: Mapping[str, str], names: Sequence[str]) -> str:
    """Show parts between the marks that a reply is to have as well."""
    return "\n".join(f'<part name="{name}">\n{parts[name]}\n</part>' for name in names)


def read(reply: Reply, parts: Mapping[str, str], wanted: Sequence[str]) -> Draft:
    """Read a reply that changes `wanted` of the parts; what it says of others is left out."""
    text = strip_thoughts(reply.text)
    blocks, end = _blocks(text)
    words = line(text[:end], NOTE)
    changed = dict(parts)
    for kind, name, body in blocks or _bare(text, wanted):
        if name not in parts:
            return Draft(parts, words, f"there is no part {line(name, 60)}; there are {', '.join(wanted)}")
        if name not in wanted:
            continue
        fault = ""
        if kind == "part":
            changed[name] = body.strip("\n")
        else:
            changed[name], fault = _edited(name, changed[name], body)
        if fault:
            return Draft(parts, words, fault)
    if changed == dict(parts):
        cut = "the reply was cut off: write less, or change a long part by edits"
        none = "no part is changed: give one of " + ", ".join(wanted) + " between its marks"
        return Draft(parts, words, cut if reply.finish is Finish.LENGTH else none)
    return Draft(changed, words)


def _blocks(text: str) -> tuple[list[tuple[str, str, str]], int]:
    """Return the closed blocks as (kind, name, body), and where the first begins."""
    found: list[tuple[str, str, str]] = []
    position, first = 0, len(text)
    while opening := _OPENING.search(text, position):
        kind = opening[1].lower()
        closing = re.compile(f"</{kind}>", re.IGNORECASE).search(text, opening.end())
        if closing is None:
            break
        first = min(first, opening.start())
        found.append((kind, opening[3].strip(), text[opening.end() : closing.start()]))
        position = closing.end()
    return found, first


def _bare(text: str, wanted: Sequence[str]) -> list[tuple[str, str, str]]:
    """Where the marks were forgotten: a JSON object by part; or of one part a fenced block, or all in brackets."""

    def gives_parts(data: Mapping[str, object]) -> bool:
        return 0 < len(data) <= len(wanted) and all(name in wanted and isinstance(data[name], str) for name in data)

    try:
        found = find_json(text, gives_parts)
        return [("part", name, body) for name, body in found.value.items()]
    except ParseError:
        blocks = [block for block in fences(text) if block.closed]
    if len(wanted) != 1:
        return []
    if len(blocks) == 1:
        return [("part", wanted[0], blocks[0].body)]
    return [("part", wanted[0], text[1:-1])] if text.startswith("[") and text.endswith("]") else []


def _edited(name: str, text: str, body: str) -> tuple[str, str]:
    """Return the text after an edit, and what is wrong with the edit."""
    match = _OLD_NEW.match(body)
    if match is None:
        return text, f"an edit of {name} needs <old>...</old> and <new>...</new>"
    old, new = match[1], match[2]
    if not old.strip():
        return f"{text}\n{new}", ""
    if (count := text.count(old)) != 1:
        return text, f"the words of an edit must stand once in {name}, and these stand {count} times: {line(old, 80)}"
    return text.replace(old, new), ""

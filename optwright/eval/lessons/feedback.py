"""What a user says of an answer, kept in the library: thumbs as uses of insights, corrections as candidates.

A correction is kept in the user's own words before any model is asked, so that neither a kill nor a failing server
loses it. Nothing here admits an insight: that takes an editor, or the gate.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from optwright.agent.dialogue import Dialogue, Version
from optwright.agent.nodes.retrieve import shortened
from optwright.errors import InputError, LLMError
from optwright.eval.lessons.laboratory import reply_of
from optwright.eval.lessons.lesson import INSIGHTS, asked_of, contents_of
from optwright.eval.lessons.merge import cosine
from optwright.experience.insight import MOST_SAID, Content, Insight, Provenance, Stage, Status, Use, number_of
from optwright.experience.library import Library, Used
from optwright.experience.search import Wanted, search
from optwright.formulation.edit import diff
from optwright.llm import ChatModel

UNEDITED = "unedited feedback"
"""The label of a candidate that still has its user's own words: it needs an editor before it can be admitted."""
NEAR = 0.8
"""Cosine of word counts, of conditions and of advice, from which a candidate is the same as another."""
_BARE = (
    "A user marked the answer as wrong and did not say why. Compare the example, the model that was written, with the "
    "problem: say in general what is to be done instead, or retire this."
)
_GIST = 300
_NEAREST = 5


class Kind(StrEnum):
    """What a user said of an answer."""

    UP = "thumbs up"
    DOWN = "thumbs down"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that its user judges."""

    talk: str
    """The conversation, as `run` of what is recorded: no secret."""
    problem: str
    """Its words."""
    model: str
    """The language model that wrote it; empty for the offline reader."""
    wrote: str = ""
    """The formulation as JSON, or the program."""
    insights: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Ids that were `shown` to the model, and those that it says it `used`."""

    @property
    def task(self) -> str:
        """The id under which the problem is known to the library: of its words, whoever tells them."""
        return f"talk-{hashlib.sha256(self.problem.encode('utf-8', 'replace')).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Correction:
    """What was wrong with an answer: in words, by what the user changed in the model, or both."""

    answer: Answer
    words: str = ""
    right: str = ""
    """The formulation after the user's changes, as JSON; empty without any."""
    changes: str = ""
    """What the user changed, one line a change."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a correction became."""

    insights: tuple[Insight, ...]
    edited: bool
    """Whether a model put it in general terms; otherwise it needs an editor."""
    why: str = ""
    """Why no model did."""


def talk_of(dialogue: Dialogue) -> str:
    """Return the name of a conversation under which thumbs are recorded."""
    return f"talk {hashlib.sha256(dialogue.thread.encode('utf-8', 'replace')).hexdigest()[:16]}"


def answer_of(dialogue: Dialogue, version: Version) -> Answer:
    """Return a version as an answer; what its model wrote is the first version, before anybody changed it."""
    first = _first(dialogue, version)
    solution = first.solution
    wrote = solution.formulation.to_json(indent=None) if solution.formulation is not None else solution.program or ""
    model = next((turn.model for turn in dialogue.turns if turn.version == first.number), "")
    return Answer(talk_of(dialogue), dialogue.words(first), model, wrote, version.solution.insights)


def changes_of(dialogue: Dialogue) -> str:
    """Return what the user has changed in the current model since it was written, one line a change; "" for nothing."""
    now = dialogue.current
    if now is None or now.formulation is None or (first := _first(dialogue, now)) is now or first.formulation is None:
        return ""
    found = diff(first.formulation, now.formulation)
    return "" if found == "no difference" else found


def correction_of(dialogue: Dialogue, words: str, *, changed: bool) -> Correction:
    """Return what the user holds against the current answer; `changed`: the changes since belong to it.

    Raises InputError where there is no answer, and where nothing is said against it.
    """
    now, told = dialogue.current, words.strip()
    if now is None:
        raise InputError("there is no answer to correct yet; tell a problem first")
    if len(told) > MOST_SAID:
        raise InputError(f"the correction has {len(told):,} characters; shorten it to {MOST_SAID:,}")
    changes = changes_of(dialogue) if changed else ""
    if not told and not changes:
        raise InputError("say in words what is wrong with the answer, or change the model first")
    right = now.formulation.to_json(indent=None) if changes and now.formulation is not None else ""
    return Correction(answer_of(dialogue, now), told, right, changes)


def rate(library: Library, answer: Answer, kind: Kind) -> list[int]:
    """Record a thumb as uses of the insights that were shown; return their numbers, none where none was shown.

    A thumb up credits those that the answer says it followed, and all that were shown where it names none. Raises
    InputError for an answer that was rated before: what was recorded stays.
    """
    if answer.task in rated(library, answer.talk):
        raise InputError("this answer is rated already; what was recorded stays")
    shown, used = answer.insights.get("shown", ()), answer.insights.get("used", ())
    names = [name for name in shown if name in used] or shown if kind is Kind.UP else shown
    known = {one.number for one in library.find(map(number_of, names))}
    use = Use.POSITIVE if kind is Kind.UP else Use.INVALID
    library.record(Used(number, answer.task, use, answer.talk) for number in sorted(known))
    return sorted(known)


def rated(library: Library, talk: str) -> dict[str, Kind]:
    """Return which problems of a conversation have a recorded thumb."""
    return {fact.task: Kind.UP if fact.use is Use.POSITIVE else Kind.DOWN for fact in library.told(talk)}


def complain(library: Library, answer: Answer) -> Insight:
    """Keep a thumb down without words as a candidate that an editor has to look into; told once for a problem."""
    content = _complaint(answer)
    origin = Provenance((answer.task,), answer.model or "offline reader", str(Kind.DOWN))
    twin = _twin(library, content)
    return library.add(twin.content if twin else content, origin, note=str(Kind.DOWN))


def keep(library: Library, correction: Correction) -> Insight:
    """Keep a correction in its user's own words, as a candidate that needs an editor."""
    words = [correction.words] if correction.words else []
    changes = [f"The model was changed by hand:\n{correction.changes}"] if correction.changes else []
    content = Content(
        Stage.FORMULATION,
        UNEDITED,
        "",
        f"Problems like this one: {_gist(correction.answer.problem)}",
        "\n\n".join(words + changes)[:MOST_SAID],
    )
    twin = _twin(library, content)
    said = f"{Kind.CORRECTION}: {correction.words or correction.changes}"
    return library.add(twin.content if twin else content, _origin(correction), note=said[:MOST_SAID])


def learn(library: Library, correction: Correction, model: ChatModel | None) -> Kept:
    """Keep a correction; with a model, as the candidates in general terms that the model makes of it.

    What the model makes of it takes the place of the user's words, which stay in the library, retired; so does a thumb
    down that came first. A model that fails, or that finds nothing to learn, leaves the words as they are.
    """
    draft = keep(library, correction)
    bare = _twin(library, _complaint(correction.answer))
    if bare is not None and bare.provenance.tasks == (correction.answer.task,):
        library.settle([bare.number], Status.RETIRED, note=f"told in words by {draft.id}")
    if model is None:
        return Kept((draft,), False, "no language model is configured")
    if draft.status is not Status.CANDIDATE:
        return Kept((draft,), False, "the same was said before")
    try:
        contents = _extracted(library, correction, model)
    except LLMError as error:
        return Kept((draft,), False, str(error))
    if not contents:
        return Kept((draft,), False, "the model found no general lesson in it")
    made = [_added(library, content, draft, correction) for content in contents]
    names = " and ".join(dict.fromkeys(one.id for one in made))
    library.settle([draft.number], Status.RETIRED, note=f"told in general by {names}")
    return Kept(tuple({one.number: one for one in made}.values()), True)


def _extracted(library: Library, correction: Correction, model: ChatModel) -> list[Content]:
    said = f"A person who looked at the wrong model says:\n{correction.words}" if correction.words else ""
    right = correction.right or "No right model is at hand."
    asked = asked_of(
        library, shortened(correction.answer.problem), correction.answer.wrote, "\n\n".join(filter(None, (right, said)))
    )
    return contents_of(reply_of(model, "lesson_extract", asked, INSIGHTS))


def _added(library: Library, content: Content, draft: Insight, correction: Correction) -> Insight:
    """Add what the model wrote; a candidate that says nearly the same gets the problem instead."""
    if (twin := _twin(library, content)) is not None:
        return library.add(twin.content, _origin(correction), note=f"{draft.id} says nearly the same")
    note = f"from the {Kind.CORRECTION} {draft.id}"
    return library.add(content, _origin(correction), parents=[draft.number], note=note)


def _complaint(answer: Answer) -> Content:
    condition, wrote = f"Problems like this one: {_gist(answer.problem)}", answer.wrote
    return Content(Stage.FORMULATION, UNEDITED, "", condition, _BARE, wrote if len(wrote) <= MOST_SAID else "")


def _twin(library: Library, content: Content) -> Insight | None:
    """Return the candidate that says nearly the same, if there is one."""
    wanted = Wanted(content.condition, (content.stage,), (Status.CANDIDATE,), most=_NEAREST)
    close = ((_closeness(hit.insight.content, content), hit.insight) for hit in search(library, wanted))
    return _nearest(pair for pair in close if pair[0] >= NEAR)


def _nearest(pairs: Iterable[tuple[float, Insight]]) -> Insight | None:
    found = max(pairs, key=lambda pair: (pair[0], -pair[1].number), default=None)
    return found[1] if found is not None else None


def _closeness(one: Content, other: Content) -> float:
    if (one.first == UNEDITED) is not (other.first == UNEDITED):
        return 0.0
    return min(cosine(one.condition, other.condition), cosine(one.explanation, other.explanation))


def _origin(correction: Correction) -> Provenance:
    return Provenance((correction.answer.task,), correction.answer.model or "offline reader", str(Kind.CORRECTION))


def _first(dialogue: Dialogue, version: Version) -> Version:
    """Return the version that was made from the problem's words."""
    every = dialogue.versions
    while version.parent is not None:
        version = every[version.parent - 1]
    return version


def _gist(problem: str) -> str:
    """Return the beginning of a problem, whole sentences where they are short enough."""
    text = " ".join(problem.split())
    if len(text) <= _GIST:
        return text
    sentences = re.match(rf"(.{{40,{_GIST}}}[.?!])\s", text)
    return sentences[1] if sentences else f"{text[:_GIST]}..."

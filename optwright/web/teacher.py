"""What users say of answers, from the page into the library: thumbs and corrections; nothing without `--learn`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from optwright.agent.dialogue import Dialogue
from optwright.agent.solution import Solution
from optwright.agent.talk.turn import Turn, TurnKind
from optwright.errors import InputError, OptwrightError
from optwright.experience.insight import number_of
from optwright.web import insights
from optwright.web.chat import line
from optwright.web.desk import Desk
from optwright.web.parts import Parts
from optwright.web.rights import Rights, visitor_of

if TYPE_CHECKING:
    from optwright.eval.lessons.feedback import Correction, Kept
    from optwright.experience.library import Library

Changes = dict[Any, Any]
LIKE, DISLIKE = "Like", "Dislike"
"""As Gradio calls its thumbs."""
ASK = (
    "Say it in your own words: what the answer got wrong, and how it should be. It is kept with the beginning of the "
    "problem as a candidate for an editor; no model is shown it before an editor has approved it."
)
_ANSWERS = frozenset({TurnKind.ANSWER, TurnKind.FAILURE})


class Teacher:
    """The handlers of feedback. `library` None: none is configured."""

    def __init__(self, library: Library | None, rights: Rights, desk: Desk, parts: Parts) -> None:
        self.library, self.rights, self.desk, self.parts = library, rights, desk, parts
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    # What the page shows ---------------------------------------------------------------------------------------

    def used(self, solution: Solution | None) -> str:
        """Return which insights an answer was written with; a library that cannot be read is said in its place."""
        if solution is None or not solution.insights.get("shown"):
            return ""
        known = []
        try:
            if self.library is not None:
                known = self.library.find({number_of(name) for name in solution.insights["shown"]})
        except OptwrightError as error:
            return f"{insights.shown(solution.insights, ())}\n\n{line(str(error))}"
        return insights.shown(solution.insights, known)

    def thumbs(self, dialogue: Dialogue) -> Changes:
        """Return the chat's thumbs, one entry a turn; nothing where the page has none."""
        if self.library is None or not self.rights.learn:
            return {}
        try:
            return {"feedback_value": self._thumbs(self.library, dialogue)}
        except OptwrightError:
            return {}  # the thumbs are not worth a page that fails; a click says what is wrong

    def _thumbs(self, library: Library, dialogue: Dialogue) -> list[str | None]:
        from optwright.eval.lessons.feedback import Kind, answer_of, rated, talk_of

        known = rated(library, talk_of(dialogue))
        kinds = {Kind.UP: LIKE, Kind.DOWN: DISLIKE}
        found: list[str | None] = []
        for turn in dialogue.turns:
            kind = None
            if known and turn.version and turn.kind in _ANSWERS and turn.solution and turn.solution.insights:
                kind = known.get(answer_of(dialogue, dialogue.versions[turn.version - 1]).task)
            found.append(kinds[kind] if kind else None)
        return found

    def panel(self, dialogue: Dialogue) -> Changes:
        """Return the form for corrections as it is for a conversation."""
        visible = self.library is not None and self.rights.learn and dialogue.current is not None
        changes = ""
        if visible:
            from optwright.eval.lessons.feedback import changes_of

            changes = changes_of(dialogue)
        count = len(changes.splitlines())
        label = f"What I changed in the model belongs to the correction ({count} line{'s' if count != 1 else ''})"
        return {
            self.parts.teach: gr.Accordion(visible=visible, open=False),
            self.parts.teach_changed: gr.Checkbox(value=bool(changes), visible=bool(changes), label=label),
            self.parts.teach_changes: gr.Code(value=changes, visible=bool(changes)),
            self.parts.teach_note: "",
        }

    # What the user does ----------------------------------------------------------------------------------------

    async def thumb(self, kept: Any, event: gr.LikeData, request: gr.Request) -> Changes:
        """Record a thumb; one that points down asks what was wrong."""
        up = event.liked is True or event.liked == LIKE
        try:
            told = await asyncio.to_thread(self._rate, kept, event.index, up, request)
        except OptwrightError as error:
            return {self.parts.teach_note: line(str(error))}
        return {self.parts.teach_note: told, self.parts.teach: gr.Accordion(open=not up)}

    def _rate(self, kept: Any, index: Any, up: bool, request: gr.Request) -> str:
        from optwright.eval.lessons.feedback import Kind, complain, rate

        library = self._allowed(request)
        with self.desk.reading(_id(kept), request.username or "") as dialogue:
            answer = _answer(dialogue, index)
        numbers = rate(library, answer, Kind.UP if up else Kind.DOWN)
        names = ", ".join(f"I{number}" for number in numbers)
        more = "" if up else f" Kept as {complain(library, answer).id} for an editor. What was wrong? Say it below."
        if not names:
            return line(f"Thank you. No insight was shown for this answer, so that there is none to credit.{more}")
        return line(f"Thank you: noted for {names}, {'as a help' if up else 'as no help'}.{more}")

    async def teach(self, words: Any, changed: Any, kept: Any, request: gr.Request) -> AsyncIterator[Changes]:
        """Keep a correction as a candidate."""
        user = request.username or ""
        try:
            library = self._allowed(request)
            correction = await asyncio.to_thread(self._correction, str(words or ""), bool(changed), kept, user)
            whose = visitor_of(request).actor
            self._begin(whose)
        except OptwrightError as error:
            yield {self.parts.teach_note: line(str(error))}
            return
        try:
            doing = "Keeping it; the language model puts it in general terms." if self.desk.model else "Keeping it."
            yield {self.parts.teach_note: line(doing), self.parts.teach_send: gr.Button(interactive=False)}
            told = await asyncio.to_thread(self._learned, library, correction)
            yield {
                self.parts.teach_note: told,
                self.parts.teach_words: "",
                self.parts.teach_send: gr.Button(interactive=True),
            }
        except OptwrightError as error:
            yield {self.parts.teach_note: line(str(error)), self.parts.teach_send: gr.Button(interactive=True)}
        finally:
            with self._lock:
                self._busy.discard(whose)

    def _correction(self, words: str, changed: bool, kept: Any, user: str) -> Correction:
        from optwright.eval.lessons.feedback import correction_of

        with self.desk.reading(_id(kept), user) as dialogue:
            return correction_of(dialogue, words, changed=changed)

    def _learned(self, library: Library, correction: Correction) -> str:
        from optwright.eval.lessons.feedback import learn

        return _in_words(learn(library, correction, self.desk.model))

    def _begin(self, whose: str) -> None:
        with self._lock:
            if whose in self._busy:
                raise InputError("your last correction is still being read; wait for it")
            self._busy.add(whose)

    def _allowed(self, request: gr.Request) -> Library:
        """Return the library for changes by this visitor. Raises InputError, one line."""
        visitor = visitor_of(request)
        if self.library is None:
            raise InputError("no library is configured; start the app with --library FILE --learn")
        if not self.rights.teaches(visitor):
            raise InputError("what is said of answers is kept only where the app was started with --learn, from here")
        return self.library.by(visitor.actor)


def _in_words(kept: Kept) -> str:
    names = ", ".join(f"{one.id} ({one.status.value})" for one in kept.insights)
    if kept.edited:
        return line(f"Thank you: kept in general terms as {names}. An editor decides about it on the Library page.")
    why = f": {kept.why}" if kept.why else ""
    return line(f"Thank you: kept in your own words as {names}, for an editor{why}.")


def _answer(dialogue: Dialogue, index: Any) -> Any:
    """Return the answer that a thumb in the chat is about; every turn has two messages there."""
    from optwright.eval.lessons.feedback import answer_of

    place = index[0] if isinstance(index, list | tuple) and index else index
    turns: tuple[Turn, ...] = dialogue.turns
    turn = turns[place // 2] if isinstance(place, int) and 0 <= place < 2 * len(turns) else None
    if turn is None or turn.version is None or turn.kind not in _ANSWERS:
        raise InputError("only the answer to a problem is credited to insights; tell below what was wrong")
    return answer_of(dialogue, dialogue.versions[turn.version - 1])


def _id(kept: Any) -> str:
    if not Desk.is_id(kept):
        raise InputError("this page has no conversation yet; reload it")
    return str(kept)

"""One conversation about one or more problems, that no restart loses: questions, changes, what-ifs, undo."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from optwright.agent import conversation, models, packs
from optwright.agent.context import Progress
from optwright.agent.conversation import Standing, Store
from optwright.agent.solve import MOST_TEXT, Settings
from optwright.agent.talk.comparison import Change, Comparison
from optwright.agent.talk.plan import Plan, dump_edits
from optwright.agent.talk.solving import asked_about
from optwright.agent.talk.state import Around, Json, pack_table, request
from optwright.agent.talk.state import tables as tables_of
from optwright.agent.talk.tell import closed
from optwright.agent.talk.turn import Question, Turn, TurnKind
from optwright.agent.talk.version import Version
from optwright.budget import Budget, Usage
from optwright.config import load
from optwright.errors import InputError, OptwrightError, StoppedError
from optwright.formulation.edit import Edit
from optwright.llm import ChatModel
from optwright.problem import Table
from optwright.prompts.pack import Pack
from optwright.stop import Stop, stoppable

__all__ = ["Change", "Comparison", "Dialogue", "Question", "Turn", "TurnKind", "Version"]

OnStep = Callable[[Progress], None]
MOST_NAME = 200
_INTERNAL = "An error inside the program ended this; nothing was changed. Try it in other words."
_CUT_OFF = "This was cut off before it was done; nothing was changed."


class Dialogue:
    """One conversation: one thread of a store. Open one by `Dialogue.open`; used from one thread at a time.

    `stop` and the properties may be used from other threads meanwhile. In one process a thread is open once.
    """

    def __init__(self, thread: str, store: Store, model: ChatModel | None, settings: Settings) -> None:
        self.thread, self.model, self.settings = thread, model, settings
        self._store = store
        self._turn = threading.Lock()
        self._stop: Stop | None = None
        self._seen: tuple[Any, tuple[Turn, ...], tuple[Version, ...]] = (None, (), ())

    @classmethod
    def open(
        cls,
        thread: str,
        *,
        store: Path | str,
        model: ChatModel | str | None = None,
        settings: Settings | None = None,
    ) -> Dialogue:
        """Begin a conversation, or go on with the one of that name.

        Args:
            thread: its name, at most 200 characters.
            store: a folder or a .sqlite file, or a postgresql:// URL.
            model: a `ChatModel`, or the name of a model on the configured server, or `"offline"`; by default what is
                configured, and without any the offline reader.
            settings: method, effort, solver and budget; by default what is configured.

        Raises:
            InputError: a name or a store that cannot be used.
            ConfigError: the settings cannot be used.
        """
        if not thread.strip() or len(thread) > MOST_NAME or not thread.isprintable():
            raise InputError(f"a conversation's name has 1 to {MOST_NAME} printable characters")
        chat = model if model is not None and not isinstance(model, str) else None
        if settings is None or (chat is None and model != models.OFFLINE):
            config = load(flags={"llm.model": model} if isinstance(model, str) else {}).config
            settings = settings or Settings.of(config)
            chat = chat or models.resolve(config)
        return cls(thread, conversation.hold(store), chat, settings)

    def named(self, thread: str) -> Self:
        """Open another conversation of the same store, model and settings."""
        return type(self)(thread, conversation.share(self._store), self.model, self.settings)

    def close(self) -> None:
        """Give the store back. What was said is kept there."""
        conversation.release(self._store)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The transcript, the oldest turn first."""
        return self._read()[1]

    @property
    def versions(self) -> tuple[Version, ...]:
        """Every version that was made, by number from 1."""
        return self._read()[2]

    @property
    def current(self) -> Version | None:
        """The version that follow-ups are about."""
        trail = self._standing().talk.get("trail")
        return self.versions[trail[-1] - 1] if trail else None

    @property
    def pending(self) -> tuple[Question, ...]:
        """The questions that wait for an answer."""
        standing = self._standing()
        waiting = standing.talk.get("waiting")
        return Plan.from_json(waiting).questions if standing.waits and waiting else ()

    @property
    def unfinished(self) -> str | None:
        """The words of a turn that a kill cut off; None when there is none, or when it is running here."""
        standing = self._standing()
        return str(standing.talk["request"]["said"]) if standing.cut_off and not self.busy else None

    @property
    def busy(self) -> bool:
        """Whether a turn is running."""
        return self._turn.locked()

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables of the current version's problem."""
        return tables_of(self._standing().talk)

    def words(self, version: Version) -> str:
        """Return the problem of a version as the user told it, with what was clarified since."""
        return asked_about(self._standing().talk["stories"][version.line - 1])

    def send(self, text: str, *, tables: Sequence[Table] = (), on_step: OnStep | None = None) -> Turn:
        """Say something: a problem, the answer to a question, a follow-up. Raises InputError: empty, too long, busy."""
        words = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ").strip()
        if not words and not tables:
            raise InputError("the message is empty; tell the problem, or say what is to be otherwise")
        if len(words) > MOST_TEXT:
            raise InputError(
                f"the message has {len(words):,} characters, more than {MOST_TEXT:,}; attach data as tables"
            )
        names = [table.name for table in tables]
        if twice := [name for name in names if names.count(name) > 1]:
            raise InputError(f"two tables are called {twice[0]!r}; rename one file or sheet")
        return self._advance(request(words, tables=[pack_table(table) for table in tables]), on_step)

    def edit(self, edits: Sequence[Edit], *, note: str = "", on_step: OnStep | None = None) -> Turn:
        """Make typed edits of the current version. Raises InputError: no model to edit, no edits, busy."""
        if self.current is None or self.current.formulation is None:
            raise InputError("there is no model to edit yet; tell the problem first")
        if not edits:
            raise InputError("there are no edits to make")
        records = dump_edits(edits)
        said = note or "; ".join(_in_words(record) for record in records)
        return self._advance(request(said, edits=records), on_step)

    def undo(self) -> Turn:
        """Go back to the version that was current before."""
        return self._advance(request("undo", restore=None), None)

    def restore(self, number: int) -> Turn:
        """Make a version current again."""
        return self._advance(request(f"restore version {number}", restore=number), None)

    def resume(self, on_step: OnStep | None = None) -> Turn | None:
        """Go on with a turn that a kill cut off; None when there is none."""
        return self._advance(None, on_step) if self.unfinished is not None else None

    def stop(self) -> None:
        """End the turn that is running, its model call and its solver; callable from any thread."""
        if (running := self._stop) is not None:
            running.set()

    def _advance(self, given: Json | None, on_step: OnStep | None) -> Turn:
        if not self._turn.acquire(blocking=False):
            raise InputError("a turn is running; wait for it or stop it")
        try:
            self._stop = Stop()
            with stoppable(self._stop):
                self._run(given, on_step)
        finally:
            self._stop = None
            self._turn.release()
        return self.turns[-1]

    def _run(self, given: Json | None, on_step: OnStep | None) -> None:
        now = self._standing()
        used = Usage.from_json(now.talk.get("cost", {})) if given is None else None
        budget = Budget(self.settings.allowance, used=used)
        around = Around(self.settings, self.model, on_step, now.spent, budget, self._pack(now, given))
        if given is not None and now.cut_off:
            self._close(TurnKind.NOTICE, _CUT_OFF, around)
        try:
            conversation.advance(self._store, self.thread, given, around)
        except StoppedError:
            self._close(TurnKind.NOTICE, "Stopped; nothing was changed.", around)
        except OptwrightError as error:
            self._close(TurnKind.FAILURE, str(error), around)
        except Exception:
            self._close(TurnKind.FAILURE, _INTERNAL, around)
            raise

    def _pack(self, now: Standing, given: Json | None) -> Pack | None:
        """Return the prompt pack of a turn; one that was cut off goes on with its own."""
        if given is not None:
            pack = packs.chosen(self.settings.prompts, self.model)
            given["pack"] = pack.to_json() if pack else None
            return pack
        kept = now.talk["request"].get("pack")
        return Pack.from_json(kept) if kept else None

    def _close(self, kind: TurnKind, text: str, around: Around) -> None:
        """End a turn that cannot go on, so that the next one can begin."""
        talk = self._standing().talk
        conversation.close_turn(self._store, self.thread, closed(talk, kind, text, around))

    def _standing(self) -> Standing:
        return conversation.standing(self._store, self.thread)

    def _read(self) -> tuple[Any, tuple[Turn, ...], tuple[Version, ...]]:
        """Return the transcript and the versions, rebuilt only when there are more."""
        talk = self._standing().talk
        records, made = talk.get("turns", []), talk.get("versions", [])
        mark = (len(records), len(made))
        if self._seen[0] != mark:
            versions = self._seen[2][: len(made)]
            versions += tuple(Version.from_json(data) for data in made[len(versions) :])  # older ones never change
            turns = tuple(
                Turn.from_json(data, versions[data["version"] - 1].solution if data["version"] else None)
                for data in records
            )
            self._seen = (mark, turns, versions)
        return self._seen


def _in_words(record: Json) -> str:
    """Say what an edit is, in one line."""
    fields = ", ".join(f"{name} {value}" for name, value in record.items() if name != "edit")
    return f"{str(record['edit']).replace('_', ' ')}: {fields}"[:300]

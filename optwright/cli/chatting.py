"""The conversation on a terminal: one line said, one turn shown. Ctrl-C stops a turn, Ctrl-D leaves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from optwright.cli.progress import Progress
from optwright.errors import ConfigError, InputError, OptwrightError
from optwright.tables import load_tables

if TYPE_CHECKING:
    from optwright.agent.dialogue import Dialogue, Turn
    from optwright.config import Config
    from optwright.problem import Table

console = Console(highlight=False, markup=False, soft_wrap=True)
_HELP = """/table FILE   attach a table to what you say next
/versions     list the versions
/quit         leave; the conversation is kept
{learning}Everything else is said: a problem, or one of these."""

_LEARNING = """/good         the answer is right: the insights that it followed are credited
/bad [WORDS]  the answer is wrong; what you say of it becomes a candidate insight
/lesson [WORDS]  what you changed in the model since it was written is the correction
"""


@dataclass(frozen=True, slots=True)
class Room:
    """Which conversation is held where."""

    name: str
    store: str
    data: tuple[Path, ...]
    flags: dict[str, Any]
    new: bool
    learn: bool = False


def chat(room: Room) -> int:
    """Hold the conversation until its user leaves; return the exit code."""
    from optwright.agent import models
    from optwright.agent.dialogue import Dialogue
    from optwright.agent.solve import Settings
    from optwright.cli.packs import announce
    from optwright.config import load

    config = load(flags=room.flags).config
    _check_library(room, config)
    model = models.resolve(config) or models.OFFLINE
    announce(config, named=bool(room.flags.get("prompts.pack")))
    opened = Dialogue.open(room.name, store=room.store, model=model, settings=Settings.of(config))
    if room.new:
        opened = _unused(opened, room)
    with opened as dialogue:
        _Front(dialogue, [table for path in room.data for table in load_tables(path)], room.learn).hold()
    return 0


def _check_library(room: Room, config: Config) -> None:
    from optwright.cli.shelf import must_exist

    if room.learn and config.library.place is None:
        raise ConfigError("--learn needs a library; give --library FILE or set OPTWRIGHT_LIBRARY")
    if not room.learn and (place := room.flags.get("library.place")) is not None:
        must_exist(place)


def _unused(dialogue: Dialogue, room: Room) -> Dialogue:
    """Return a conversation that has no turns yet: the same name with a number behind it."""
    number = 1
    while dialogue.turns:
        number += 1
        fresh = dialogue.named(f"{room.name}-{number}")
        dialogue.close()
        dialogue = fresh
    return dialogue


@dataclass
class _Front:
    """One terminal."""

    dialogue: Dialogue
    tables: list[Table]
    learn: bool = False
    """Whether what is said of answers is kept in the library."""

    def hold(self) -> None:
        """Read and answer until the input ends."""
        self._greet()
        while (said := _line()) is not None:
            try:
                if said.startswith("/"):
                    if not self._command(said):
                        return
                elif said or self.tables:
                    self._say(said)
            except OptwrightError as error:
                console.print(Text(str(error)))

    def _greet(self) -> None:
        dialogue = self.dialogue
        answering = dialogue.model.name if dialogue.model is not None else "the offline reader; nothing leaves here"
        console.print(Text(f'conversation "{dialogue.thread}"; answering: {answering}. /help says what else there is.'))
        if (said := dialogue.unfinished) is not None:
            console.print(Text(f"going on with what was cut off: {said}"))
            self._run(lambda step: dialogue.resume(step) or dialogue.turns[-1])
        elif dialogue.turns:
            self._show(dialogue.turns[-1])

    def _command(self, said: str) -> bool:
        """Obey a command; return whether to go on."""
        name, _, rest = said[1:].partition(" ")
        if name in ("quit", "q", "exit", "bye"):
            return False
        if name == "table":
            self.tables += load_tables(Path(rest.strip()))
            listed = "; ".join(f"{table.name} ({len(table.rows)} rows)" for table in self.tables)
            console.print(Text(f"attached to what you say next: {listed}"))
        elif name == "versions":
            self._versions()
        elif name in ("good", "bad", "lesson"):
            self._judge(name, rest.strip())
        else:
            console.print(Text(_HELP.format(learning=_LEARNING if self.learn else "")))
            self._say("help")
        return True

    def _judge(self, verdict: str, words: str) -> None:
        """Keep what is said of the current answer."""
        from optwright.cli import opinion

        if not self.learn:
            raise InputError("nothing is kept of that; start with --library FILE --learn")
        opinion.judge(self.dialogue, verdict, words)

    def _versions(self) -> None:
        now = self.dialogue.current
        for version in self.dialogue.versions:
            mark = "*" if now is not None and version.number == now.number else " "
            trial = " (tried only)" if version.hypothetical else ""
            console.print(Text(f"{mark} {version.number}: {version.summary} {version.cause[:80]}{trial}"))

    def _say(self, said: str) -> None:
        tables, self.tables = self.tables, []
        self._run(lambda step: self.dialogue.send(said, tables=tables, on_step=step))

    def _run(self, turn: Callable[[Any], Turn]) -> None:
        """Run a turn beside the terminal, so that Ctrl-C can stop it, and show it."""
        box: list[Turn] = []
        raised: list[BaseException] = []
        over = threading.Event()

        def work() -> None:
            try:
                box.append(turn(progress.step))
            except BaseException as error:  # noqa: BLE001  raised again by the thread that waits
                raised.append(error)
            finally:
                over.set()

        with Progress() as progress:
            threading.Thread(target=work, name="optwright-turn").start()
            while not over.is_set():
                try:
                    over.wait()
                except KeyboardInterrupt:
                    self.dialogue.stop()
        if raised:
            raise raised[0]
        self._show(box[0])
        if box[0].export is not None:
            self._export(box[0])

    def _show(self, turn: Turn) -> None:
        console.print(Text(turn.text))
        if turn.solution is not None and turn.solution.insights:
            from optwright.cli import opinion

            for line in opinion.shown(self.dialogue, turn.solution.insights):
                console.print(Text(line))

    def _export(self, turn: Turn) -> None:
        from optwright.agent.export import Format, export

        version = self.dialogue.current
        if version is None or version.formulation is None or turn.export is None:
            return
        path = Path(f"{version.formulation.name}-{version.number}.{turn.export}")
        text = export(version.formulation, self.dialogue.tables, Format(turn.export))
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(f"{path}: cannot be written ({error.strerror})") from None
        console.print(Text(f"wrote {path}"))


def _line() -> str | None:
    """Return what is typed, None at the end of the input."""
    try:
        return console.input("\n> ").strip()
    except EOFError:
        return None
    except KeyboardInterrupt:
        console.print()
        return ""
    except UnicodeDecodeError:
        raise InputError("the input is not UTF-8 text") from None

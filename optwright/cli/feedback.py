"""What a user says of an answer at the command line: asked on a terminal, or told of a saved solve."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optwright.cli.shelf import opened
from optwright.cli.show import console, errors
from optwright.config import load
from optwright.errors import ConfigError, InputError

if TYPE_CHECKING:
    from optwright.agent.solution import Solution
    from optwright.eval.lessons.feedback import Answer, Correction
    from optwright.experience.library import Library
    from optwright.llm import ChatModel


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said: whether the answer is right, in words what is wrong, and a formulation that is right."""

    up: bool
    correction: str = ""
    right: Path | None = None


def possible(place: str | None, save: Path | None) -> None:
    """Raise where `solve --learn` could learn nothing: no library, or nobody to ask and nothing kept for later."""
    if load(flags={"library.place": place}).config.library.place is None:
        raise ConfigError("--learn needs a library to learn into; give --library FILE or set OPTWRIGHT_LIBRARY")
    if save is None and not _asking():
        raise InputError(
            "--learn asks on a terminal whether the answer is right, and this is none; "
            "give --save DIR and tell later: optwright library feedback DIR up|down"
        )


def ask(text: str, solution: Solution, flags: dict[str, Any], save: Path | None) -> None:
    """Ask what the answer is worth, and learn from what is said; elsewhere than on a terminal say how to tell it."""
    if not _asking():
        told = f"to learn from this answer: optwright library feedback {save} up|down [--correction TEXT]"
        errors.print(told, soft_wrap=True)
        return
    said = _prompt("Is this answer right? [y]es, [n]o, Enter says nothing: ").casefold()[:1]
    if said not in ("y", "n"):
        return
    correction = _prompt("What is wrong with it? (Enter: no words) ") if said == "n" else ""
    learn(text, solution, Verdict(said == "y", correction), flags)


def tell(folder: Path, verdict: Verdict, flags: dict[str, Any]) -> None:
    """Learn from what is said of a saved solve. Raises InputError when the folder holds none that came to an end."""
    from optwright.agent.solution import Solution

    parts = []
    for name in ("problem.json", "solution.json"):
        try:
            parts.append(json.loads((folder / name).read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise InputError(f"{folder}: no finished solve is saved there; solve with --save {folder} first") from None
        except (OSError, ValueError) as error:
            raise InputError(f"{folder / name}: cannot be read ({error})") from None
    learn(str(parts[0]["text"]), Solution.from_json(parts[1]), verdict, flags)


def learn(text: str, solution: Solution, verdict: Verdict, flags: dict[str, Any]) -> None:
    """Record a thumb as uses of the insights that were shown, a correction as candidates. Nothing is admitted here.

    Raises InputError for an answer that was rated before, ConfigError where no library is named.
    """
    if verdict.up and (verdict.correction or verdict.right):
        raise InputError("a correction is of an answer that is wrong; say down")
    answer = _answer(text, solution)
    corrected = bool(verdict.correction.strip() or verdict.right)
    with opened(flags.get("library.place"), anew=True) as library:
        if not (corrected and _refused_before(library, answer)):
            thumb(library, answer, up=verdict.up, more=corrected)
        if corrected:
            _correct(library, answer, solution, verdict, flags)


def _answer(text: str, solution: Solution) -> Answer:
    from optwright.eval.lessons.feedback import Answer

    formulation = solution.formulation
    wrote = formulation.to_json(indent=None) if formulation is not None else solution.program or ""
    models = [step.call.model for step in solution.trace.steps if step.call is not None]
    digest = sha256(f"{text}\x1f{wrote}".encode("utf-8", "replace")).hexdigest()
    return Answer(f"solve {digest[:16]}", text, models[-1] if models else "", wrote, solution.insights)


def thumb(library: Library, answer: Answer, *, up: bool, more: bool = False) -> None:
    """Record a thumb, and say what became of it; `more`: a correction follows.

    Raises InputError for an answer that was rated before.
    """
    from optwright.eval.lessons.feedback import Kind, complain, rate

    numbers = rate(library, answer, Kind.UP if up else Kind.DOWN)
    names = ", ".join(f"I{number}" for number in numbers)
    if names:
        console.print(f"recorded as {'help' if up else 'no help'} of {names}")
    else:
        console.print("no insight was shown for this answer, so the word on it is of none")
    if not up and not more:
        console.print(f"kept as {complain(library, answer).id} for an editor; say what was wrong to tell more")


def _refused_before(library: Library, answer: Answer) -> bool:
    """Whether its user said before that the answer is wrong, so that a correction only adds to that."""
    from optwright.eval.lessons.feedback import Kind, rated

    return rated(library, answer.talk).get(answer.task) is Kind.DOWN


def _correct(library: Library, answer: Answer, solution: Solution, verdict: Verdict, flags: dict[str, Any]) -> None:
    from optwright.agent import models
    from optwright.cli.forms import load as load_formulation
    from optwright.eval.lessons import feedback
    from optwright.formulation.edit import diff

    right = changes = ""
    if verdict.right is not None:
        formulation = load_formulation(str(verdict.right))
        right = formulation.to_json(indent=None)
        changes = diff(solution.formulation, formulation) if solution.formulation is not None else ""
    model = models.resolve(load(flags=flags).config)
    keep(library, feedback.Correction(answer, verdict.correction.strip(), right, changes), model)


def keep(library: Library, correction: Correction, model: ChatModel | None) -> None:
    """Keep a correction, and say what became of it."""
    from optwright.eval.lessons.feedback import learn

    kept = learn(library, correction, model)
    names = ", ".join(one.id for one in kept.insights)
    console.print(f"kept as {names}, to be admitted by the gate or an editor (optwright library show ID)")
    if not kept.edited:
        console.print(f"in your own words: {kept.why}")


def _asking() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _prompt(question: str) -> str:
    errors.print(question, end="")
    return sys.stdin.readline().strip()

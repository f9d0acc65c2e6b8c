"""The Python interface: one call from words to a checked answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optwright.agent import experience, graph, models, packs
from optwright.agent.context import Context, Progress
from optwright.agent.preset import GIVEN, OFFLINE, POLICIES, PRESETS, Preset
from optwright.agent.save import describe, opened, write
from optwright.agent.solution import Solution, conclude
from optwright.agent.state import State
from optwright.budget import Allowance, Budget, Usage
from optwright.config import Config, load
from optwright.errors import ConfigError, InputError, OptwrightError, StoppedError
from optwright.formulation.elements import Formulation
from optwright.llm import CachedChat, ChatModel
from optwright.method import Effort, Method
from optwright.problem import Problem, Table
from optwright.prompts.library import SHIPPED
from optwright.prompts.pack import Pack
from optwright.solvers.options import Limits, SolveOptions
from optwright.tables import load_all
from optwright.trace import Evidence, Step, Trace

if TYPE_CHECKING:
    from optwright.experience.shelf import Shelf

MOST_TEXT = 200_000
"""Characters of a problem text; more is data, which belongs into tables."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a problem is solved, for callers that do not want the configuration files' word on it."""

    method: Method | str = Method.COMPILED
    effort: Effort | str = Effort.MEDIUM
    options: SolveOptions = field(default_factory=SolveOptions)
    allowance: Allowance = field(default_factory=Allowance)
    allow_weak: bool = False
    shelf: Shelf | None = None
    """The experience library to draw from; none by default."""
    prompts: Pack | str | None = None
    """A prompt pack, its name or file, or `auto` for the one in use for the model's family; None: the shipped ones."""

    @classmethod
    def of(cls, config: Config) -> Settings:
        """Return the settings that a configuration gives."""
        solver, budget = config.solver, config.budget
        return cls(
            config.method,
            config.effort,
            SolveOptions(solver.solver, solver.time_limit, solver.gap, solver.threads),
            Allowance(budget.calls, budget.tokens, budget.seconds),
            solver.allow_weak_isolation,
            experience.attached(config),
            config.prompts.pack,
        )


def solve(
    text: str | Problem,
    *,
    tables: Iterable[Table | Path | str] = (),
    model: ChatModel | str | None = None,
    settings: Settings | None = None,
    save: Path | str | None = None,
    on_step: Callable[[Progress], None] | None = None,
    **overrides: Any,
) -> Solution:
    """Model, solve and check a problem told in words.

    Args:
        text: the problem, at most 200,000 characters, or a `Problem`.
        tables: tables that belong to it, or the files (CSV, XLSX) to read them from.
        model: a `ChatModel`, or the name of a model on the configured server, or `"offline"`; by default what is
            configured, and without any the offline reader, a fallback for short textbook problems.
        settings: method, effort, solver and budget; by default what is configured.
        save: a folder in which every step is kept; called again with it, a solve that was cut off goes on.
        on_step: told when a step starts and what came of it; called from the thread that solves.
        **overrides: single settings in place of the others: `method`, `effort`, `options`, `allowance`, `allow_weak`,
            `shelf`, `prompts`.

    Returns:
        A solution in every case that can be solved or named: an infeasible model, a failed server or a spent budget is
        a solution with that status or failure. `Solution.status` says whether it is an answer.

    Raises:
        InputError: a text, table or folder that cannot be used.
        ConfigError: the method needs a model and none is configured, or the settings cannot be used.
    """
    problem = _problem(text, tables)
    chosen, chat = _configure(model, settings, overrides)
    method = _choice(Method, chosen.method)
    if chat is None and method is not Method.COMPILED:
        raise ConfigError(models.NO_MODEL)
    preset = OFFLINE if chat is None else PRESETS[method]
    pack = packs.chosen(chosen.prompts, chat, Path(save) if save is not None else None)
    return _run(Task(problem, preset, chat, chosen, on_step, pack), {}, save)


def solve_formulation(
    formulation: Formulation | Mapping[str, Any],
    *,
    tables: Iterable[Table | Path | str] = (),
    settings: Settings | None = None,
    save: Path | str | None = None,
    on_step: Callable[[Progress], None] | None = None,
) -> Solution:
    """Check, compile, solve and re-check a formulation that is there already: no language model is asked.

    Returns and raises as `solve`; findings that stop it are a failed solution of kind `check`.
    """
    plain = _plain(formulation)
    problem = Problem(str(plain.get("description") or ""), _tables(list(tables)), str(plain.get("name") or "problem"))
    state: State = {"formulation": plain}
    return _run(Task(problem, GIVEN, None, settings or Settings(), on_step), state, save)


def _plain(formulation: Formulation | Mapping[str, Any]) -> dict[str, Any]:
    """Return a formulation as JSON data. Raises InputError where it holds something else."""
    if isinstance(formulation, Formulation):
        return dict(json.loads(formulation.to_json(indent=None)))
    try:
        return dict(json.loads(json.dumps(dict(formulation), allow_nan=False)))
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"the formulation is no plain JSON data: {error}") from None


def _configure(
    model: ChatModel | str | None, settings: Settings | None, overrides: dict[str, Any]
) -> tuple[Settings, ChatModel | None]:
    """Fill in what the caller left to the configuration. No model is the offline reader."""
    chat = model if model is not None and not isinstance(model, str) else None
    if settings is None or (chat is None and model != models.OFFLINE):
        config = load(flags={"llm.model": model} if isinstance(model, str) else {}).config
        settings = settings or Settings.of(config)
        chat = chat or models.resolve(config)
    known = Settings.__dataclass_fields__
    if unknown := overrides.keys() - known.keys():
        raise InputError(f"solve() has no setting {min(unknown)!r}; there are {', '.join(known)}")
    given = {name: getattr(settings, name) for name in known} | overrides
    return Settings(**given), chat


def _choice(kind: type[Method] | type[Effort], value: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise InputError(f"unknown {kind.__name__.lower()} {value!r}; known: {', '.join(map(str, kind))}") from None


def _problem(text: str | Problem, tables: Iterable[Table | Path | str]) -> Problem:
    problem = text if isinstance(text, Problem) else Problem(text)
    words = problem.text.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")
    if not words.strip():
        raise InputError("the problem text is empty; say what is to be decided, what is best and what limits it")
    if len(words) > MOST_TEXT:
        line = f"the problem text has {len(words):,} characters, more than {MOST_TEXT:,}"
        raise InputError(f"{line}; attach long data as tables (CSV or XLSX) instead")
    return Problem(words.strip(), _tables([*problem.tables, *tables]), problem.name)


def _tables(given: Sequence[Table | Path | str]) -> tuple[Table, ...]:
    found = [table for table in given if isinstance(table, Table)]
    found += load_all(Path(table) for table in given if not isinstance(table, Table))
    names = [table.name for table in found]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"two tables are called {name!r}; rename one file or sheet")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Task:
    """Everything that a solve is given, but its state."""

    problem: Problem
    preset: Preset
    chat: ChatModel | None
    settings: Settings
    on_step: Callable[[Progress], None] | None
    pack: Pack | None = None

    def context(self, state: State) -> Context:
        """Return the surroundings in which a solve begins or goes on."""
        used = Usage.from_json(state.get("usage", {}))
        return Context(
            problem=self.problem,
            preset=self.preset,
            policy=POLICIES[_choice(Effort, self.settings.effort)],
            model=self.chat,
            budget=Budget(self.settings.allowance, used=used, elapsed=state.get("elapsed", 0.0)),
            options=self.settings.options,
            limits=Limits.around(self.settings.options),
            allow_weak=self.settings.allow_weak,
            on_step=self.on_step,
            shelf=self.settings.shelf,
            prompts=self.pack.prompts if self.pack else SHIPPED,
        )


def _run(task: Task, state: State, save: Path | str | None) -> Solution:
    if save is None:
        context = task.context(state)
        return follow(graph.run(state, context), state, context, task).solution
    record = describe(task.problem, task.preset, str(task.settings.effort), state, task.pack)
    with opened(Path(save), record) as folder:
        chat = CachedChat(task.chat, folder / "replies") if task.chat is not None else None
        state = {**state, **graph.saved(folder)}
        context = replace(task, chat=chat).context(state)
        solution = follow(graph.run(state, context, folder), state, context, task).solution
        write(folder / "solution.json", solution.to_json())
        return solution


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of following the graph."""

    solution: Solution
    state: State


def follow(states: Iterator[State], state: State, context: Context, task: Task) -> Ended:
    """Follow the states of a run to its end, or to the error that stops it. Raises InputError and StoppedError."""
    error: OptwrightError | None = None
    try:
        for current in states:
            state = current
    except (InputError, StoppedError):
        raise
    except OptwrightError as raised:
        error = raised
    steps = [Step.model_validate(record) for record in state.get("steps", [])]
    if error is not None:
        steps.append(Step(name="stopped", round=state.get("rounds", 0), evidence=Evidence(trouble=str(error))))
        state = {**state, "usage": context.budget.used.to_json(), "elapsed": context.budget.elapsed}
    effort = str(task.settings.effort)
    trace = Trace(problem=context.problem.name, method=context.preset.method, effort=effort, steps=steps)
    solution = conclude(state, context.preset, trace, error)
    return Ended(replace(solution, prompts=packs.told(task.pack, task.chat)), state)

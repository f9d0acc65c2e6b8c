"""Running a program's source: execute it, find its model, and keep what it said it found."""

from __future__ import annotations

import inspect
import linecache
import traceback
from dataclasses import dataclass
from types import CodeType
from typing import Any

from optwright.outcome import Failure
from optwright.solvers.options import SolveOptions

NAME = "program.py"
_MESSAGE_LIMIT = 4000


@dataclass(slots=True)
class Ran:
    """What came of a program: a model, or a failure with its note."""

    model: Any = None
    claimed: float | None = None
    """The objective of the last solve that the program made itself."""
    failure: Failure | None = None
    note: str = ""


def run(source: str, data: Any, options: SolveOptions, *, main: bool) -> Ran:
    """Execute the source, as a script if `main`, and return its model.

    The solvers that it calls are ours: see `router`. `data` goes to `build_model(data)`, None to leave it to the
    program's default.
    """
    from optwright.solvers import router

    try:
        code = _compile(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        return Ran(failure=Failure.SCREEN, note=f"not a Python program: {_syntax(problem)}")
    log = router.install(options)
    scope: dict[str, Any] = {
        "__name__": "__main__" if main else "program",
        "__file__": NAME,
        "__builtins__": __builtins__,
    }
    ran = Ran()
    try:
        _execute(code, scope)
        ran.model = _model(scope, data)
    except MemoryError:
        ran.failure, ran.note = Failure.MEMORY, "the program ran out of memory"
    except BaseException as problem:  # noqa: BLE001 - a program may raise anything at all
        ran.failure = Failure.FORBIDDEN if isinstance(problem, PermissionError) else Failure.EXCEPTION
        ran.note = describe(problem)
    ran.claimed = log.claimed
    if ran.model is None and ran.failure is None:
        ran.failure, ran.note = Failure.NO_MODEL, _NO_MODEL
    if log.model is not None and (ran.failure in (Failure.NO_MODEL, Failure.EXCEPTION)):
        after = (
            "" if ran.failure is Failure.NO_MODEL else f"the program failed after it had solved its model: {ran.note}"
        )
        return Ran(log.model, log.claimed, None, after)
    return ran


_NO_MODEL = (
    "the program ran but left no model: define build_model(data) that returns a pyomo ConcreteModel, "
    "or a ConcreteModel called model at module level"
)


def _compile(source: str) -> CodeType:
    lines = source.splitlines(keepends=True)
    linecache.cache[NAME] = (len(source), None, lines, NAME)
    return compile(source, NAME, "exec", dont_inherit=True)


def _execute(code: CodeType, scope: dict[str, Any]) -> None:
    try:
        exec(code, scope)
    except SystemExit as leaving:
        if leaving.code not in (None, 0):
            raise


def _model(scope: dict[str, Any], data: Any) -> Any:
    """Return what `build_model` gives or what `model` is, None unless it is a ConcreteModel."""
    import pyomo.environ as pyo

    build = scope.get("build_model")
    found = _call(build, data) if callable(build) else scope.get("model")
    return found if isinstance(found, pyo.ConcreteModel) else None


def _call(build: Any, data: Any) -> Any:
    try:
        parameters = inspect.signature(build).parameters.values()
    except (TypeError, ValueError):
        return build(data)
    positional = [item for item in parameters if item.kind in (item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD)]
    starred = any(item.kind is item.VAR_POSITIONAL for item in parameters)
    if not positional and not starred:
        return build()
    if data is None:
        return build() if positional and positional[0].default is not inspect.Parameter.empty else build({})
    return build(data)


def describe(problem: BaseException) -> str:
    """Return the exception with the program's own lines of its traceback; never raises."""
    try:
        own = [frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == NAME]
        where = "".join(traceback.format_list(own[-5:]))
        what = "".join(traceback.format_exception_only(type(problem), problem)).strip()
        return f"{where}{what}"[-_MESSAGE_LIMIT:]
    except BaseException:  # noqa: BLE001 - its __str__ or __class__ may be hostile
        return "an exception that cannot be described"


def _syntax(problem: Exception) -> str:
    if isinstance(problem, SyntaxError):
        return f"{problem.msg} (line {problem.lineno})"
    return "nested too deeply" if isinstance(problem, RecursionError | MemoryError) else str(problem)

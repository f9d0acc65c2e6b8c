"""Hostile programs against each promise of `optwright.solvers.sandbox`, with and without namespaces."""

# ruff: noqa: E501 - one hostile program a line reads better than strings cut in pieces
from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from optwright.outcome import Failure, Outcome, Termination
from optwright.problem import Table
from optwright.solvers import wire
from optwright.solvers.options import MIB, Limits
from optwright.solvers.runner import Runner
from optwright.solvers.sandbox import ENOUGH
from optwright.solvers.warm import WarmSandbox
from tests.solvers.attacks import PROMISES, Attack, program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the zygote and its layers are of Linux")

TOKEN = "sk-not-to-be-seen-0123456789"
TABLE = Table("costs", ("item", "cost"), (("a", 1.0), ("b", 2.0)))
MODES = {"namespaces": (), "no namespaces": ("namespaces",), "no namespaces, old kernel": ("namespaces", "landlock 2")}


@dataclass
class Ground:
    """What hostile programs aim at."""

    folder: Path
    victim: subprocess.Popen[bytes]
    listeners: list[socket.socket]

    def names(self) -> dict[str, object]:
        return {
            "secret": str(self.folder / "secret"),
            "outside": str(self.folder / "outside"),
            "victim": self.victim.pid,
            "port": self.listeners[0].getsockname()[1],
            "unix": str(self.folder / "unix"),
            "abstract": f"optwright-test-{os.getpid()}",
            "package": str(Path(__file__).parent.parent.parent / "optwright"),
            "token": TOKEN[::-1],
        }


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    folder = Path(tempfile.mkdtemp(prefix="optwright-test-"))
    folder.chmod(0o755)
    (folder / "secret").write_text("the secret")
    (folder / "secret").chmod(0o666)
    (folder / "outside").mkdir()
    (folder / "outside").chmod(0o777)
    os.environ["OPTWRIGHT_TEST_TOKEN"] = TOKEN
    inherited = os.open(folder / "secret", os.O_RDONLY)
    os.set_inheritable(inherited, True)
    victim = subprocess.Popen(["sleep", "600"], close_fds=True)
    tcp, unix, abstract = socket.socket(), socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    tcp.bind(("127.0.0.1", 0))
    unix.bind(str(folder / "unix"))
    os.chmod(folder / "unix", 0o777)
    abstract.bind(f"\0optwright-test-{os.getpid()}")
    for listener in (tcp, unix, abstract):
        listener.listen()
        listener.setblocking(False)
    yield Ground(folder, victim, [tcp, unix, abstract])
    victim.kill()
    victim.wait()
    for listener in (tcp, unix, abstract):
        listener.close()
    os.close(inherited)
    del os.environ["OPTWRIGHT_TEST_TOKEN"]
    shutil.rmtree(folder)


@pytest.fixture(scope="module", params=MODES)
def runner(request: pytest.FixtureRequest, ground: Ground) -> Iterator[Runner]:
    runner = Runner(WarmSandbox(MODES[request.param]))
    layers = runner.sandbox.layers
    if missing := ENOUGH - set(layers):
        pytest.skip(f"this kernel has no {' and no '.join(missing)}")
    if request.param == "namespaces" and "namespaces" not in layers:
        pytest.skip(f"namespaces are refused here: {runner.sandbox.details['namespaces']}")
    yield runner
    runner.close()


def _applies(attack: Attack) -> bool:
    return attack.machine in (None, platform.machine())


@pytest.mark.parametrize("promise", PROMISES)
def test_promise_holds(runner: Runner, ground: Ground, promise: str) -> None:
    attacks = [attack for attack in PROMISES[promise] if _applies(attack)]
    limits = Limits(wall=20, cpu=10)
    with ThreadPoolExecutor(4) as pool:
        sources = [program(attack, **ground.names()) for attack in attacks]
        outcomes = list(pool.map(lambda source: runner.run(source, tables=[TABLE], limits=limits), sources))
    reports = {attack.name: _report(outcome) for attack, outcome in zip(attacks, outcomes, strict=True)}
    assert {name: text for name, text in reports.items() if not text.startswith(("STOPPED", "ended"))} == {}
    assert (ground.folder / "secret").read_text() == "the secret"
    assert list((ground.folder / "outside").iterdir()) == []
    assert ground.victim.poll() is None
    for listener in ground.listeners:
        with pytest.raises(BlockingIOError):
            listener.accept()


def _report(outcome: Outcome) -> str:
    """Return what the program said of its attack, or that it was ended for it."""
    if outcome.failure in (Failure.CRASH, Failure.FORBIDDEN):
        return f"ended: {outcome.message}"
    assert outcome.failure is Failure.NO_MODEL, outcome
    return outcome.stdout


def test_the_attacks_are_real(ground: Ground, tmp_path: Path) -> None:
    """In an ordinary process those marked so get what they want; else their failure in the sandbox would say nothing."""
    attacks = [item for items in PROMISES.values() for item in items if item.control and _applies(item)]
    names = {**ground.names(), "outside": str(tmp_path)}

    def attempt(attack: Attack) -> str:
        (tmp_path / attack.name.replace("/", "_")).mkdir()
        done = subprocess.run(
            [sys.executable, "-c", program(attack, **names)],
            cwd=tmp_path / attack.name,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout

    with ThreadPoolExecutor(4) as pool:
        said = dict(zip((attack.name for attack in attacks), pool.map(attempt, attacks), strict=True))
    # A machine that is itself locked in (a container) may stop a few of them.
    failed = {name: text for name, text in said.items() if "ESCAPED" not in text}
    assert len(failed) <= len(attacks) // 5, failed
    assert len(attacks) > 40
    for listener in ground.listeners:
        try:
            while True:
                listener.accept()[0].close()
        except BlockingIOError:
            pass


SMALL = Limits(
    wall=1.0, cpu=20, memory=600 * MIB, output=10_000, result=100_000, disk=MIB, files=20, file_size=MIB // 2
)
MODEL = """
import pyomo.environ as pyo
model = pyo.ConcreteModel()
model.x = pyo.Var(bounds=(0, 10))
model.goal = pyo.Objective(expr=model.x, sense=pyo.maximize)
"""

ENDINGS = {
    "spin": ("while True: pass", Failure.DEADLINE),
    "sleep": ("import time; time.sleep(100)", Failure.DEADLINE),
    "stop itself": (
        "import os, signal; os.kill(os.getpid(), signal.SIGSTOP); import time; time.sleep(100)",
        Failure.DEADLINE,
    ),
    "ignore signals": (
        "import signal, time\nfor n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n"
        "    except OSError: pass\ntime.sleep(100)",
        Failure.DEADLINE,
    ),
    "catch everything": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        Failure.DEADLINE,
    ),
    "backtrack": ("import re; re.match('(a+)+$', 'a' * 60 + 'b')", Failure.DEADLINE),
    "raise a number": ("x = 7 ** (7 ** 9); print(x)", Failure.DEADLINE),
    "wait for a thread": ("import threading; threading.Event().wait()", Failure.DEADLINE),
    "hang while reporting": (
        "class E(Exception):\n    def __str__(self):\n        while True: pass\nraise E()",
        Failure.DEADLINE,
    ),
    "take memory": ("x = bytearray(10 ** 10)", Failure.MEMORY),
    "take memory bit by bit": ("x = []\nwhile True: x.append(bytes(10 ** 7))", Failure.MEMORY),
    "take memory in arrays": ("import numpy as np; x = np.ones(10 ** 10)", Failure.MEMORY),
    "take memory in C": (
        "import ctypes; p = ctypes.CDLL(None).malloc; p.restype = ctypes.c_void_p\nassert not p(ctypes.c_size_t(10 ** 10))",
        Failure.NO_MODEL,
    ),
    "print without end": ("while True: print('x' * 1000)", Failure.OUTPUT),
    "print errors without end": ("import sys\nwhile True: sys.stderr.write('x' * 1000)", Failure.OUTPUT),
    "write on the descriptor": ("import os\nwhile True: os.write(1, b'x' * 1000)", Failure.OUTPUT),
    "flood the result": ("import os\nwhile True: os.write(3, b'x' * 1000)", Failure.OUTPUT),
    "write a large file": ("f = open('f', 'wb')\nwhile True: f.write(b'x' * 100_000); f.flush()", Failure.EXCEPTION),
    "segfault": ("import ctypes; ctypes.string_at(0)", Failure.CRASH),
    "abort": ("import os; os.abort()", Failure.CRASH),
    "overflow the stack": ("import sys; sys.setrecursionlimit(10 ** 9)\ndef f(): f()\nf()", None),
    "kill itself": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL); import time; time.sleep(100)", None),
    "leave early": ("import os; os._exit(0)", Failure.NO_MODEL),
    "leave early, badly": ("import os; os._exit(7)", Failure.NO_MODEL),
    "close its channel": ("import os; os.close(3)", None),
    "close everything": ("import os; os.closerange(0, 100)", None),
    "raise what cannot be printed": (
        "class E(BaseException):\n    def __str__(self): raise SystemExit\nraise E()",
        Failure.EXCEPTION,
    ),
    "raise what has no class": (
        "class M(type):\n    __name__ = property(lambda s: 1 / 0)\nclass E(Exception, metaclass=M): pass\nraise E()",
        Failure.EXCEPTION,
    ),
    "delete what reports": ("import traceback, sys; traceback.__dict__.clear(); sys.modules.clear(); 1 / 0", None),
    "take the interpreter's locks": ("import sys; sys.setswitchinterval(1e9)\nwhile True: pass", Failure.DEADLINE),
}


def test_every_ending_is_named(runner: Runner) -> None:
    """Nothing outlives its deadline, exhausts the machine or brings the sandbox down, and each failure has its name."""
    sources = {name: f"{source}\n# it defines no model\n" for name, (source, _) in ENDINGS.items()}
    with ThreadPoolExecutor(6) as pool:
        outcomes = dict(
            zip(sources, pool.map(lambda source: runner.run(source, limits=SMALL), sources.values()), strict=True)
        )
    wrong = {
        name: outcome
        for name, outcome in outcomes.items()
        if (ENDINGS[name][1] is not None and outcome.failure is not ENDINGS[name][1]) or not outcome.message
    }
    assert wrong == {}
    assert all(outcome.seconds < 12 for outcome in outcomes.values())
    assert not any(outcome.has_incumbent for outcome in outcomes.values())
    assert runner.run(MODEL).objective == pytest.approx(10)


def test_processor_time_is_bounded(runner: Runner) -> None:
    source = "import numpy as np\na = np.ones((500, 500))\nwhile True: a @ a\n# model"
    outcome = runner.run(source, limits=Limits(wall=20, cpu=1))
    assert outcome.failure is Failure.DEADLINE
    assert "processor time" in outcome.message
    assert outcome.seconds < 15


def test_threads_are_bounded(runner: Runner) -> None:
    source = (
        "import threading, time\nthreading.stack_size(65536)\nstarted = 0\ntry:\n    while started < 5000:\n"
        "        threading.Thread(target=time.sleep, args=(9,), daemon=True).start(); started += 1\n"
        "except BaseException as problem: print(type(problem).__name__)\nprint(started)\ntime.sleep(0.3)\n# model"
    )
    outcome = runner.run(source, limits=Limits(wall=20, processes=40))
    assert outcome.failure in (Failure.NO_MODEL, Failure.FORBIDDEN)
    if outcome.failure is Failure.NO_MODEL:
        assert "RuntimeError" in outcome.stdout
        assert int(outcome.stdout.split()[-1]) <= 40


def test_disk_is_bounded(runner: Runner) -> None:
    source = (
        "import time\ntotal = 0\ntry:\n    for n in range(10):\n        with open(str(n), 'wb') as f:\n"
        "            for _ in range(4): total += f.write(b'x' * 100_000); f.flush(); time.sleep(0.02)\n"
        "finally: print(total)\n# model"
    )
    outcome = runner.run(source, limits=SMALL)
    assert outcome.failure in (Failure.OUTPUT, Failure.EXCEPTION)
    assert "No space left" in outcome.message or "bytes of files" in outcome.message


def test_number_of_files_is_bounded(runner: Runner) -> None:
    source = "import time\nfor n in range(10 ** 6):\n    open(str(n), 'w').close()\n    time.sleep(0.005)\n# model"
    outcome = runner.run(source, limits=Limits(wall=10, files=20))
    assert outcome.failure in (Failure.OUTPUT, Failure.EXCEPTION)
    assert "No space left" in outcome.message or "more than 20 files" in outcome.message


def test_open_files_are_bounded(runner: Runner) -> None:
    source = "import os\nheld = []\nwhile True: held.append(os.dup(1))\n# model"
    outcome = runner.run(source, limits=Limits(wall=10))
    assert outcome.failure is Failure.EXCEPTION
    assert "Too many open files" in outcome.message


def test_partial_output_is_kept(runner: Runner) -> None:
    source = "import sys, time\nprint('so far', end='')\nsys.stderr.write('and here')\ntime.sleep(60)\n# model"
    outcome = runner.run(source, limits=SMALL)
    assert (outcome.failure, outcome.stdout, outcome.stderr) == (Failure.DEADLINE, "so far", "and here")


def test_capped_output_is_kept(runner: Runner) -> None:
    outcome = runner.run("while True: print('x' * 99)\n# model", limits=SMALL)
    assert outcome.failure is Failure.OUTPUT
    assert outcome.stdout.startswith("x" * 99)
    assert len(outcome.stdout) == SMALL.output


def test_signal_is_named(runner: Runner) -> None:
    outcome = runner.run("import ctypes\nprint('before')\nctypes.string_at(0)\n# model")
    assert outcome.failure is Failure.CRASH
    assert "11 (SIGSEGV)" in outcome.message
    assert outcome.stdout == "before\n"


def test_call_of_another_architecture_ends_the_program(runner: Runner) -> None:
    if platform.machine() != "x86_64":
        pytest.skip("the machine code of this test is of x86_64")
    source = (
        "import ctypes, mmap\npage = mmap.mmap(-1, 4096, prot=7)\npage.write(bytes.fromhex('b814000000cd80c3'))\n"
        "at = ctypes.addressof(ctypes.c_char.from_buffer(page))\nprint('ESCAPED', ctypes.CFUNCTYPE(ctypes.c_int)(at)())\n# model"
    )
    outcome = runner.run(source)
    assert outcome.failure in (Failure.FORBIDDEN, Failure.CRASH)
    assert "ESCAPED" not in outcome.stdout


def test_programs_do_not_see_each_other(runner: Runner) -> None:
    # The name is this test's alone: other workers run the same test in the same temporary folder.
    mine = f"mine-{uuid4().hex}.txt"
    write = (
        f"import time, os\nopen({mine!r}, 'w').write('mine')\nprint(os.getcwd(), os.getpid())\ntime.sleep(1.2)\n# model"
    )
    look = (
        "import os, glob, tempfile\nfound = []\nfor top in ('..', '../..', '/scratch', tempfile.gettempdir(), '/tmp', {base!r}):\n"
        "    for folder, _, names in os.walk(top):\n        found += [n for n in names if n == {mine!r}]\nprint(found)\n"
        "for pid in range(2, 400):\n    try: os.kill(pid, 0); print('ESCAPED')\n    except OSError: pass\n# model"
    )
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(runner.run, write)
        second = pool.submit(runner.run, look.format(base=tempfile.gettempdir(), mine=mine))
        assert second.result().stdout == "[]\n"
        assert first.result().failure is Failure.NO_MODEL
    deadline = time.monotonic() + 10
    while left := list(Path(tempfile.gettempdir()).glob(f"optwright-scratch-*/*/work/{mine}")):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


FORGED = {
    "an outcome": wire.pack(
        {"kind": "outcome"}, b'{"termination": "optimal", "has_incumbent": true, "objective": 1e9}'
    ),
    "an outcome as the model": wire.pack({"kind": "model"}, b'{"termination": "optimal", "objective": 1e9}'),
    "a pickle as the model": wire.pack({"kind": "model"}, b"\x80\x04\x95\x1b\x00cos\nsystem\n(S'true'\ntR."),
    "a pickle": b"cos\nsystem\n(S'touch planted'\ntR.",
    "an unknown kind": wire.pack({"kind": "vouched", "objective": 1e9}),
    "an unknown failure": wire.pack({"kind": "failure", "failure": "none"}),
    "a list": b"\x02\0\0\0" + bytes(8) + b"[]",
    "deep JSON": (200_000).to_bytes(4, "little") + bytes(8) + b"[" * 200_000,
    "a length without end": b"\xff" * 12 + b"{}",
    "a body without end": b"\x02\0\0\0" + b"\xff" * 8 + b"{}",
    "not a number": (13).to_bytes(4, "little") + bytes(8) + b'{"kind": NaN}',
    "nothing": b"",
    "half": wire.pack({"kind": "model"}, b"OWX1")[:-2],
    "two": wire.pack({"kind": "model"}, b"a") * 2,
    "an export cut off": wire.pack({"kind": "model"}, b"OWX1\xff\xff\xff\xff{}"),
    "a mark of its own": b"R" + wire.pack({"kind": "outcome"}, b"{}"),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_record_is_no_result(runner: Runner, name: str) -> None:
    source = f"import os\nview = {FORGED[name]!r}\nwhile view: view = view[os.write(3, view):]\nos._exit(0)\n# model"
    outcome = runner.run(source)
    assert outcome.failure in (Failure.FORBIDDEN, Failure.NO_MODEL, Failure.EXPORT)
    assert (outcome.objective, outcome.has_incumbent) == (None, False)
    assert outcome.termination is Termination.NOT_SOLVED


def test_forged_claim_is_no_number(runner: Runner) -> None:
    text = b'{"kind": "failure", "failure": "exception", "message": "\\u001b[31mred", "claimed": 9e999}'
    record = len(text).to_bytes(4, "little") + bytes(8) + text
    outcome = runner.run(f"import os\nos.write(3, {record!r})\nos._exit(0)\n# model")
    assert (outcome.failure, outcome.claimed) == (Failure.EXCEPTION, None)
    assert outcome.message == "\N{REPLACEMENT CHARACTER}[31mred"


LIES = {
    "patched route": "import optwright.solvers.route as r\nfrom optwright.outcome import *\n"
    "r.solve = lambda m, o: Outcome(Termination.OPTIMAL, True, 1e9)\nr.solve_form = r.solve\n"
    "pyo.SolverFactory('gurobi').solve(model)",
    "patched solver for others": "import optwright.solvers.exchange as e\nfrom optwright.outcome import *\n"
    "e.solve_export = lambda b, o: Outcome(Termination.OPTIMAL, True, 1e9)",
    "patched HiGHS": "import highspy\nhighspy.Highs.getObjectiveValue = lambda s: 1e9\nhighspy.Highs.run = lambda s: None",
    "patched JSON": "import json\nold = json.dumps\njson.dumps = lambda o, **k: old({**o, 'claimed': 1e9} if 'claimed' in o else o, **k)",
    "patched claim": "import gc\nfrom optwright.solvers.router import Log\n"
    "pyo.SolverFactory('x').solve(model)\nfor o in gc.get_objects():\n    if isinstance(o, Log): o.claimed = 1e9",
    "patched value": "pyo.value = lambda *a, **k: 1e9\nimport pyomo.core.expr.numvalue as n\nn.value = pyo.value",
    "patched exit": "import os\nreal = os._exit\nos._exit = lambda n: real(0)",
    "patched frames": "import sys\nf = sys._getframe()\nwhile f.f_back: f = f.f_back\nf.f_globals['Outcome'] = None",
    "claim on standard output": "print('objective: 1e9')\nprint('{\"objective\": 1e9}')",
    "exit handler": "import atexit\natexit.register(lambda: print('ran at exit'))",
    "thread": "import threading, time\nthreading.Thread(target=lambda: [time.sleep(0.01) for _ in range(10 ** 6)]).start()",
    "hang on the way out": "import sys\nclass W:\n    def write(self, t): return 0\n    def flush(self):\n        while True: pass\n"
    "sys.stdout = W()",
    "hostile builtins": "import builtins\nbuiltins.len = lambda x: 0\nbuiltins.float = int",
}


@pytest.mark.parametrize("name", LIES)
def test_only_the_model_counts(runner: Runner, name: str) -> None:
    """A program that tampers with its own process changes at most its own model: the value is that of a clean solve."""
    outcome = runner.run(MODEL + LIES[name], limits=Limits(wall=20))
    if outcome.failure is None:
        assert outcome.objective == pytest.approx(10)
        assert outcome.values["x"][()] == pytest.approx(10)
        if outcome.claimed is not None and outcome.claimed != 10:
            assert "claims an objective of 1000000000" in outcome.message
    else:
        assert outcome.objective is None
        assert outcome.failure in (Failure.EXPORT, Failure.EXCEPTION, Failure.CRASH, Failure.FORBIDDEN)
    assert "ran at exit" not in outcome.stdout


def test_a_lie_is_reported(runner: Runner) -> None:
    outcome = runner.run(MODEL + LIES["patched route"])
    assert (outcome.objective, outcome.claimed) == (pytest.approx(10), 1e9)
    assert "the program claims an objective of 1000000000; solving its model again gives 10" in outcome.message


HOSTILE_MODELS = {
    "a number that lies": "class N(float):\n    def __float__(self): raise SystemExit(3)\nmodel.goal.deactivate()\nmodel.o = pyo.Objective(expr=N(3) * model.x)",
    "a name without end": "model.add_component('x' * 10 ** 6, pyo.Var(bounds=(0, 1)))",
    "bounds that are not numbers": "model.y = pyo.Var(bounds=(float('nan'), 1)); model.c = pyo.Constraint(expr=model.y <= 1)",
    "an expression that contains itself": "model.e = pyo.Expression(expr=model.x); model.e.expr = model.e + 1; model.c = pyo.Constraint(expr=model.e <= 1)",
    "a deep expression": "e = model.x\nfor _ in range(20000): e = pyo.sin(e)\nmodel.c = pyo.Constraint(expr=e <= 1)",
    "a million rows": "model.c = pyo.Constraint(range(10 ** 6), rule=lambda m, i: m.x <= i + 10)",
    "no class of ours": "class ConcreteModel: pass\nmodel = ConcreteModel()",
    "a model that answers to everything": "class Any(pyo.ConcreteModel):\n    def component_objects(self, *a, **k):\n        while True: yield self\nmodel = Any()",
}


@pytest.mark.parametrize("name", HOSTILE_MODELS)
def test_hostile_model_is_an_outcome(runner: Runner, name: str) -> None:
    outcome = runner.run(MODEL + HOSTILE_MODELS[name], limits=Limits(wall=3, memory=800 * MIB, result=10 * MIB))
    assert outcome.seconds < 12
    assert outcome.failure is not None or outcome.objective == pytest.approx(10, abs=10)
    assert outcome.failure is None or outcome.message

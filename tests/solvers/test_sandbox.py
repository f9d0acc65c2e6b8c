"""The life of the zygote: started when needed, restarted when dead, gone with the product, nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from optwright.errors import SandboxError
from optwright.outcome import Failure
from optwright.solvers import doctor, landlock, seccomp, wire
from optwright.solvers.launch import libraries
from optwright.solvers.options import Limits
from optwright.solvers.runner import Runner
from optwright.solvers.sandbox import ENOUGH
from optwright.solvers.warm import WarmSandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the zygote is of Linux")

ROOT = Path(__file__).parent.parent.parent
MODEL = """
import pyomo.environ as pyo
model = pyo.ConcreteModel()
model.x = pyo.Var(bounds=(0, 10))
model.goal = pyo.Objective(expr=model.x, sense=pyo.maximize)
"""
MODES = {"namespaces": (), "no namespaces": ("namespaces",)}


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory for temporary files that every user may pass, and no other test uses."""
    folder = Path(tempfile.mkdtemp(prefix="optwright-test-"))
    folder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(params=MODES)
def sandbox(request: pytest.FixtureRequest, temporary: Path) -> Iterator[WarmSandbox]:
    sandbox = WarmSandbox(MODES[request.param])
    if ENOUGH - set(sandbox.layers):
        pytest.skip("programs of unknown origin do not run here")
    yield sandbox
    sandbox.close()


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A process started in the background ignores SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_import_starts_nothing() -> None:
    code = (
        "import sys, threading, os, optwright.solvers.runner, optwright.solvers.options\n"
        "assert 'pyomo' not in sys.modules and 'numpy' not in sys.modules\n"
        "assert threading.active_count() == 1\n"
        "import optwright.solvers.cold, optwright.solvers.doctor\n"
        "linux = {'libc', 'landlock', 'seccomp', 'namespaces', 'lockdown', 'keeper', 'zygote', 'warm'}\n"
        "loaded = {name for name in linux if f'optwright.solvers.{name}' in sys.modules}\n"
        "assert not loaded, f'these are of Linux alone: {loaded}'\n"
        "children = open(f'/proc/self/task/{os.getpid()}/children').read()\nassert not children, children\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_killed_zygote_is_replaced(sandbox: WarmSandbox) -> None:
    runner = Runner(sandbox)
    assert runner.run(MODEL).objective == pytest.approx(10)
    first = _zygote(sandbox)
    os.kill(first, signal.SIGKILL)
    assert runner.run(MODEL).objective == pytest.approx(10)
    assert _zygote(sandbox) != first


def test_zygote_killed_during_a_run_is_replaced(sandbox: WarmSandbox) -> None:
    runner = Runner(sandbox)
    runner.run(MODEL)
    first = _zygote(sandbox)
    timer = threading.Timer(0.5, os.kill, (first, signal.SIGKILL))
    timer.start()
    outcome = runner.run("import time\ntime.sleep(1)\n" + MODEL)
    timer.join()
    assert outcome.objective == pytest.approx(10)
    assert _zygote(sandbox) != first


def test_close_is_final_for_processes_only(sandbox: WarmSandbox) -> None:
    runner = Runner(sandbox)
    runner.run(MODEL)
    zygote = _zygote(sandbox)
    runner.close()
    runner.close()
    assert not _alive(zygote)
    assert runner.run(MODEL).objective == pytest.approx(10)


def test_nothing_leaks(sandbox: WarmSandbox, temporary: Path) -> None:
    runner = Runner(sandbox)
    runner.run(MODEL)
    zygote = _zygote(sandbox)
    before, theirs = len(os.listdir("/proc/self/fd")), len(os.listdir(f"/proc/{zygote}/fd"))
    for number in range(12):
        runner.run(MODEL if number % 2 else "raise ValueError\n# model")
    _until(lambda: _idle(zygote))
    assert len(os.listdir("/proc/self/fd")) == before
    assert len(os.listdir(f"/proc/{zygote}/fd")) == theirs
    for base in temporary.iterdir():
        assert [name for name in os.listdir(base) if name != ".lock"] == []


def test_nothing_survives_a_killed_product(sandbox: WarmSandbox, temporary: Path) -> None:
    code = (
        f"import sys, tempfile, threading\ntempfile.tempdir = {str(temporary)!r}\n"
        "from optwright.solvers.runner import Runner\nfrom optwright.solvers.warm import WarmSandbox\n"
        f"sandbox = WarmSandbox({sandbox._without!r})\nrunner = Runner(sandbox)\nrunner.run('# model')\n"
        "sleep = 'import time, os\\nos.mkdir(\"d\")\\nwhile True: time.sleep(1)\\n# model'\n"
        "for _ in range(3): threading.Thread(target=runner.run, args=(sleep,)).start()\n"
        "print(sandbox._process.pid, flush=True)\n"
    )
    before = set(temporary.iterdir())
    product = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert product.stdout is not None
    zygote = int(product.stdout.readline())
    _until(lambda: len(_descendants(zygote)) >= 6)
    family = [zygote, *_descendants(zygote)]
    product.kill()
    product.wait()
    product.stdout.close()
    _until(lambda: not any(_alive(pid) for pid in family))
    _until(lambda: set(temporary.iterdir()) == before)


def test_nothing_survives_an_ordinary_end(sandbox: WarmSandbox) -> None:
    code = (
        "from optwright.solvers import runner\nassert runner.run('# model').failure\n"
        "print(runner.default().sandbox._process.pid, flush=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert not _alive(int(done.stdout))


def test_interrupt_ends_the_program(sandbox: WarmSandbox, interruptible: None) -> None:
    runner = Runner(sandbox)
    runner.run("# model")
    zygote = _zygote(sandbox)
    main = threading.get_ident()
    timer = threading.Timer(0.7, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        runner.run("import time\ntime.sleep(60)\n# model")
    timer.join()
    _until(lambda: _idle(zygote))
    assert runner.run(MODEL).objective == pytest.approx(10)


def test_a_fork_of_the_product_has_a_zygote_of_its_own(sandbox: WarmSandbox) -> None:
    runner = Runner(sandbox)
    runner.run("# model")
    zygote = _zygote(sandbox)
    child = os.fork()
    if child == 0:
        fine = runner.run(MODEL).objective == pytest.approx(10) and _zygote(sandbox) != zygote
        runner.close()
        os._exit(0 if fine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert _alive(zygote)
    assert runner.run(MODEL).objective == pytest.approx(10)


def test_deadline_leaves_no_process(sandbox: WarmSandbox) -> None:
    runner = Runner(sandbox)
    runner.run("# model")
    outcome = runner.run("import time\ntime.sleep(60)\n# model", limits=Limits(wall=0.5))
    assert outcome.failure is Failure.DEADLINE
    assert outcome.seconds < 5
    _until(lambda: _idle(_zygote(sandbox)))


def test_interpreter_that_cannot_start_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SandboxError, match="the sandbox did not start"):
        Runner(WarmSandbox()).run(MODEL)


def test_doctor_names_every_layer() -> None:
    lines = {line.layer: line for line in doctor.doctor()}
    assert set(lines) >= {"landlock", "seccomp", "namespaces", "user", "rlimits", "HiGHS", "SCIP"}
    assert all(line.detail for line in lines.values())
    assert lines["rlimits"].in_force
    assert lines["programs of unknown origin"].in_force == (lines["landlock"].in_force and lines["seccomp"].in_force)


def test_stale_scratch_directories_are_swept(temporary: Path) -> None:
    stale = temporary / "optwright-scratch-dead"
    stale.mkdir()
    (stale / ".lock").touch()
    sandbox = WarmSandbox(("namespaces",))
    try:
        assert sandbox.layers
        assert not stale.exists()
    finally:
        sandbox.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("without", MODES.values(), ids=MODES)
def test_works_as_an_ordinary_user(without: tuple[str, ...]) -> None:
    """A copy of the package under another user; where that user cannot reach this interpreter, under the system's."""
    python = _python_for_others()
    home = Path(tempfile.mkdtemp(prefix="optwright-user-"))
    try:
        shutil.copytree(ROOT / "optwright", home / "optwright", ignore=shutil.ignore_patterns("__pycache__"))
        for path in (home, *home.rglob("*")):
            path.chmod(0o755)
        paths = [path for path in libraries()[1:] if path != str(ROOT)]
        code = (
            f"import sys; sys.path[:0] = [{str(home)!r}]; sys.path += {paths!r}\n"
            "from optwright.solvers.runner import Runner\nfrom optwright.solvers.warm import WarmSandbox\nimport os\n"
            f"runner = Runner(WarmSandbox({without!r}))\n"
            f"outcome = runner.run({MODEL!r} + 'import os; print(os.getuid())')\n"
            "look = runner.run(\"import os\\nprint(os.listdir('/'))\\n# model\")\n"
            "print(os.getuid(), outcome.objective, outcome.stdout.strip(), outcome.isolation, look.failure, sep='|')\n"
        )
        done = subprocess.run(
            [python, "-c", code],
            user=54321,
            group=54321,
            extra_groups=[],
            cwd="/",
            env={"HOME": "/nonexistent"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        user, objective, inside, isolation, failure = done.stdout.strip().split("|")
        assert (user, float(objective), inside, failure) == ("54321", 10.0, "54321", "forbidden")
        assert set(isolation.split("+")) >= ENOUGH
        assert not (without and "namespaces" in isolation)
    finally:
        shutil.rmtree(home)


def _python_for_others() -> str:
    """Return an interpreter of this version that another user can run with these libraries, or skip."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, shutil.which(version, path="/usr/local/bin:/usr/bin")):
        if candidate is None:
            continue
        code = f"import sys; sys.path += {libraries()[1:]!r}; import numpy, pyomo, highspy, pyscipopt"
        try:
            done = subprocess.run(
                [candidate, "-c", code], user=54321, group=54321, extra_groups=[], cwd="/", capture_output=True
            )
        except PermissionError:
            continue
        if done.returncode == 0:
            return candidate
    pytest.skip("no interpreter of this version that another user can run")


def test_filters_are_complete_for_both_machines() -> None:
    for machine in ("x86_64", "aarch64"):
        program = seccomp.build(machine, 4711)
        assert len(program) % 8 == 0
        assert len(program) // 8 < 4096
        assert (4711).to_bytes(4, "little") in program
        assert seccomp.build(machine, 4712) != program


def test_filter_jumps_stay_inside() -> None:
    for machine in ("x86_64", "aarch64"):
        program = seccomp.build(machine, 1)
        count = len(program) // 8
        for at in range(count):
            code, yes, no = program[8 * at], program[8 * at + 2], program[8 * at + 3]
            if code & 0x07 == 0x05:
                assert at + 1 + max(yes, no) < count
        assert program[-8] == 0x06


def test_landlock_knows_its_version() -> None:
    assert landlock.abi() >= 0


@pytest.mark.parametrize(
    "record", [b"", b"\0" * 11, b"\xff" * 40, wire.pack({"a": 1}, b"xyz")[:-1], wire.pack({}) + b"more"]
)
def test_broken_record_is_a_wire_error(record: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.unpack(record)


def test_record_returns() -> None:
    assert wire.unpack(wire.pack({"a": [1, None, "ü"]}, b"\0body")) == ({"a": [1, None, "ü"]}, b"\0body")
    with pytest.raises(ValueError, match="JSON"):
        wire.pack({"a": float("nan")})


def _zygote(sandbox: WarmSandbox) -> int:
    assert sandbox._process is not None
    return sandbox._process.pid


def _alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _idle(zygote: int) -> bool:
    """Whether the zygote has nothing but spare keepers, which have no child."""
    keepers = _children(zygote)
    return len(keepers) <= 2 and not any(_children(keeper) for keeper in keepers)


def _descendants(pid: int) -> list[int]:
    found = _children(pid)
    return found + [deeper for child in found for deeper in _descendants(child)]


def _until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)

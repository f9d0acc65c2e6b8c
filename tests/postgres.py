"""A real PostgreSQL server for tests: started when first needed, one for each worker, on a free port of 127.0.0.1.

Use the fixtures by importing them: `from tests.postgres import database, postgres  # noqa: F401`. Skips where no server
is installed (Debian: `postgresql`).
"""

import getpass
import glob
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

_numbers = itertools.count()


def _binaries() -> Path | None:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres")) or [shutil.which("postgres") or ""]
    return Path(found[-1]).parent if found[-1] else None


def _owner() -> str:
    """The server refuses to run as root; Debian's package brings a user for it."""
    return "postgres" if os.geteuid() == 0 else getpass.getuser()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    def __init__(self, binaries: Path, folder: Path):
        self.binaries, self.folder, self.port = binaries, folder, _free_port()
        owner = _owner()
        account = pwd.getpwnam(owner)
        os.chmod(folder, 0o755)
        (folder / "data").mkdir()
        os.chown(folder / "data", account.pw_uid, account.pw_gid)
        self.run = {"user": owner, "cwd": "/", "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}}
        if os.geteuid() != 0:
            del self.run["user"]
        initdb = [binaries / "initdb", "-D", folder / "data", "-A", "trust", "-U", "tests", "--no-sync", "-E", "UTF8"]
        subprocess.run(initdb, check=True, capture_output=True, timeout=120, **self.run)
        options = ["-p", str(self.port), "-h", "127.0.0.1", "-k", "", "-F", "-c", "max_connections=200"]
        self.log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *options], stdout=self.log, stderr=self.log, **self.run
        )
        self._await()

    def _await(self) -> None:
        deadline = time.monotonic() + 120
        ready = [self.binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tests"]
        while subprocess.run(ready, timeout=60).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.1)

    def database(self) -> str:
        """Make an empty database; return its URL."""
        name = f"test{next(_numbers)}"
        make = [self.binaries / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tests", name]
        subprocess.run(make, check=True, capture_output=True, timeout=120)
        return f"postgresql://tests@127.0.0.1:{self.port}/{name}"

    def close(self) -> None:
        self.process.send_signal(signal.SIGINT)  # a fast shutdown: it ends the sessions that are left
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


@pytest.fixture(scope="session")
def postgres():
    """The server; skips where none is installed."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="optwright-postgres-"))
    server = Server(binaries, folder)
    yield server
    server.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(postgres):
    """The URL of an empty database."""
    return postgres.database()

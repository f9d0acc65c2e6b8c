"""A server that runs: started, waited for until it is healthy, watched, and ended with everything it started."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from optwright.errors import InputError, LLMError
from optwright.serving import failure
from optwright.serving.backend import Backend
from optwright.serving.launch import Launch

GRACE = 15.0
"""Seconds that a server has to end by itself."""
_LIFELINE = Path(__file__).with_name("lifeline.py")
_PHASES = (
    (r"Starting vLLM server|Uvicorn running on|Application startup complete", "opening its port"),
    (r"KV cache size|init engine \(", "preparing the cache"),
    (r"Loading weights took|Capturing CUDA graphs", "preparing the engine"),
    (r"Starting to load model|Loading safetensors|Loading checkpoint|Loading weights", "loading the weights"),
    (r"Downloading |Fetching \d+ files", "downloading the model"),
    (r"Initializing a V\d LLM engine", "starting the workers"),
    (r"Resolved architecture", "starting the engine"),
)


@dataclass(frozen=True, slots=True)
class Progress:
    """What a server that starts is doing."""

    seconds: float
    phase: str


class Server:
    """One server process. A context manager: leaving it ends the server, its process group and its descendants.

    It also ends when this process does, whatever the way (`lifeline`). Its output goes to `log`, whose predecessor is
    kept as `LOG.1`.
    """

    def __init__(self, launch: Launch, log: Path) -> None:
        self.launch = launch
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it. Raises InputError when the log cannot be written."""
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            if self.log.exists():
                self.log.replace(f"{self.log}.1")
            output = self.log.open("wb")
        except OSError as error:
            raise InputError(f"{self.log}: cannot be written ({error.strerror}); give another by --log") from None
        with output:
            command = [sys.executable, "-I", str(_LIFELINE), str(GRACE), *self.launch.command]
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(self.launch.environment),
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.stop()

    def stop(self) -> None:
        """End the server and all that it started; returns when nothing of it is left. A second call does nothing.

        An interrupt while waiting skips the seconds of grace, and is raised when all is over.
        """
        process = self._process
        if process is None:
            return
        interrupted: KeyboardInterrupt | None = None
        while process.poll() is None:
            try:
                process.send_signal(signal.SIGTERM)
                process.wait()
            except KeyboardInterrupt as again:
                interrupted = again
        if process.stdin is not None:
            process.stdin.close()
        if interrupted is not None:
            raise interrupted

    @property
    def code(self) -> int | None:
        """The exit code, 128 + N for signal N; None while it runs."""
        return self._process.poll() if self._process is not None else None

    def wait_until_healthy(self, seconds: float, tell: Callable[[Progress], None] = lambda progress: None) -> float:
        """Wait until it answers and has its models; return the seconds that took. `tell` hears twice a second.

        Raises LLMError, one line with the reason, when it ends or the time is over.
        """
        start = time.monotonic()
        while True:
            passed = time.monotonic() - start
            if self.code is not None:
                raise LLMError(f"the server ended while starting: {self._reason()} (log: {self.log})")
            if self._get("/health") is not None and self._has_models():
                return time.monotonic() - start
            if passed > seconds:
                line = f"the server was not ready after {seconds:.0f} s, while {self._phase()}"
                raise LLMError(f"{line}; give it longer by --start-timeout (log: {self.log})")
            tell(Progress(passed, self._phase()))
            time.sleep(0.5)

    def watch(self) -> None:
        """Return never: raises LLMError with the reason when the server ends by itself."""
        assert self._process is not None
        self._process.wait()
        raise LLMError(f"the server ended: {self._reason()} (log: {self.log})")

    def context(self) -> int | None:
        """Return the tokens that a request and its reply may have together, where the server tells."""
        try:
            return int((self._models() or {})["data"][0]["max_model_len"])
        except (KeyError, IndexError, TypeError, ValueError):
            return None

    def tail(self) -> str:
        """Return the end of the log, for a person."""
        return failure.tail(failure.read_end(self.log))

    def _reason(self) -> str:
        return failure.reason(failure.read_end(self.log), self.code, self.log.parent)

    def _phase(self) -> str:
        log = failure.read_end(self.log)
        return next((phase for pattern, phase in _PHASES if re.search(pattern, log)), "importing")

    def _has_models(self) -> bool:
        """Whether it lists what it was to serve. A server that wants a key or lists nothing is taken at its word.

        `transformers serve` lists the hub's cache, never the model that it was started with.
        """
        if self.launch.backend is Backend.TRANSFORMERS:
            return True
        listed = self._models()
        if not listed or not listed.get("data"):
            return True
        return self.launch.names[0] in {str(entry.get("id")) for entry in listed["data"]}

    def _models(self) -> dict[str, Any] | None:
        body = self._get("/v1/models")
        try:
            data = json.loads(body or b"null")
        except ValueError:
            return None
        return data if isinstance(data, dict) else None

    def _get(self, path: str) -> bytes | None:
        """Return a body, or None where there was no good answer."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # this machine, whatever proxy is set
        try:
            with opener.open(f"{self.launch.address.root}{path}", timeout=5) as reply:
                return bytes(reply.read())
        except (OSError, urllib.error.URLError, http.client.HTTPException):
            return None


def default_log(launch: Launch, environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the log goes: in the user's cache, one for each model and port."""
    cache = environment.get("XDG_CACHE_HOME") or Path(environment.get("HOME") or Path.home()) / ".cache"
    name = re.sub(r"[^\w.-]+", "-", Path(launch.names[-1]).name).strip("-.")
    return Path(cache) / "optwright" / "serve" / f"{name}-{launch.address.port}.log"

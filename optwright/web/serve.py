"""Starting the app: which model, which store, which address; and an end that loses nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from optwright.agent import models
from optwright.agent.solve import Settings
from optwright.config import Config, load, user_config_file
from optwright.errors import ConfigError, InputError
from optwright.web.desk import Desk, Limits
from optwright.web.markup import plain
from optwright.web.rights import LOOPBACK, Rights
from optwright.web.upload import UPLOAD
from optwright.web.users import Users

if TYPE_CHECKING:
    import gradio as gr


@dataclass(frozen=True, slots=True)
class Serving:
    """How the app is served."""

    host: str = "127.0.0.1"
    port: int = 7860
    """0: any that is free."""
    store: str | None = None
    """A folder or .sqlite file, or a postgresql:// URL; by default the user's own data folder."""
    auth: Path | None = None
    """A file with one USER:PASSWORD a line; None lets everybody in who reaches the address."""
    share: bool = False
    """Whether Gradio opens a public tunnel."""
    limits: Limits = field(default_factory=Limits)
    learn: bool = False
    """Whether what users say of answers is kept in the library, and whether it may be edited."""
    editors: tuple[str, ...] = ()
    """The users who may edit it; where nobody signs in, whoever sits at this machine may."""


@contextmanager
def serving(given: Serving, config: Config | None = None) -> Iterator[str]:
    """Serve the app in the background until the block ends; yields its URL.

    Raises InputError or ConfigError, one line, for an address, file or store that cannot be used.
    """
    config = config or load().config
    users = Users.read(given.auth) if given.auth else None
    rights = rights_of(given, users, config)
    store = given.store or str(default_store())
    desk = Desk(store, model=models.resolve(config), settings=Settings.of(config), limits=given.limits)
    with desk.reading(Desk.new(), ""):
        pass  # a store that cannot be used is found out now, not by the first visitor
    folder = Path(tempfile.mkdtemp(prefix="optwright-app-"))
    try:
        with _environment(folder):
            page = _page(desk, folder, config, rights)
            yield _launch(page, given, users, folder)
            page.close(verbose=False)
    finally:
        desk.close()
        shutil.rmtree(folder, ignore_errors=True)


def run(given: Serving, config: Config | None = None) -> None:
    """Serve the app until interrupted. Raises like `serving`."""
    with serving(given, config) as url:
        print(f"Optwright is at {url} (Ctrl+C ends it)", flush=True)
        threading.Event().wait()


def rights_of(given: Serving, users: Users | None, config: Config) -> Rights:
    """Return who may change the library. Raises ConfigError where that would be anybody who reaches the address."""
    if given.learn and config.library.place is None:
        raise ConfigError("--learn needs a library; give --library FILE or set OPTWRIGHT_LIBRARY")
    if given.editors and not (given.learn and users):
        raise ConfigError(
            "--editor names users of --auth FILE who may edit the library; it needs both --auth and --learn"
        )
    if unknown := sorted(set(given.editors) - (users.names if users else frozenset())):
        raise ConfigError(f"--editor {unknown[0]}: there is no such user in {given.auth}")
    if given.learn and users is None and (given.share or given.host not in LOOPBACK):
        where = "through a public tunnel" if given.share else f"at {given.host}"
        raise ConfigError(
            f"--learn {where} would let anybody write into the library; add --auth FILE, and --editor NAME"
        )
    return Rights(given.learn, users is not None, frozenset(given.editors))


def default_store() -> Path:
    """Return where conversations are kept unless told otherwise: beside the user's settings."""
    return user_config_file(os.environ).parent / "conversations.sqlite"


def who_answers(config: Config) -> str:
    """Say in one line which model answers and what leaves this machine."""
    if not models.configured(config):
        return (
            "Answered by the **offline reader**, a fallback for short textbook problems: no language model is "
            "configured. Nothing leaves this machine."
        )
    host = urlsplit(config.llm.base_url or "https://api.openai.com").hostname or ""
    name = plain(config.llm.model or "the server's model")
    if host in LOOPBACK:
        return f"Answered by **{name}** on this machine. Nothing leaves it."
    return (
        f"Answered by **{name}** at **{plain(host)}**. Your words, and of each table the column names and first rows, "
        "are sent there; solving happens on this machine."
    )


@contextmanager
def _environment(folder: Path) -> Iterator[None]:
    """Keep Gradio's files in a private folder and its reports at home; it reads both from the environment."""
    wanted = {"GRADIO_TEMP_DIR": str(folder), "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def _page(desk: Desk, folder: Path, config: Config, rights: Rights) -> gr.Blocks:
    try:
        from optwright.web.page import build
    except ImportError as error:
        line = f"the app needs {error.name or 'gradio'}, which is not installed; run: pip install 'optwright[app]'"
        raise ConfigError(line) from None
    from optwright.web.files import Files

    library = desk.settings.shelf.library if desk.settings.shelf is not None else None
    return build(desk, Files(folder / "exports"), who=who_answers(config), library=library, rights=rights)


def _launch(page: gr.Blocks, given: Serving, users: Users | None, folder: Path) -> str:
    from starlette.middleware import Middleware

    from optwright.web.guard import Guard
    from optwright.web.look import CSS, START, theme

    options: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}
    options["middleware"] = [Middleware(Guard, most=UPLOAD.file + 2**20)]
    page.queue(max_size=1_000, api_open=False)
    try:
        _, local, shared = page.launch(
            server_name=given.host,
            server_port=given.port or _free_port(given.host),
            share=given.share,
            auth=users.admit if users else None,  # it may be a coroutine, says the code
            auth_message="Sign in to Optwright" if users else None,
            prevent_thread_lock=True,
            show_error=False,
            quiet=True,
            footer_links=[],
            run_history=False,
            allowed_paths=[],
            app_kwargs=options,
            max_file_size=UPLOAD.file,
            state_session_capacity=given.limits.pages,
            enable_monitoring=False,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            theme=theme(),
            css=CSS,
            js=START,
        )
    except OSError as error:
        line = f"cannot serve at {given.host}:{given.port}: {error}; choose another --port"
        raise InputError(" ".join(line.split())) from None
    return str(shared or local)


def _free_port(host: str) -> int:
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])

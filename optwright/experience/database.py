"""The connection to a library's database: dialects, transactions, migrations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError

from optwright.errors import ConfigError, InputError, LibraryError

T = TypeVar("T")
_PATIENCE = 60
"""Seconds that a writer waits for the others."""
_LOCK = 7_234_001
"""PostgreSQL's advisory lock under which migrations run."""


class Database:
    """One library's database. Safe for threads; in a forked process the connections are opened anew."""

    def __init__(self, place: str | Path) -> None:
        self.url = _url(place)
        _make_folder(self.url)
        self.engine = _engine(self.url)
        with self._named():
            self._migrate()

    @property
    def sqlite(self) -> bool:
        """Whether this is SQLite; PostgreSQL otherwise."""
        return self.engine.dialect.name == "sqlite"

    @property
    def place(self) -> str:
        """A file's whole path or the URL without its password: for messages, and to open the library again."""
        return _told(self.url)

    @property
    def secret(self) -> bool:
        """Whether its URL holds a password, which `place` leaves out."""
        return self.url.password is not None or "password" in self.url.query

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection that sees one state of the library throughout."""
        options = {"reads": True} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        with self._named(), self.engine.connect().execution_options(**options) as connection:
            yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do the work in one transaction: all of it is kept or, when it raises, nothing.

        One that PostgreSQL gives up for another's sake is begun again, so `work` has no effects elsewhere.
        """
        for attempt in range(8):
            try:
                with self._named(), self.engine.begin() as connection:
                    return work(connection)
            except _Again:
                if attempt == 7:
                    raise LibraryError(f"{self.place}: too many writers at once; try again") from None
        raise AssertionError

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) in ("40001", "40P01"):
                raise _Again from error
            raise LibraryError(f"{self.place}: {_first_line(error)}; check the path or the server") from error
        except DBAPIError as error:
            raise LibraryError(f"{self.place}: {_first_line(error)}; is it a library of Optwright?") from error

    def _migrate(self) -> None:
        """Bring the tables to the newest version; one process at a time does it, the others wait."""
        config = AlembicConfig()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        head = ScriptDirectory.from_config(config).get_current_head()
        with self.engine.connect().execution_options(reads=True) as connection:
            if MigrationContext.configure(connection).get_current_revision() == head:
                return
        with self.engine.begin() as connection:
            if not self.sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            found = MigrationContext.configure(connection).get_current_revision()
            known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
            if found is not None and found not in known:
                raise InputError(f"{self.place}: made by a newer version ({found}); update optwright")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


class _Again(Exception):
    """The database asks to begin the transaction anew."""


def exists(place: str | Path) -> bool:
    """Whether something lies there; of a server that is not asked. For commands that read, and should make no file."""
    url = _url(place)
    return url.get_backend_name() != "sqlite" or not url.database or Path(url.database).exists()


def place_of(place: str | Path) -> str:
    """Return the place by which a library is known again: `Database.place`, without opening anything."""
    return _told(_url(place))


def insert(connection: Connection, table: sa.Table) -> Any:
    """Return an INSERT that leaves out what is there already."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing()


def insert_new(connection: Connection, table: sa.Table, values: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows that are not there yet."""
    if values:
        connection.execute(insert(connection, table), [dict(row) for row in values])


def _url(place: str | Path) -> sa.URL:
    text = str(place)
    if "://" not in text:
        path = Path(text).expanduser()
        if path.is_dir():
            raise InputError(f"{path} is a folder; name the library's file, such as {path / 'library.db'}")
        return sa.URL.create("sqlite", database=str(path))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ConfigError(
            "the library is no database URL; write a file's path or postgresql://USER@HOST/NAME"
        ) from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        return url
    raise ConfigError(f"a library lives in SQLite or PostgreSQL, not in {url.get_backend_name()}")


def _told(url: sa.URL) -> str:
    if url.get_backend_name() == "sqlite" and url.database and not url.query:
        return str(Path(url.database).resolve())
    query = {name: value for name, value in url.query.items() if name != "password"}
    plain = url._replace(drivername=url.get_backend_name(), password=None)
    return plain.set(query=query).render_as_string()


def _make_folder(url: sa.URL) -> None:
    if url.get_backend_name() == "sqlite" and url.database:
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{url.database}: the folder cannot be made ({error.strerror})") from error


def _engine(url: sa.URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        try:
            return sa.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
        except ModuleNotFoundError:
            raise ConfigError("PostgreSQL needs a driver: pip install 'optwright[postgres]'") from None
    engine = sa.create_engine(url, connect_args={"timeout": _PATIENCE})

    @sa.event.listens_for(engine, "connect")
    def _settle(connection: object, _record: object) -> None:
        # Transactions are begun below: sqlite3 itself would take the write lock too late.
        connection.isolation_level = None  # type: ignore[attr-defined]
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for pragma in (f"busy_timeout = {1000 * _PATIENCE}", "foreign_keys = ON", "journal_mode = WAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if not _reads(connection) else "BEGIN")

    return engine


def _reads(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("reads"))


def _first_line(error: SQLAlchemyError) -> str:
    text = str(getattr(error, "orig", None) or error).strip()
    return text.splitlines()[0] if text else type(error).__name__

"""A canary's song: all that was told to anybody, by where, and what of it holds a secret."""

from __future__ import annotations

import io
import json
import logging
import pprint
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import text

from designer_kernel.errors import DesignerError
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.studio.team.team import Team

_HERE = Path(__file__).parent


class Told:
    """All that was told to anybody, by where."""

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}

    def add(self, where: str, *things: object) -> None:
        """Keep things as every way to show them does."""
        shown = [f(thing) for thing in things for f in (repr, str, pprint.pformat, _as_json)]
        self.parts[where] = self.parts.get(where, "") + "\n".join(shown)

    def holding(self, word: str) -> list[str]:
        """Return where a word is held, as it is, in base64, in hex, percent-encoded or escaped."""
        spellings = {
            word,
            word.encode().hex(),
            b64encode(word.encode()).decode().rstrip("=")[:-1],
            quote(word, safe=""),
            json.dumps(word)[1:-1],
        }
        return [where for where, part in self.parts.items() if any(each in part for each in spellings)]


def _as_json(thing: object) -> str:
    if isinstance(thing, DesignerError):
        return json.dumps(thing.as_dict(), default=repr)
    if hasattr(thing, "__dataclass_fields__"):
        return json.dumps(asdict(thing), default=repr)  # type: ignore[call-overload]
    return json.dumps(thing, default=lambda each: repr(getattr(each, "__dict__", each)))


class _Whole(logging.Formatter):
    """Formats all that a record holds, more than any handler would show."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{super().format(record)} {record.__dict__!r}"


@contextmanager
def all_logs() -> Iterator[io.StringIO]:
    """Yield everything that any logger says meanwhile, however quietly; but for those of whoever asks."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(_Whole())
    names = ["", "sqlalchemy.engine", "sqlalchemy.pool", "psycopg", "designer_kernel", "designer_kernel.api"]
    askers = ["httpx", "httpcore"]
    levels = {name: logging.getLogger(name).level for name in names + askers}
    for name in levels:
        logging.getLogger(name).setLevel(logging.CRITICAL if name in askers else logging.DEBUG)
    logging.getLogger().addHandler(handler)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def failed(told: Told, where: str, work: Callable[[], object], *, locals_too: bool = True) -> None:
    """Keep what an error shows: with the variables of all frames but those of tests."""
    try:
        work()
    except Exception as error:
        told.add(where, error, "".join(traceback.format_exception(error)))
        shown = traceback.TracebackException.from_exception(error, capture_locals=locals_too)
        shown.stack[:] = [frame for frame in shown.stack if not Path(frame.filename).is_relative_to(_HERE)]
        told.add(f"{where}: local variables", "".join(shown.format()))
        chain = error.__context__
        while chain is not None:
            told.add(where, chain, *chain.args)
            chain = chain.__context__
    else:
        pytest.fail(f"{where} did not fail")


def whole_store(team: Team) -> str:
    """Return all rows of all tables of the store, as text and as the bytes that they are."""
    parts = []
    with team.store.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'designer'")).all()
        for table in tables:
            for form in ("TEXT", "BINARY"):
                query = psycopg.sql.SQL("COPY designer.{} TO STDOUT (FORMAT {})").format(
                    psycopg.sql.Identifier(table), psycopg.sql.SQL(form)  # type: ignore[arg-type]
                )  # fmt: skip
                with driver.cursor().copy(query) as rows:
                    parts.append(b"".join(bytes(row) for row in rows).decode("latin-1"))
    assert len(parts) > 10
    return "\n".join(parts)


def logs_of_server(told: Told, server: EmbeddedServer) -> None:
    """Keep what a server wrote to its own log."""
    for log in Path(server.data_directory).rglob("*log*"):
        if log.is_file() and log.stat().st_size < 50_000_000 and "pg_wal" not in str(log):
            told.add("the server's log", log.read_bytes().decode("latin-1"))
    assert "the server's log" in told.parts

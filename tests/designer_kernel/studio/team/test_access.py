"""Sessions of connections: their mode holds against what is sent, their limits too, and trials tell no secret."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest

from designer_kernel.errors import InvalidSql, StatementFailed
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.connection import parse as parse_url
from designer_kernel.studio.team.access import Access, ConnectionFailed
from designer_kernel.studio.team.addresses import parse
from designer_kernel.studio.team.reach import Reach

HOME = Reach(is_local=True)


@pytest.fixture
def table(database_url: str) -> Callable[[], int]:
    """A table; the call counts its rows."""
    with connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE notes (id int)")

    def count() -> int:
        with connect(database_url) as connection:
            row = connection.execute("SELECT count(*) FROM notes").fetchone()
            assert row is not None
            return int(row[0])

    return count


def access(url: str, mode: str = "read-only") -> Access:
    return Access(parse(url), HOME, mode)  # type: ignore[arg-type]


WRITING = (
    "INSERT INTO notes VALUES (1)", "COMMIT; INSERT INTO notes VALUES (1)", "COMMIT", "BEGIN READ WRITE",
    "SET TRANSACTION READ WRITE", "SET default_transaction_read_only = off",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE", "ROLLBACK; INSERT INTO notes VALUES (1)",
    "WITH x AS (INSERT INTO notes VALUES (1) RETURNING id) SELECT * FROM x", "SELECT * INTO more FROM notes",
    "SELECT 1; INSERT INTO notes VALUES (1)", "EXPLAIN ANALYZE INSERT INTO notes VALUES (1)",
    "DO $$ BEGIN COMMIT; INSERT INTO notes VALUES (1); END $$", "COPY notes FROM PROGRAM 'echo 1'",
    "SELECT set_config('transaction_read_only', 'off', true)",
)  # fmt: skip


@pytest.mark.parametrize("mode", ["read-only", "read-write"])
def test_no_query_writes(database_url: str, table: Callable[[], int], mode: str) -> None:
    opened = access(database_url, mode)
    for sql in WRITING:
        with pytest.raises((InvalidSql, StatementFailed)):
            opened.query(sql)
    opened.query("SELECT set_config('default_transaction_read_only', 'off', false)")  # of its own session, which ends
    with pytest.raises((InvalidSql, StatementFailed)):
        opened.query("INSERT INTO notes VALUES (1)")
    assert table() == 0


def test_a_session_for_reading_starts_every_transaction_so(database_url: str, table: Callable[[], int]) -> None:
    with access(database_url).session() as connection:
        for sql in ("INSERT INTO notes VALUES (1)", "COMMIT; INSERT INTO notes VALUES (1)", "SELECT 1; SELECT 2"):
            with pytest.raises((psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.SyntaxError)):
                connection.execute(sql)  # type: ignore[call-overload]
            connection.rollback()
        connection.execute("SET default_transaction_read_only = off")
        connection.commit()
        connection.execute("COMMIT")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("INSERT INTO notes VALUES (1)")
    assert table() == 0


def test_a_session_for_writing_writes_what_is_committed(database_url: str, table: Callable[[], int]) -> None:
    with access(database_url, "read-write").session() as connection:
        connection.execute("INSERT INTO notes VALUES (1)")
        connection.commit()
        connection.execute("INSERT INTO notes VALUES (2)")
    assert table() == 1
    assert list(access(database_url).query("SELECT id FROM notes")["id"]) == [1]


def test_statements_end_in_time(database_url: str) -> None:
    with access(database_url).session(statement_ms=50) as connection:
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(5)")
        connection.rollback()
        shown = connection.execute("SELECT current_setting('lock_timeout')").fetchone()
        assert shown == ("5s",)
    with pytest.raises(StatementFailed):
        access(database_url).query("SELECT pg_sleep(5)", timeout_ms=50)


def test_a_trial_tells_the_version_and_what_a_strong_role_may_do(database_url: str) -> None:
    tried = access(database_url).tried()
    assert tried.is_ok
    assert tried.version.startswith("18")
    assert "its role is a superuser" in tried.warnings
    with connect(database_url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS meek_reader")
        connection.execute("CREATE ROLE meek_reader LOGIN")
    try:
        weak = parse(database_url)
        weak.parameters["user"] = "meek_reader"
        assert Access(weak, HOME, "read-only").tried().warnings == ()
    finally:
        with connect(database_url, autocommit=True) as connection:
            connection.execute("DROP ROLE meek_reader")


@pytest.mark.older
def test_an_older_server_is_tried_too(older_url: str) -> None:
    tried = access(older_url).tried()
    assert tried.is_ok
    with access(older_url).session() as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("CREATE TABLE x ()")


def test_failed_trials_tell_why_and_nothing_of_where_or_who(database_url: str) -> None:
    home = str(parse_url(database_url)["host"])
    for uri, why in (
        ("postgresql://h1dden_user:c4nary@127.0.0.1:1/h1dden_base", "no server listens"),
        (f"postgresql://h1dden_user:c4nary@/h1dden_base?host={home}", "refuses the log-in"),
        (f"postgresql://postgres:c4nary@/h1dden_base?host={home}", "no such database"),
        ("postgresql://h1dden_user:c4nary@/h1dden_base?host=/h1dden", "no server listens"),
        ("postgresql://h1dden_user:c4nary@h1dden.invalid/h1dden_base", "no address"),
    ):
        tried = access(uri).tried()
        assert not tried.is_ok
        assert why in tried.error
        assert tried.mend
        assert not [word for word in ("h1dden", "c4nary", "127.0.0.1", home) if word in repr(tried)]


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Let each connection to a port of this machine be answered; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(line,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def test_a_server_that_says_nothing_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("designer_kernel.studio.team.access._TRIAL_SECONDS", 2.0)
    with listening(lambda line: threading.Event().wait(20)) as port:
        tried = access(f"postgresql://u@127.0.0.1:{port}/d?connect_timeout=60&sslmode=disable").tried()
    assert not tried.is_ok
    assert tried.error == "the server did not answer in time"
    assert tried.milliseconds < 15_000


def message(kind: bytes, body: bytes, claims: int | None = None) -> bytes:
    """Return a message of PostgreSQL's protocol."""
    return kind + struct.pack("!I", (claims or len(body)) + 4) + body


WELCOME = message(b"R", struct.pack("!I", 0))
READY = WELCOME + message(b"S", b"server_version\x0018.0\0") + message(b"Z", b"I")


@pytest.mark.parametrize(
    ("greeting", "flood"),
    [
        (WELCOME + message(b"N", b"SNOTICE\0M", 900 << 20), b"x" * (1 << 16)),
        (WELCOME + message(b"E", b"SERROR\0M", 900 << 20), b"x" * (1 << 16)),
        (WELCOME, message(b"N", b"SNOTICE\0Mmore\0\0") * 2_000),
        (WELCOME, b"".join(message(b"S", b"s%04d\0" % n + b"x" * 9_000 + b"\0") for n in range(100))),
        (READY, message(b"N", b"SNOTICE\0Mmore\0\0") * 2_000),
        (READY + message(b"E", b"SERROR\0C42601\0M", 900 << 20), b"x" * (1 << 16)),
    ],
    ids=["a notice", "an error", "notices", "settings", "notices later", "an error later"],
)
def test_a_server_that_sends_without_end_is_left(greeting: bytes, flood: bytes) -> None:
    sent = [0]
    most = 512 << 20

    def answer(line: socket.socket) -> None:
        with line, suppress(OSError):
            line.recv(10_000)
            line.sendall(greeting)
            while sent[0] < most:
                line.sendall(flood)
                sent[0] += len(flood)

    with listening(answer) as port:
        tried = access(f"postgresql://u@127.0.0.1:{port}/d?sslmode=disable").tried()
    assert not tried.is_ok
    assert tried.error == "the server sends more than PostgreSQL does"
    assert sent[0] < most / 2
    assert "x" * 10 not in repr(tried)


def tunnel(path: str) -> Callable[[socket.socket], None]:
    """Return what passes bytes on to the socket of a server and back."""

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)

    def answer(line: socket.socket) -> None:
        with line, socket.socket(socket.AF_UNIX) as server:
            server.connect(path)
            back = threading.Thread(target=pass_on, args=(server, line), daemon=True)
            back.start()
            pass_on(line, server)
            back.join()

    return answer


def test_a_name_is_resolved_once_and_pinned(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers otherwise the second time leads nowhere else."""
    from ipaddress import ip_network

    parameters = parse_url(database_url)
    answers = [["127.0.0.1"], ["10.9.9.9"]]
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, port, **_: [(socket.AF_INET, 1, 6, "", (answers.pop(0)[0], port))]
    )
    monkeypatch.setenv("PGPASSWORD", "the servers own")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=lent")
    reach = Reach(networks=(ip_network("127.0.0.0/8"),))
    path = f"{parameters['host']}/.s.PGSQL.{parameters.get('port', 5432)}"
    with listening(tunnel(path)) as port:
        uri = f"postgresql://{parameters['user']}@rebind.example.org:{port}/{parameters['dbname']}?sslmode=disable"
        with Access(parse(uri), reach, "read-only").session() as connection:
            assert connection.info.hostaddr == "127.0.0.1"
            assert connection.info.host == "rebind.example.org"
            assert connection.info.password == ""
            assert connection.execute("SHOW search_path").fetchone() != ("lent",)
    assert len(answers) == 1
    with pytest.raises(Exception, match="private addresses"), Access(parse(uri), reach, "read-only").session():
        pass


def test_what_opens_databases_is_not_copied_or_shown(database_url: str) -> None:
    import pickle

    opened = access("postgresql://u:c4nary@h1dden/d")
    assert repr(opened) == "Access(read-only)"
    with pytest.raises(TypeError):
        pickle.dumps(opened)
    with pytest.raises(ConnectionFailed) as caught, opened.session():
        pass
    assert caught.value.__context__ is None

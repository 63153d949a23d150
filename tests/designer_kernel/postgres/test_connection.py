"""URLs: what is taken, what is refused, and that no error tells a password."""

from __future__ import annotations

import threading
import traceback

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from designer_kernel.errors import ServerUnavailable
from designer_kernel.postgres.connection import connect, parse, redact, to_url

CANARY = "c4nary"


def test_all_spellings_of_the_scheme_connect(database_url):
    rest = database_url.removeprefix("postgresql://")
    for scheme in ("postgresql://", "postgres://", "postgresql+psycopg://"):
        with connect(scheme + rest) as connection:
            assert connection.execute("SELECT current_setting('application_name')").fetchone() == ("schema-designer",)


def test_options_of_a_connection_are_set(database_url):
    with connect(database_url, read_only=True, statement_timeout_ms=50, application_name="x") as connection:
        shown = connection.execute(
            "SELECT current_setting('application_name'), current_setting('transaction_read_only')"
        ).fetchone()
        assert shown == ("x", "on")
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(5)")
    with connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept ()")
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE


@pytest.mark.parametrize(
    "query",
    [
        "service=x", "passfile=/etc/passwd", "sslkeylogfile=/tmp/keys", "options=-c%20role%3Dx", "sslkey=/k",
        "sslcert=/c", "sslrootcert=/c", "hostaddr=169.254.169.254", "krbsrvname=x", "servicefile=/x", "requirepeer=x",
        "replication=true",
        "service%66ile=/x", "host=a,b", "port=1,2", "load_balance_hosts=random", "nonsense=1",
    ],
)  # fmt: skip
def test_parameters_that_reach_further_are_refused(query):
    with pytest.raises(ServerUnavailable) as caught:
        parse(f"postgresql://u:{CANARY}@localhost/db?{query}")
    assert caught.value.mend
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:c4nary@h/db", "http://u:c4nary@h", "postgresql:/u:c4nary@h",
        "postgresql://u:c4n%zzary@h/db", "postgresql://u:c4n/ary@h/db", "postgresql://u:c4nary@h/d%ff", "postgresql://u:x@c4nary@h/d",
        "postgresql://u:c4nary@[h/db", "postgresql://u:c4nary@h:port/db", "postgresql://u@h/db?password=c4nary&x=1",
        "postgresql://u@h/db?p%61ssword=c4nary&service=1", "postgresql://u:c4nary@h/host%3Dother",
        "postgresql://u:c4nary@h/postgresql%3A%2F%2Fother", "postgresql://u:c4nary@h/a%0Ab",
    ],
)  # fmt: skip
def test_broken_urls_are_refused_without_their_password(url):
    with pytest.raises(ServerUnavailable) as caught:
        connect(url)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(caught.value.as_dict())
    assert CANARY not in told.split("connect(url)")[-1] + str(caught.value)


@pytest.mark.parametrize(
    ("url", "mend"),
    [
        ("postgresql://u:c4nary@127.0.0.1:1/db", "start the server"),
        ("postgresql://u:c4nary@nonesuch.invalid/db", "correct the host"),
        ("postgresql://u:c4nary@/db?host=/nonexistent", "start the server"),
    ],
)
def test_unreachable_servers_are_told_with_a_mend(url, mend):
    with pytest.raises(ServerUnavailable) as caught:
        connect(url)
    told = "".join(traceback.format_exception(caught.value)) + str(caught.value.as_dict())
    assert CANARY not in told
    assert mend in caught.value.mend
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_password_that_the_server_quotes_is_hidden(server):
    url = server.url("postgres").replace("postgres@", f"{CANARY}:{CANARY}@", 1)
    with pytest.raises(ServerUnavailable) as caught:
        connect(url)
    assert "role" in caught.value.what
    assert CANARY not in caught.value.what


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:secret@h:5/db?sslmode=require", "postgresql://u:***@h:5/db?sslmode=require"),
        ("postgresql://u@h/db", "postgresql://u@h/db"),
        ("postgresql:///db", "postgresql:///db"),
        ("postgresql://u:p@ss@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:p/ss@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:p?ss@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u@h/db?password=x&port=1", "postgresql://u@h/db?password=***&port=1"),
        ("postgresql://u@h/db?sslp%61ssword=x", "postgresql://u@h/db?sslp%61ssword=***"),
    ],
)
def test_redacted_urls_keep_the_rest(url, shown):
    assert redact(url) == shown


words = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)


@given(words, words, words.filter(lambda name: "=" not in name and "://" not in name))
def test_urls_survive_parsing(user, password, database):
    parameters = {"user": user, "password": password, "host": "h", "port": "5", "dbname": database}
    url = to_url(parameters)
    assert parse(url) == parameters
    assert conninfo_to_dict(url) == parameters
    assert redact(url) == url.replace(
        url[len("postgresql://") : url.rindex("@h:")], url[13 : url.index(":", 13)] + ":***"
    )


@pytest.mark.parametrize("host", ["/var/run/post gresql", "::1", "db.example.org"])
def test_hosts_survive_parsing(host):
    parameters = {"user": "u", "host": host, "dbname": "d"}
    assert parse(to_url(parameters)) == parameters


def test_connections_of_threads_are_independent(database_url):
    seen = []

    def work():
        with connect(database_url) as connection:
            seen.append(connection.execute("SELECT pg_backend_pid()").fetchone()[0])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == 4

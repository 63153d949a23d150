"""Connection strings: what libpq reads and we take, what is refused by name, and that no refusal tells a password."""

from __future__ import annotations

import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from designer_kernel.studio.team.addresses import TAKEN, Address, parse
from designer_kernel.studio.team.refusals import BadInput
from designer_kernel.studio.team.secrets.secret import Secret

CANARY = "c4nary-7f3a"


def told(error: BaseException) -> str:
    """Return all that an error could show anywhere, local variables of frames as well; not those of the test."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    del shown.stack[0]
    frames = "".join(shown.format(chain=True)) + repr(error)
    return frames + (told(error.__context__) if error.__context__ else "")


REST = "sslmode=verify-full&sslrootcert=company&connect_timeout=5"


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://ada:s%40crt@db.example.org:6543/shop?{REST}",
        f"postgresql+psycopg://ada:s%40crt@db.example.org:6543/shop?{REST}",
        f"host=db.example.org port=6543 user=ada password=s@crt dbname=shop {REST.replace('&', ' ')}",
        f"postgres://ignored/shop?host=db.example.org&port=6543&user=ada&password=s%40crt&{REST}",
    ],
)
def test_urls_and_pairs_are_read_alike(text: str) -> None:
    address = parse(text)
    assert (address.host, address.port, address.password) == ("db.example.org", 6543, Secret("s@crt"))
    assert address.parameters == {
        "host": "db.example.org", "port": "6543", "user": "ada", "dbname": "shop", "sslmode": "verify-full",
        "sslrootcert": "company", "connect_timeout": "5",
    }  # fmt: skip
    assert parse(address.uri()) == address


KNOWN = sorted(option.keyword.decode() for option in pq.Conninfo.get_defaults())


@pytest.mark.parametrize("key", sorted(set(KNOWN) - set(TAKEN)))
def test_all_else_that_libpq_knows_is_refused_by_its_name(key: str) -> None:
    for text in (f"postgresql://u:{CANARY}@h/d?{key}=x", f"host=h password={CANARY} {key}=x"):
        with pytest.raises(BadInput, match=f"parameter {key} is not taken") as caught:
            parse(Secret(text))
        assert caught.value.where == "connection_uri"
        assert CANARY not in told(caught.value)


def test_libpq_knows_what_the_documents_fear() -> None:
    assert {"service", "passfile", "options", "hostaddr", "sslcert", "sslkey", "krbsrvname"} <= set(KNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "", "shop", "mysql://u:c4nary-7f3a@h/d", "http://c4nary-7f3a@h", "postgresql:/u:c4nary-7f3a@h",
        "postgresql://u:c4nary-7f3a@h/d?nonsense=1", "postgresql://u:c4nary-7f3a@h/d?service%66ile=/x",
        "postgresql://u:c4nary-7f3a@a,b/d", "postgresql://u:c4nary-7f3a@h:1,2/d", "host=a,b password=c4nary-7f3a",
        "postgresql://u:c4nary-7f3a@h/host%3Dother", "postgresql://u:c4nary-7f3a@h/postgresql%3A%2F%2Fother",
        "dbname='postgres:x' password=c4nary-7f3a", "postgresql://u:c4nary-7f3a@h/a%0Ab",
        "host=a\npassword=c4nary-7f3a",
        "postgresql://u:c4nary-7f3a@h:0/d", "postgresql://u:c4nary-7f3a@h:65536/d", "postgresql://u:c4nary-7f3a@h:٣/d",
        "postgresql://u:x@c4nary-7f3a@h/d", "postgresql://u:12/c4nary-7f3a@h/d", "postgresql://u:c4nary-7f3a%zz@h/d",
        "host='a password=c4nary-7f3a", "host=a\x00 password=c4nary-7f3a", "postgresql://u:c4nary-7f3a%ff@h/d",
        "postgresql://u:c4nary-7f3a\ud800@h/d", "host='a b' password=c4nary-7f3a",
        "postgresql://u:c4nary-7f3a@h/d?sslmode=best", "postgresql://u:c4nary-7f3a@h/d?sslrootcert=/etc/passwd",
        "postgresql://u:c4nary-7f3a@h/d?sslrootcert=..", "postgresql://u:c4nary-7f3a@h/d?sslrootcert=a/b",
        "postgresql://u:c4nary-7f3a@h/d?connect_timeout=0", "postgresql://u:c4nary-7f3a@h/d?connect_timeout=-1",
        "postgresql://u:c4nary-7f3a@h/d?connect_timeout=9999", "postgresql://u:c4nary-7f3a@h/d?connect_timeout=x",
        "postgresql://u:c4nary-7f3a@h/" + "d" * 5000, "host=h password=c4nary-7f3a application_name=" + "x" * 64,
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_without_telling_it(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(Secret(text))
    assert caught.value.mend
    assert caught.value.__context__ is None
    assert CANARY not in told(caught.value)


texts = st.text(st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs"]), max_size=20)
names = st.text(st.characters(min_codepoint=32, exclude_characters="\x7f=:,", exclude_categories=["Cs"]), max_size=20)
hosts = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", fullmatch=True) | st.sampled_from(
    ["::1", "/tmp", "fe80::1"]
)


@given(hosts, st.integers(1, 65535), names, texts, texts)
def test_what_was_taken_is_read_back_whole(host: str, port: int, database: str, user: str, password: str) -> None:
    given_text = make_conninfo(host=host, port=port, dbname=database, user=user, password=password)
    address = parse(given_text)
    assert address.password == Secret(password)
    read_back = parse(address.uri())
    for key in ("host", "port", "dbname", "user"):
        assert read_back.parameters.get(key, "") == address.parameters.get(key, "")
    assert (read_back.password or Secret("")) == Secret(password)
    assert not password or len(password) < 4 or password not in repr(address)


@given(st.text(max_size=80) | st.from_regex(r"postgres(ql)?://[!-~]{0,60}", fullmatch=True))
def test_any_text_is_an_address_as_libpq_reads_it_or_a_refusal(text: str) -> None:
    try:
        address = parse(text)
    except BadInput:
        return
    assert isinstance(address, Address)
    assert set(address.parameters) <= set(TAKEN) - {"password"}
    read = conninfo_to_dict(text.replace("postgresql+psycopg://", "postgresql://", 1))
    assert {key: str(value) for key, value in read.items() if key != "password"} == address.parameters


@given(st.sampled_from(sorted(set(KNOWN) - set(TAKEN))), texts)
def test_no_spelling_brings_another_parameter_in(key: str, value: str) -> None:
    percent = "".join(f"%{byte:02x}" for byte in key.encode())
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    for text in (f"postgresql://h/d?{percent}=1", f"postgresql:///?host=h&{percent}=1", f"host=h {key}='{escaped}'"):
        with pytest.raises(BadInput):
            parse(text)

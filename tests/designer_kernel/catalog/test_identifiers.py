"""Names are quoted as the server quotes them, and refused where it would change them."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer_kernel.catalog import identifiers
from designer_kernel.catalog.identifiers import MAX_BYTES, check, confusable, quote, quote_path, shorten
from designer_kernel.errors import InvalidIdentifier

NAMES = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), min_size=1, max_size=63
).filter(lambda name: len(name.encode()) <= MAX_BYTES)


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("orders", "orders"),
        ("_private2", "_private2"),
        ("Orders", '"Orders"'),
        ("order", '"order"'),
        ("user", '"user"'),
        ("select", '"select"'),
        ("value", "value"),
        ("2fast", '"2fast"'),
        ("a b", '"a b"'),
        ('a"b', '"a""b"'),
        ("ü", '"ü"'),
        ("a$b", '"a$b"'),
    ],
)
def test_quotes_what_needs_it(name: str, quoted: str) -> None:
    assert quote(name) == quoted


def test_quotes_paths() -> None:
    assert quote_path("public", "user", "Name") == 'public."user"."Name"'


@pytest.mark.parametrize("name", ["", "a\x00b", "\ud800", "x" * 64, "é" * 32, "☃" * 22])
def test_refuses_what_the_server_would_reject_or_change(name: str) -> None:
    with pytest.raises(InvalidIdentifier) as caught:
        quote(name)
    assert caught.value.mend


def test_says_what_a_long_name_would_be_cut_to() -> None:
    with pytest.raises(InvalidIdentifier, match="would cut it to 'xééé") as caught:
        check("x" + "é" * 40, "public.t")
    assert caught.value.where == "public.t"
    assert "81 bytes" in caught.value.what


def test_the_server_agrees_on_every_keyword_and_on_random_names(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        words = [word for (word,) in connection.execute("SELECT word FROM pg_get_keywords()")]
        theirs = connection.execute("SELECT quote_ident(w) FROM unnest(%s::text[]) w", [words])
        assert [quote(word) for word in words] == [quoted for (quoted,) in theirs]

        @given(st.lists(NAMES, min_size=1, max_size=20))
        def agrees(names: list[str]) -> None:
            rows = connection.execute(
                "SELECT quote_ident(n) FROM unnest(%s::text[]) WITH ORDINALITY u (n, o) ORDER BY o", [names]
            )
            assert [quote(name) for name in names] == [quoted for (quoted,) in rows]

        agrees()


@given(NAMES)
def test_what_is_quoted_parses_back(name: str) -> None:
    import postgast

    tree = postgast.parse(f"SELECT {quote(name)}")
    (field,) = tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.column_ref.fields
    assert field.string.sval == name


@given(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=100))
def test_shortened_names_fit_and_stay_apart(name: str) -> None:
    short = shorten(name)
    assert len(short.encode()) <= MAX_BYTES
    assert short == shorten(name)
    assert shorten("x" * 80 + name) != shorten("x" * 80 + name + "y")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("orders", ""),
        ("größe", ""),
        ("заказы", ""),
        ("оrders", "mixes CYRILLIC and LATIN"),
        ("a\u200bb", "U+200B"),
        ("a\u202eb", "U+202E"),
        (" a", "white space"),
        ("e\u0301", "normal form"),
    ],
    ids=ascii,
)
def test_names_what_a_reader_may_mistake(name: str, reason: str) -> None:
    assert reason in confusable(name)
    assert bool(confusable(name)) == bool(reason)
    assert identifiers.MAX_BYTES == 63

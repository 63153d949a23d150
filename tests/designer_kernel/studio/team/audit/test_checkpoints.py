"""Signed lines and their key: what is accepted, and what nobody believes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from designer_kernel.store.engine import Store
from designer_kernel.studio.team.audit import checkpointing, checkpoints, keys
from designer_kernel.studio.team.audit.checkpoints import BadCheckpoint
from designer_kernel.studio.team.audit.keys import BadKey
from tests.designer_kernel.studio.team.audit.conftest import Hands, told

Sign = Callable[[], None]


@pytest.fixture
def lines(chain: Store, sign: Sign, book: Path) -> list[str]:
    """Three signed lines."""
    for _ in range(3):
        sign()
        told(chain, 2)
    return book.read_text().splitlines(keepends=True)


def read(book: Path, key: Path) -> list[int]:
    return [line.seq for line in checkpoints.read(book, keys.verifying_key(key))]


def test_nothing_is_signed_twice(chain: Store, lines: list[str], book: Path, key: Path, sign: Sign) -> None:
    assert read(book, key) == [9, 11, 13]
    sign()
    sign()
    assert read(book, key) == [9, 11, 13, 15]
    assert book.stat().st_mode & 0o077 == 0


def test_there_is_nothing_to_sign_without_rows(chain: Store, sign: Sign, book: Path) -> None:
    Hands(chain).run("TRUNCATE designer.audits")
    sign()
    assert not book.exists()


@pytest.mark.parametrize(
    ("change", "where", "why"),
    [
        (lambda lines: [lines[0].replace('"seq":9', '"seq":8'), *lines[1:]], 1, "not signed by this key"),
        (lambda lines: [lines[0], changed_hash(lines[1]), lines[2]], 2, "not signed by this key"),
        (lambda lines: [lines[0], lines[2]], 2, "does not follow"),
        (lambda lines: lines[1:], 1, "does not follow"),
        (lambda lines: [lines[1], lines[0], lines[2]], 1, "does not follow"),
        (lambda lines: [*lines, lines[2]], 4, "does not follow"),
        (lambda lines: [*lines, "{}\n"], 4, "no checkpoint"),
        (lambda lines: [*lines, "[" * 5000 + "\n"], 4, "no checkpoint"),
        (lambda lines: ["null\n"], 1, "no checkpoint"),
        (lambda lines: [lines[0].replace('"seq":9', '"seq":"9"')], 1, "."),
    ],
)
def test_lines_that_were_changed_are_named(
    lines: list[str], book: Path, key: Path, change: Callable[[list[str]], list[str]], where: int, why: str
) -> None:
    book.write_text("".join(change(lines)))
    with pytest.raises(BadCheckpoint, match=why) as found:
        read(book, key)
    assert found.value.where == f"{book}:{where}"


def changed_hash(line: str) -> str:
    return json.dumps(json.loads(line) | {"hash": "0" * 64}, separators=(",", ":")) + "\n"


def test_a_line_that_was_not_written_to_its_end_does_not_count(
    chain: Store, lines: list[str], book: Path, key: Path, sign: Sign
) -> None:
    book.write_text("".join(lines)[:-9])
    assert read(book, key) == [9, 11]
    sign()
    assert read(book, key) == [9, 11, 15]


def test_another_key_does_not_do(lines: list[str], book: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    keys.signing_key(other)
    with pytest.raises(BadCheckpoint):
        read(book, other)


def test_the_public_half_is_enough_to_verify(lines: list[str], book: Path, key: Path, tmp_path: Path) -> None:
    public = tmp_path / "elsewhere.pub"
    shutil.copy(f"{key}.pub", public)
    key.unlink()
    assert read(book, public) == read(book, key) == [9, 11, 13]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_that_others_may_read_is_refused(key: Path, mode: int) -> None:
    keys.signing_key(key)
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(mode)
    for use in (keys.signing_key, keys.verifying_key):
        with pytest.raises(BadKey, match="others may read"):
            use(key)


def test_what_is_no_key_is_refused(key: Path) -> None:
    with pytest.raises(BadKey, match="there is no key"):
        keys.verifying_key(key)
    keys.private_file(key, [b"nonsense"])
    with pytest.raises(BadKey, match="no private key"):
        keys.signing_key(key)
    key.unlink()
    key.with_name(f"{key.name}.pub").write_text("nonsense")
    with pytest.raises(BadKey, match="no public key"):
        keys.verifying_key(key)


def test_a_key_is_never_replaced(key: Path) -> None:
    first = keys.signing_key(key).public_key().public_bytes_raw()
    keys.private_file(key, [b"another"])
    assert keys.signing_key(key).public_key().public_bytes_raw() == first
    assert sorted(path.name for path in key.parent.iterdir()) == [key.name, f"{key.name}.pub"]


def test_each_store_has_a_file_of_its_own(chain: Store) -> None:
    one = checkpointing.book_of("postgresql://ada:canary@db.example.org/team")
    other = checkpointing.book_of("postgresql://eve@db.example.org:5433/team")
    assert one.name == "db.example.org_5432_team.checkpoints.jsonl"
    assert one.parent == other.parent
    assert one != other
    assert checkpointing.book_of(chain.url).name.startswith("embedded_store")

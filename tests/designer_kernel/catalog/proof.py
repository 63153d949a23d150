"""The proof that nothing is lost: a database, rebuilt from our script, equals the first to us and to ``pg_dump``.

``pg_dump`` is the independent judge: it does not share our blind spots.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import psycopg

from designer_kernel.catalog import canonical, render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.postgres import cluster
from designer_kernel.postgres.introspect import read
from tests.designer_kernel.catalog.databases import FreshUrl, load

_ENTRY = re.compile(r"^--\n-- (?=Name: |Data for Name: )", re.MULTILINE)
_NOISE = re.compile(r"^(?:--.*|\\(?:un)?restrict .*|SET .*;|SELECT pg_catalog\.set_config.*)$\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Corpus:
    """A script with every option of a kind.

    Its first lines may say ``-- needs: 18``, the oldest server that it runs on, and ``-- until: 14``, the newest.
    """

    path: Path

    @property
    def oldest(self) -> int:
        """The oldest major version of a server that the script runs on."""
        return self._version("needs", 14)

    @property
    def newest(self) -> int:
        """The newest major version of a server that the script runs on."""
        return self._version("until", 99)

    def runs_on(self, version: int) -> bool:
        """Whether a server of a major version has what the script makes."""
        return self.oldest <= version <= self.newest

    def _version(self, word: str, otherwise: int) -> int:
        found = re.search(rf"^-- {word}: (\d+)", self.path.read_text(), re.MULTILINE)
        return int(found[1]) if found else otherwise


def dump(url: str) -> str:
    """Return what ``pg_dump --schema-only`` says of a database, its entries sorted, settings and headings left out."""
    with psycopg.connect(url) as connection:
        major = connection.info.server_version // 10000
    installed = Path(f"/usr/lib/postgresql/{major}/bin/pg_dump")
    program = installed if installed.exists() else cluster.binaries() / "pg_dump"
    done = subprocess.run(
        [program, "--schema-only", "-d", url],
        capture_output=True,
        encoding="utf-8",
        env=cluster.environment(),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    entries = [_NOISE.sub("", "-- " + entry).strip() for entry in _ENTRY.split(done.stdout)[1:]]
    return "\n\n".join(sorted(filter(None, entries)))


def read_all(url: str, unclaimed: Collection[str] = ()) -> Catalog:
    """Introspect a database with all options, and have it that nothing else is left over that no kind speaks of."""
    with psycopg.connect(url) as connection:
        found = read(connection, owners=True)
    assert sorted(map(str, found.unclaimed)) == sorted(unclaimed)
    return found.catalog


def prove(script: str, fresh: FreshUrl, unclaimed: Collection[str] = ()) -> Catalog:
    """Build a database from a script, and another from what we read there; both must be equal to us and to pg_dump.

    ``unclaimed`` is what the script makes, no kind speaks of, and a loss report names; the other database lacks it.
    """
    first, second = fresh(), fresh()
    load(first, script)
    meant = read_all(first, unclaimed)
    assert canonical.from_json(canonical.to_json(meant)) == meant
    text = render.script(meant).text
    load(second, text)
    found = read_all(second)
    assert differences(meant, found) == []
    assert list(found) == list(meant)
    assert dump(second) == dump(first)
    assert render.script(found).text == text
    return meant

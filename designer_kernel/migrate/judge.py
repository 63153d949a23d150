"""What ``pg_dump`` says of a database: the independent judge of a plan, which does not share our blind spots."""

from __future__ import annotations

import os
import re
import subprocess
from typing import Final

from psycopg import ConnectionInfo

from designer_kernel.errors import ServerUnavailable
from designer_kernel.postgres import cluster
from designer_kernel.postgres.connection import to_url
from designer_kernel.postgres.own_schemas import OWN_SCHEMAS

_ENTRY: Final = re.compile(r"^--\n-- (?=Name: |Data for Name: )", re.MULTILINE)
_NOISE: Final = re.compile(r"^(?:--.*|\\(?:un)?restrict .*|SET .*;|SELECT pg_catalog\.set_config.*)$\n?", re.MULTILINE)
_OURS: Final = tuple(f"--exclude-schema={schema}" for schema in OWN_SCHEMAS)
_TABLE: Final = re.compile(
    r"(?P<head>CREATE (?:UNLOGGED |FOREIGN )?TABLE [^\n]* \(\n)(?P<body>.*?)(?P<tail>\n\).*)", re.DOTALL
)


def dump(info: ConnectionInfo) -> tuple[str, ...]:
    """Return the entries of ``pg_dump --schema-only``, sorted, without settings and headings.

    Parameters
    ----------
    info
        Of a connection to the database. Its password is handed over where no list of processes shows it.

    Raises
    ------
    ServerUnavailable
        If ``pg_dump`` fails.
    """
    arguments, environment = called(info)
    done = subprocess.run(
        [cluster.binaries() / "pg_dump", *arguments],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    if done.returncode:
        raise ServerUnavailable(f"pg_dump failed: {done.stderr.strip()}", mend="see whether the server still runs")
    entries = (_NOISE.sub("", "-- " + entry).strip() for entry in _ENTRY.split(done.stdout)[1:])
    return tuple(sorted(filter(None, map(_unordered, entries))))


def called(info: ConnectionInfo) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the arguments and the environment that ``pg_dump`` is called with; it never asks for a password."""
    place = {"host": info.host, "port": info.port, "user": info.user, "dbname": info.dbname}
    url = to_url(info.get_parameters() | place)
    environment = os.environ | {"LC_ALL": "C"} | ({"PGPASSWORD": info.password} if info.password else {})
    return ("--schema-only", "--no-password", *_OURS, "-d", url), environment


def _unordered(entry: str) -> str:
    """Return an entry with the columns of a table, or what is granted, sorted: what is added stands last."""
    lines = entry.split("\n")
    if all(line.startswith(("GRANT ", "REVOKE ")) for line in lines):
        return "\n".join(sorted(lines))
    found = _TABLE.search(entry)
    if found is None:
        return entry
    lines = sorted(line.rstrip(",") for line in found["body"].split("\n"))
    return "\n".join([found["head"], *lines, found["tail"]])

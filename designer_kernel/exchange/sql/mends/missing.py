"""Something that is not there: a role, an extension, a schema, or a type that other databases have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from designer_kernel.catalog.identifiers import quote
from designer_kernel.exchange.sql.extensions import maker
from designer_kernel.exchange.sql.mends._base import Case, parses, rename_words
from designer_kernel.exchange.sql.outcome import Change, Mend
from designer_kernel.postgres.extensions import HARMLESS, REACHING

TRUST: Final = "trusted=True (--trusted) lets it, if the script is your own"
"""What helps where only the rights of a superuser are missing."""

_CORE: Final[Mapping[str, str]] = {
    "pgcrypto": "functions that call crypt(), gen_salt(), digest(), hmac(), gen_random_bytes(), encrypt() or pgp_…() "
    "are kept, but fail until the server has it; gen_random_uuid(), sha256() and md5() are in PostgreSQL itself",
    "uuid-ossp": "functions that call uuid_generate_…() are kept, but fail until the server has it; "
    "gen_random_uuid() is in PostgreSQL itself and does what uuid_generate_v4() does",
}
"""What PostgreSQL itself has of extensions that the embedded server lacks."""

_RANDOM: Final = (
    "gen_random_uuid() is in PostgreSQL itself and does what uuid_generate_v4() does; unlike those of "
    "uuid_generate_v1(), its values hold no time"
)
_UUID: Final = {"uuid_generate_v4": "gen_random_uuid", "uuid_generate_v1": "gen_random_uuid"}
_ROLE: Final = re.compile(r'role "([^"]+)" does not exist')
_SCHEMA: Final = re.compile(r'schema "([^"]+)" does not exist')
_UNAVAILABLE: Final = re.compile(r'extension "([^"]+)" is not available')
_DENIED: Final = re.compile(r'permission denied to create extension "([^"]+)"')
_LANGUAGE: Final = re.compile(r'language "([^"]+)" (?:does not exist|is not)')


def propose(case: Case) -> Iterator[Mend]:
    """Yield the mends of something that is not there, or that only a superuser may make."""
    message, state = case.failure.message, case.failure.sqlstate
    if found := _ROLE.search(message):
        name = found[1]
        why = (
            "roles belong to the server, and the script makes none of this name; it is made without the right to log in"
        )
        yield Mend(f"add-role:{name}", f"add the role {name}", why, (Change("role", name=name),))
    elif found := _SCHEMA.search(message):
        name = found[1]
        change = Change("before", case.number, f"CREATE SCHEMA IF NOT EXISTS {quote(name)}")
        yield Mend(f"add-schema:{name}", f"add the schema {name}", "the script makes no schema of this name", (change,))
    elif found := _UNAVAILABLE.search(message):
        name = found[1]
        rest = "functions that call it fail until the server has it; what else uses it is reported where it fails"
        why = f"CREATE EXTENSION {quote(name)} is left out, since this server does not have it: {_CORE.get(name, rest)}"
        change = Change("drop", case.number)
        yield Mend(f"without-extension:{name}", f"do without the extension {name}", why, (change,))
    elif found := _DENIED.search(message):
        what = f"only a superuser may install {found[1]}, since it could reach beyond the database"
        yield _left_out(case, f"{what}; {TRUST}")
    elif found := _LANGUAGE.search(message):
        rights = "" if case.script.is_trusted else f", or only a superuser may use it: {TRUST}"
        yield _left_out(case, f"the language {found[1]} is not on this server{rights}")
    elif state in {"42883", "42704", "42P01", "42703"}:
        yield from _from_extension(case)
    elif state == "42501" and not case.script.is_trusted:
        yield _left_out(case, f"only a superuser may make this; {TRUST}")


def _from_extension(case: Case) -> Iterator[Mend]:
    name = maker(case.failure.message)
    if not name:
        return
    if name in case.script.extensions and name in HARMLESS | REACHING | {"hstore", "citext"}:
        why = f"what the message misses is made by the extension {name}, which the script does not create"
        yield Mend(f"add-extension:{name}", f"add the extension {name}", why, (Change("extension", name=name),))
        return
    if name == "uuid-ossp":
        sql = rename_words(case.statement.sql, _UUID)
        if sql != case.statement.sql and parses(sql):
            change = case.replace(sql)
            yield Mend(f"core-uuid:{case.subject}", "use gen_random_uuid()", _RANDOM, (change,))
            return
    yield _left_out(case, f"it needs the extension {name}, which this server does not have")


def _left_out(case: Case, why: str) -> Mend:
    change = Change("drop", case.number)
    return Mend(f"leave-out:{case.subject}", "leave this statement out", why, (change,), is_last_resort=True)

"""``CREATE SUBSCRIPTION``, as pg_dump writes it: without connecting, so nothing is copied until it is enabled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds._options import Pair
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId
from designer_kernel.catalog.secrets import without_password

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_CONNECTION: Final = """CASE WHEN has_column_privilege('pg_subscription', 'subconninfo', 'SELECT') THEN
                   (SELECT string_agg(substr(w.word, 7), '' ORDER BY w.word)
                    FROM ts_stat(format('SELECT array_to_tsvector(array_agg(
                                                    lpad(i::text, 6, ''0'') || substr(h.digits, i * 1000 + 1, 1000)))
                                         FROM (SELECT encode(convert_to(subconninfo, ''UTF8''), ''hex'') AS digits
                                               FROM pg_subscription WHERE oid = %%s) h,
                                              generate_series(0, length(h.digits) / 1000) i', s.oid)) w) END"""
"""The bytes of the connection of a subscription ``s`` as hexadecimal digits, or null for who may not see it.

Naming the column itself would be refused to all but superusers, whatever the condition. ``ts_stat`` is the only
function of the server that runs a query of its own and needs no library; its words are short, so it comes in pieces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(CatalogObject):
    """A subscription. ``connection`` is without its password; ``has_secret`` says that there was one.

    ``options`` are those that are not at their default, as SQL: ``(("binary", "true"), …)``.
    """

    kind = "subscription"
    presence = "EXISTS (SELECT FROM pg_subscription)"
    rank = 335
    section = "Subscriptions"
    scope = "database"
    name: str
    publications: tuple[str, ...]
    connection: str = ""
    has_secret: bool = field(default=False, compare=False)
    options: tuple[Pair, ...] = ()

    @property
    def id(self) -> ObjectId:
        return ObjectId("subscription", (self.name,))

    def open_secrets(self) -> Iterable[str]:
        return ("password",) if without_password(self.connection) != self.connection.strip() else ()

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        options = ", ".join(f"{name} = {value}" for name, value in (("connect", "false"), *self.options))
        lines = (
            f"CREATE SUBSCRIPTION {quote(self.name)}",
            f"CONNECTION {literal(self.connection)}",
            f"PUBLICATION {', '.join(map(quote, self.publications))}",
            f"WITH ({options})",
        )
        return ("\n    ".join(lines),)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        statements = []
        if self.connection != old.connection:
            statements.append(f"ALTER {self.address()} CONNECTION {literal(self.connection)}")
        if self.publications != old.publications:
            named = ", ".join(map(quote, self.publications))
            statements.append(f"ALTER {self.address()} SET PUBLICATION {named} WITH (refresh = false)")
        had, given = dict(old.options), dict(self.options)
        if had.keys() - given.keys() or "two_phase" in given.keys() ^ had.keys():
            return None
        options = [f"{name} = {value}" for name, value in self.options if had.get(name) != value]
        if options:
            statements.append(f"ALTER {self.address()} SET ({', '.join(options)})")
        return Alteration(tuple(statements))

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        # With its slot it could be dropped only outside of a transaction, and only while the publisher answers.
        address = self.address()
        return f"ALTER {address} DISABLE", f"ALTER {address} SET (slot_name = NONE)", f"DROP {address}"

    def address(self) -> str:
        return f"SUBSCRIPTION {quote(self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        options = ",\n                       ".join(_options(version))
        return f"""
            SELECT 'pg_subscription'::regclass::oid, s.oid, 0, s.subname, s.subpublications,
                   {_CONNECTION},
                   array_remove(ARRAY[
                       {options}], NULL)
            FROM pg_subscription s
            WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
            ORDER BY s.subname
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        name, publications, digits, options = row
        connection = bytes.fromhex(digits or "").decode()
        public = without_password(connection)
        return cls(
            name=name,
            publications=tuple(publications),
            connection=public,
            has_secret=public != connection,
            options=tuple((key, value) for key, _, value in (option.partition("=") for option in options)),
        )


def _options(version: int) -> list[str]:
    """Return SQL for each option of a subscription ``s``: ``name=value``, or null where it is at its default."""
    streaming = "CASE s.substream WHEN 't' THEN 'streaming=on' WHEN 'p' THEN 'streaming=parallel' ELSE {} END"
    slot = "CASE WHEN s.subslotname <> s.subname THEN 'slot_name=' || quote_literal(s.subslotname) END"
    found = {
        14: [
            f"coalesce(CASE WHEN s.subslotname IS NULL THEN 'slot_name=NONE' END, {slot})",
            "CASE WHEN s.subbinary THEN 'binary=true' END",
            "CASE WHEN s.subsynccommit <> 'off' THEN 'synchronous_commit=' || quote_literal(s.subsynccommit) END",
        ],
        15: [
            "CASE WHEN s.subtwophasestate <> 'd' THEN 'two_phase=on' END",
            "CASE WHEN s.subdisableonerr THEN 'disable_on_error=true' END",
        ],
        16: [
            "CASE WHEN NOT s.subpasswordrequired THEN 'password_required=false' END",
            "CASE WHEN s.subrunasowner THEN 'run_as_owner=true' END",
            "CASE WHEN s.suborigin <> 'any' THEN 'origin=' || quote_literal(s.suborigin) END",
            streaming.format("'streaming=off'" if version >= 18 else "NULL"),  # 18 streams unless told not to
        ],
        17: ["CASE WHEN s.subfailover THEN 'failover=true' END"],
    }
    if version < 16:
        found[14].append("CASE WHEN s.substream THEN 'streaming=on' END")
    return [option for first, options in found.items() if version >= first for option in options]

"""What may go wrong with constraints of domains: every column of the domain has values that they are about."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck, DomainNotNull
from designer_kernel.catalog.objects import Change
from designer_kernel.migrate.hazards.conversions import breaking
from designer_kernel.migrate.hazards.naming import Hazard

_REASON = "values of columns that have the domain may not allow it"


def constrained(new: DomainCheck | DomainNotNull, change: Change) -> Iterator[Hazard]:
    """Yield the hazard of a new constraint of a domain that is there."""
    if isinstance(new, DomainCheck) and new.not_valid:
        return
    checks = [new.expression] if isinstance(new, DomainCheck) else []
    query = _query(new.schema, new.domain, checks, change, not_null=isinstance(new, DomainNotNull))
    if query:
        yield Hazard("may_fail", new.id, _REASON, query)


def altered(old: Domain, new: Domain, change: Change) -> Iterator[Hazard]:
    """Yield the hazard of a domain that becomes NOT NULL."""
    if new.not_null and not old.not_null and (query := _query(new.schema, new.name, [], change, not_null=True)):
        yield Hazard("may_fail", new.id, _REASON, query)


def validated(old: DomainCheck, new: DomainCheck, change: Change) -> Iterator[Hazard]:
    """Yield the hazard of a check of a domain that becomes valid."""
    if old.not_valid and not new.not_valid:
        yield from constrained(new, change)


def _query(schema: str, name: str, checks: list[str], change: Change, *, not_null: bool) -> str:
    spelled = quote_path(schema, name)
    having = [column for column in change.before.of(Column) if column.type == spelled]
    return "\nUNION ALL\n".join(breaking(column, checks, not_null=not_null) for column in having)

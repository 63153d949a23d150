"""What an import came to in one line, the same wherever it is said; and the refusal of one that came to nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.design.opaque import Opaque
from designer_kernel.errors import DocumentError

if TYPE_CHECKING:
    from designer_kernel.design.losses import Loss
    from designer_kernel.design.values import Item
    from designer_kernel.exchange.transfer import Imported
    from designer_kernel.studio.sources import SourceKind

_NO_FACTS: Final = frozenset({"statement", "data", "mend"})
"""Kinds of entries in a loss report that are about a script, and not about what it makes."""

_GIVEN: Final = "public"
"""The schema that every database has."""

_OUTCOMES: Final = ("kept", "opaque", "changed")
_EMPTY: Final = {
    "script": ("the script defines nothing", "check that it is the right file, and holds CREATE statements"),
    "database": (
        "the database holds nothing that could be drawn",
        "check its name, and the schemas that were asked for",
    ),
    "dbml": ("the file defines nothing", "check that it is the right file, and holds a Table"),
    "data": ("there are no columns to make a table of", "give a file with a line of names"),
}
"""What is said of a source that came to nothing, and what to do, by its kind."""


def summary(imported: Imported, kind: SourceKind) -> str:
    """Return how much a source holds and what became of it: ``21 entities; 473 facts: 444 kept, 29 opaque``.

    A database and a script are counted in facts of the catalog, as `designer inspect` counts them by kind. Other
    sources are counted in their own objects.
    """
    entries = list(imported.losses)
    facts = [loss for loss in entries if loss.kind not in _NO_FACTS and loss.outcome in _OUTCOMES]
    shares = Counter(loss.outcome for loss in facts)
    told = ", ".join(f"{shares[outcome]:,} {outcome}" for outcome in _OUTCOMES if shares[outcome])
    word = "fact" if kind in {"database", "script"} else "part" if kind == "design" else "object"
    entities = len(imported.design.entities)
    parts = [f"{entities:,} {'entity' if entities == 1 else 'entities'}"]
    parts += [f"{len(facts):,} {word}{'s' * (len(facts) != 1)}: {told}"] if facts else []
    return "; ".join([*parts, *_of_statements(imported), *_rest(entries)])


def statement_counts(imported: Imported) -> dict[str, int]:
    """Return how many statements of a script have which state; nothing for other sources."""
    reading = getattr(imported, "reading", None)
    return {} if reading is None else dict(reading.counts)


def open_mends(imported: Imported) -> list[dict[str, Any]]:
    """Return the mends that an import of a script offers, the best ones first, with the lines that they are for."""
    reading = getattr(imported, "reading", None)
    if reading is None:
        return []
    lines: dict[str, list[int]] = {}
    for outcome in reading.failed:
        for mend in outcome.mends:
            lines.setdefault(mend.id, []).append(outcome.line)
    told = [
        {
            "id": mend.id,
            "title": mend.title,
            "explanation": mend.explanation,
            "costs": list(mend.costs),
            "lines": lines[mend.id],
            "is_last_resort": mend.is_last_resort,
        }
        for mend in reading.mends
    ]
    return sorted(told, key=lambda one: bool(one["is_last_resort"]))


def refuse_nothing(imported: Imported, kind: SourceKind, where: str) -> None:
    """Refuse an import that made nothing: a file of it would look like success. A design may be empty.

    Raises
    ------
    DocumentError
        It says what failed, if something did.
    """
    if kind == "design" or any(_is_something(item) for item in imported.design.items()):
        return
    what, mend = _EMPTY[kind]
    failed = list(imported.losses.of("refused"))
    if kind == "script" and failed:
        first = failed[0]
        what = f"{what} that could be read; the first of what was refused: {first.object}: {first.reason}"
        has_mends = any(not one["is_last_resort"] for one in open_mends(imported))
        mend = "apply the mends: mends='all'" if has_mends else "correct the script; it must be PostgreSQL's SQL"
    raise DocumentError(what, where=where, mend=mend)


def _is_something(item: Item) -> bool:
    """Whether an item stands for something; that there is no schema ``public`` is nothing."""
    return item.effect != "absent" if isinstance(item, Opaque) else getattr(item, "name", None) != _GIVEN


def _of_statements(imported: Imported) -> list[str]:
    counts = statement_counts(imported)
    total, failed = sum(counts.values()), counts.get("failed", 0)
    return [f"{failed:,} of {total:,} statements failed"] if failed else []


def _rest(entries: list[Loss]) -> list[str]:
    """Return what is neither a fact nor a statement that failed."""
    mends = sum(loss.kind == "mend" for loss in entries)
    refused = [loss for loss in entries if loss.outcome == "refused" and loss.kind != "mend"]
    others = [loss for loss in refused if loss.kind != "statement" or not loss.reason.startswith("line ")]
    told = [f"{mends:,} mend{'s' * (mends != 1)} applied"] if mends else []
    return told + ([f"{len(others):,} left out"] if others else [])

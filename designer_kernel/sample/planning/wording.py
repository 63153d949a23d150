"""Which words a plan draws from: its locales, and the lists of names and streets by their fingerprint."""

from __future__ import annotations

from collections.abc import Mapping

from designer_kernel.sample.plan import TablePlan
from designer_kernel.sample.planning.facts import TableName
from designer_kernel.sample.providers.home import Home
from designer_kernel.sample.providers.provider import unwrapped
from designer_kernel.sample.vocabulary import library
from designer_kernel.sample.vocabulary.locales import chosen

SHORT_LISTS = "names and streets come from short lists of our own: install mimesis for more of them"


def locales_of(wishes: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Return the locales that somebody wished for, with their weights; nothing if nobody did."""
    return chosen(wishes) if wishes else ()


def fingerprint_of(tables: Mapping[TableName, TablePlan]) -> tuple[str, tuple[str, ...]]:
    """Return what a plan's names are drawn from, and a note if that is little; nothing for a plan without names."""
    columns = (column for table in tables.values() for column in table.columns.values())
    if not any(isinstance(getattr(unwrapped(column.provider), "home", None), Home) for column in columns):
        return "", ()
    return library.fingerprint(), () if library.installed() else (SHORT_LISTS,)

"""Arrays whose elements, and rows whose fields, are made by the providers that columns of their names would get."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import conditions
from designer_kernel.sample.constraints.narrowing import Allowed, narrow
from designer_kernel.sample.constraints.nodes import Name, Unreadable, substituted
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.providers.anything import Anything, as_element, knows
from designer_kernel.sample.providers.provider import Context, Provider
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_MOST: Final = 64
_WORDS: Final = frozenset({"tag", "label", "keyword", "category", "topic", "feature", "skill", "flag", "value", "item"})
"""Names of elements that a few short words suit better than what a column of that name would get."""


@dataclass(frozen=True, slots=True)
class Several(Provider):
    """Arrays of ``least`` to ``most`` elements; with ``dimensions`` of just those sizes.

    Elements are those that other rows of the table would have, so ``element`` is drawn as a column is; ``nulls``
    thousandths of them are NULL.
    """

    element: Provider
    named: str
    least: int = 1
    most: int = 3
    dimensions: tuple[int, ...] = ()
    nulls: int = 0

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        assert column.form.element is not None
        bits = frame.bits(column.name)
        size = int(np.prod(self.dimensions)) if self.dimensions else 0
        counts = self.least + hashing.below(bits, self.most - self.least + 1)
        counts = np.full(len(frame), size) if size else counts
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
        start = np.repeat(hashing.below(hashing.mix(bits), frame.table.rows), counts)
        facts = as_column(self.named, column.form.element)
        others = frame.at((start + within * 7919) % frame.table.rows)
        inner = _masked(self.element.draw(others, facts), column.form.element)
        if self.nulls:
            gone = hashing.below(hashing.mix(np.repeat(bits, counts) + within.astype(np.uint64)), 1000) < self.nulls
            inner = pa.compute.if_else(arrow(gone), pa.scalar(None, inner.type), inner)
        for width in reversed(self.dimensions[1:]):
            inner = pa.ListArray.from_arrays(arrow(np.arange(0, len(inner) + 1, width, dtype=np.int32)), inner)
        if self.dimensions:
            offsets = np.arange(len(frame) + 1) * self.dimensions[0]
        return Values(pa.ListArray.from_arrays(arrow(offsets.astype(np.int32)), inner))


def _masked(values: Values, form: Form) -> pa.Array:
    inner = as_element(form, values.data)
    if values.null is None or not values.null.any():
        return inner
    return inner.take(pa.array(np.arange(len(inner)), mask=values.null))


@dataclass(frozen=True, slots=True)
class Composed(Provider):
    """Rows of a composite type, each field by the provider that a column of its name gets."""

    parts: tuple[tuple[str, Provider], ...]

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        arrays = []
        for (name, provider), (_, form) in zip(self.parts, column.form.fields, strict=True):
            facts = as_column(name, form)
            arrays.append(_masked(provider.draw(frame, facts), form))
        return Values(pa.StructArray.from_arrays(arrays, [name for name, _ in self.parts]))


def several(context: Context) -> Provider | None:
    """Return a provider of arrays; the name of an element is that of the column without its plural."""
    element = context.column.form.element
    assert element is not None
    name = re.sub(r"(?<=[a-z])(_?list|_?array)$", "", context.column.name)
    name = re.sub(r"ies$", "y", name) if name.endswith("ies") else re.sub(r"(?<=[^s])s$", "", name)
    if element.kind in ("text", "enum") and not element.checks and (name in _WORDS or element.kind == "enum"):
        return Anything()
    inner = _inner(context, name, element)
    if inner is None and not knows(element):
        return None
    if inner is None or (isinstance(inner, Anything) and element.kind == "text"):
        return Anything()
    return Several(inner, name)


def composed(context: Context) -> Provider:
    """Return a provider of rows of a composite type; where these must be distinct, one of their fields is.

    Raises
    ------
    SamplePlanError
        If values of a field's type are not known.
    """
    from designer_kernel.sample.constraints.rooms import telling_field  # it asks this module what fields may hold

    form = context.column.form
    apart = telling_field(form) if context.unique is not None else ""
    return Composed(
        tuple((name, _required(context, name, part, is_distinct=name == apart)) for name, part in form.fields)
    )


def _required(context: Context, name: str, form: Form, *, is_distinct: bool) -> Provider:
    inner = _inner(context, name, form, context.unique if is_distinct else None)
    if inner is None:
        raise SamplePlanError(
            f"no values are known for its field {name}",
            where=f"{context.table.label}.{context.column.name}",
            mend="leave the table out by tables=…, or make the column nullable",
        )
    return inner


def _inner(context: Context, name: str, form: Form, unique: Counter | None = None) -> Provider | None:
    """Return the provider of a column of this name and form in the same table, or ``None``."""
    from designer_kernel.sample.providers import registry  # it asks this module for arrays and rows

    facts = as_column(name, form)
    inside = replace(
        context, column=facts, allowed=allowed_by(form, name), unique=unique, owner="", scope="", edge_cases=0
    )
    try:
        return registry.choose(inside)[0]
    except SamplePlanError:
        return None


def as_column(name: str, form: Form) -> ColumnFacts:
    """Return an element or a field as if it were a column."""
    return ColumnFacts(name, form.base, form, not_null=True, identity="", generated=False, default="", comment="")


def allowed_by(form: Form, name: str) -> Allowed:
    """Return what the checks of a domain leave of its values."""
    allowed = {name: Allowed(not_null=form.not_null)}
    for constraint, text in form.checks:
        try:
            expr = substituted(conditions.read(text), {"value": Name(name)})
        except Unreadable:
            continue
        narrow(expr, constraint, {name: form}, allowed)
    return allowed[name]


def _list(
    context: Context, *, least: int = 1, most: int = 3, dimensions: list[int] | None = None, null_elements: float = 0.0,
    element: str | None = None, parameters: dict[str, Any] | None = None,
) -> Provider:  # fmt: skip
    """Arrays of some elements, or of fixed dimensions; elements by a provider of their own.

    ``element`` names the provider and ``parameters`` are its own; ``null_elements`` is the share of them that is NULL.
    """
    from designer_kernel.sample.providers import catalogue  # it collects this module

    where = f"{context.table.label}.{context.column.name}"
    form = context.column.form.element
    if context.kind != "list" or form is None:
        raise SamplePlanError("the column holds no arrays", where=where, mend="use another provider")
    sizes = tuple(dimensions or ())
    if not 0 <= least <= most <= _MOST or any(size < 1 for size in sizes) or len(sizes) > 6:
        raise SamplePlanError(
            "the numbers of elements make no sense", where=where, mend=f"give 0 <= least <= most <= {_MOST}"
        )
    chosen = several(context)
    named = chosen.named if isinstance(chosen, Several) else "element"
    if element is not None:
        facts = replace(context.column, form=form, name=named)
        inner = replace(context, column=facts, allowed=allowed_by(form, named), unique=None, edge_cases=0)
        made, _ = catalogue.make(element, inner, parameters or {})
    else:
        made = chosen.element if isinstance(chosen, Several) else Anything()
    return Several(made, named, least, most, sizes, round(1000 * null_elements))


NAMED = {"list": _list}

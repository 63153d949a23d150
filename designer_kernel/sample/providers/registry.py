"""Which provider a column gets: by its key, its list of values, its parents, its name, and last by its type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import TableFacts
from designer_kernel.sample.providers import (
    address,
    anything,
    choices,
    commerce,
    companies,
    countries,
    documents,
    finance,
    internet,
    keys,
    lengths,
    lifecycles,
    moments,
    money,
    ordinary,
    person,
    phone,
    plain,
    prose,
    quantities,
    searches,
    settling,
    shapes,
    streams,
    sums,
    technical,
)
from designer_kernel.sample.providers.asking import asked_for, with_parameters
from designer_kernel.sample.providers.comments import said_by
from designer_kernel.sample.providers.nested import composed, several
from designer_kernel.sample.providers.provider import NUMBER, TIME, Context, Provider, Rule
from designer_kernel.sample.providers.shaping import Avoiding, Bounded, Trimmed

RULES: Final[tuple[Rule, ...]] = (
    *keys.RULES,
    *streams.RULES,
    *lifecycles.RULES,
    *lengths.RULES,
    *moments.RULES,
    *person.RULES,
    *countries.RULES,
    *address.RULES,
    *phone.RULES,
    *finance.RULES,
    *technical.RULES,
    *internet.RULES,
    *companies.RULES,
    *commerce.RULES,
    *sums.RULES,
    *money.RULES,
    *ordinary.RULES,
    *choices.RULES,
    *searches.RULES,
    *shapes.RULES,
    *documents.RULES,
    *prose.RULES,
    *quantities.RULES,
)
"""All rules, in the order in which they are asked."""

_COPIED: Final = {
    "currency": ("currency", "currency_code"), "currency_code": ("currency_code", "currency"),
    "sku": ("sku",), "product_name": ("product_name", "name", "title"), "name": ("name", "product_name", "title"),
    "unit_price": ("price", "unit_price", "list_price"), "price": ("price", "unit_price"), "brand": ("brand",),
    "amount": ("total_amount", "total", "grand_total", "total_price", "amount"), "order_number": ("order_number",),
}  # fmt: skip
_FIRST_DAY: Final = 19_723
"""The first of January 2024."""
_LINE: Final = frozenset({"sku", "product_name", "name", "unit_price", "price", "brand"})
_GOODS: Final = r"product|variant|item|article|sku"


def choose(
    context: Context, asked: str | None = None, parameters: Mapping[str, Any] | None = None
) -> tuple[Provider, str]:
    """Return a provider and the reason for it.

    Parameters
    ----------
    asked, parameters
        The name of a provider and its parameters; or parameters alone, for the one that is chosen by itself.

    Raises
    ------
    SamplePlanError
        If nothing can make values of this type, or keep them apart; or for what is asked and not there.
    """
    if asked is not None:
        provider, reason, is_distinct = asked_for(context, asked, parameters or {}, _chosen)
    else:
        provider, reason, is_distinct = _chosen(context)
        if parameters:
            provider, reason = with_parameters(provider, parameters, context), reason + "; with parameters asked for"
    if context.unique is not None and not is_distinct:
        provider, reason = _distinct(context, provider, reason)
    shaped = _shaped(context, provider)
    excluded = context.allowed.excluded
    if (
        excluded
        and context.allowed.values is None
        and context.unique is None
        and context.kind in NUMBER | TIME | {"text"}
    ):
        shaped = Avoiding(shaped, tuple(sorted(excluded, key=str)), context.allowed.low, context.allowed.high)
    return shaped, reason


def _chosen(context: Context) -> tuple[Provider, str, bool]:
    key = _key(context)
    if key is not None:
        return key
    if "currency" in context.column.name:
        copied = _copied(context)
        if copied is not None:
            return copied, "agrees with the row that it refers to", False
    values = context.allowed.values if context.allowed.values is not None else (context.column.form.labels or None)
    if values is not None:
        return *_listed(context, tuple(v for v in values if v not in context.allowed.excluded)), False
    copied = _copied(context)
    if copied is not None:
        return copied, "agrees with the row that it refers to", False
    if context.allowed.json_type not in ("", "object"):
        return documents.of_type(context), f"a JSON {context.allowed.json_type}, for its check", False
    found = _by_rule(context, context.column.name)
    if found is not None:
        return found
    for name in said_by(context.column.comment):
        column = replace(context.column, name=name)
        found = _by_rule(replace(context, column=column), name) if name not in context.table.columns else None
        if found is not None:
            provider, reason, is_distinct = found
            return provider, f"its comment says {name.replace('_', ' ')}: {reason}", is_distinct
    return _by_type(context), "by its type", False


def _by_rule(context: Context, name: str) -> tuple[Provider, str, bool] | None:
    """Return what the first rule makes that fits the kind of the column and a name."""
    for rule in _fitting(context.kind, name):
        if not rule.tables or re.search(rule.tables, context.table.name[1]):
            provider = rule.make(context)
            is_list = isinstance(provider, documents.Document) and provider.shape.startswith("[")
            if provider is not None and not (is_list and context.allowed.json_type == "object"):
                return provider, rule.reason, rule.distinct
    return None


@lru_cache(maxsize=16384)
def _fitting(kind: str, name: str) -> tuple[Rule, ...]:
    """Return the rules for columns of a kind and name, in their order; names come again and again."""
    return tuple(rule for rule in RULES if kind in rule.kinds and re.fullmatch(rule.columns, name))


def _key(context: Context) -> tuple[Provider, str, bool] | None:
    column = context.column
    if context.kind == "uuid":
        version = 7 if "uuidv7" in column.default or "uuid_generate_v7" in column.default else 4
        return keys.Uuid(version), "a key" if context.unique else "a UUID", True
    if context.kind == "integer" and (context.unique or column.identity or "nextval(" in column.default):
        counter = context.unique or Counter("rows")
        zero = (
            column.name.startswith(("sort", "index")) and counter.among == "owner" and (context.allowed.low or 0) <= 0
        )
        numbers = [int(v) for v in context.allowed.excluded if isinstance(v, int)]
        first, step = column.series
        start = first if first != 1 else max(0 if zero else 1, context.allowed.low or 0, *(n + 1 for n in numbers))
        return keys.Serial(start, counter, step), "a key" if context.unique else "numbered", True
    if (
        context.kind == "text"
        and context.unique
        and ("gen_random_uuid" in column.default or re.fullmatch(r"id|uuid|guid|key", column.name))
    ):
        limit = column.form.length
        if limit is None or limit >= 36:
            return keys.Uuid(), "a key", True
    return None


def _listed(context: Context, values: tuple[Any, ...]) -> tuple[Provider, str]:
    source = "its enum" if context.column.form.labels else ", ".join(context.allowed.constraints)
    if not values:
        raise SamplePlanError(
            "no value is left that its checks allow",
            where=f"{context.table.label}.{context.column.name}",
            mend=f"loosen {source}",
        )
    if context.column.form.labels and any(v not in context.column.form.labels for v in values):
        values = tuple(v for v in values if v in context.column.form.labels)
    spelled = countries.by_list(context, values)
    if spelled is not None and context.unique is None:
        return spelled, f"agrees with the row's country; spelled as {source} says"
    for rule in person.RULES:
        if rule.fits(context) and "gender" in rule.columns:
            provider = rule.make(context)
            if provider is not None:
                return provider, rule.reason
    walk = lifecycles.by_history(context, values) or lifecycles.by_status(context, values)
    if walk is not None and context.unique is None:
        return walk, f"a journey through the states of {source}"
    settled = settling.by_owner(context, values) if context.unique is None else None
    if settled is not None:
        return settled, f"one of the values of {source}, by what became of the row that it pays for"
    states = choices.in_lifecycle(values)
    if context.owner and re.search(r"history|log|transition", context.table.name[1]) and len(states) > 2:
        return choices.Progress(tuple(states)), f"states one after the other, from {source}"
    return choices.Choice(values, choices.weights_of(values)), f"one of the values of {source}"


def _copied(context: Context) -> Provider | None:
    names = _COPIED.get(context.column.name)
    if names is None or context.unique is not None:
        return None
    is_line = context.has("quantity", "qty", "unit_price")
    if context.column.name in _LINE and not is_line:
        return None
    if context.column.name == "amount" and not re.search(r"payment|transaction|invoice|refund", context.table.name[1]):
        return None
    ranked = sorted(context.parents.items(), key=lambda item: _nearness(context, item[0], item[1]))
    for reference, parent in ranked:
        if context.column.name in _LINE and not re.search(_GOODS, parent.name[1]):
            continue
        for name in names:
            if name in parent.columns and _fits(parent, name, context):
                return money.FromParent(reference, name)
    return None


def _nearness(context: Context, reference: str, parent: TableFacts) -> tuple[int, bool, str]:
    is_variant = "variant" in parent.name[1]
    wants_variant = context.column.name in ("sku", "unit_price", "price")
    is_other = is_variant != wants_variant if context.column.name in _LINE else reference != context.owner
    return reference.count("/"), is_other, reference


def _fits(parent: TableFacts, name: str, context: Context) -> bool:
    theirs, mine = parent.columns[name].form, context.column.form
    if theirs.kind != mine.kind or theirs.scale != mine.scale or parent.columns[name].generated:
        return False
    return mine.length is None or (theirs.length is not None and theirs.length <= mine.length)


def _by_type(context: Context) -> Provider:
    form = context.column.form
    low, high = context.allowed.low, context.allowed.high
    match form.kind:
        case "integer" | "numeric":
            unit = 10**form.scale
            bottom = low if low is not None else min(0, high or 0)
            top = high if high is not None else max(bottom, 0) + min(999 * unit, form.largest or 999 * unit)
            return quantities.Whole(bottom, top)
        case "float":
            return quantities.Real(
                low if low is not None else 0, high if high is not None else (low or 0) + 1_000_000_000
            )
        case "text":
            return prose.lorem(context)
        case "bytes":
            return plain.octets(context)
        case "macaddr" if context.unique is not None:
            return plain.hardware(context)
        case "inet" if context.unique is not None and form.base == "inet":
            return internet.Address(context.unique)
        case "range" if context.unique is not None and form.base in plain.SLOTS:
            return plain.Span(*plain.SLOTS[form.base])
        case "list":
            provider = several(context)
            if provider is not None:
                return provider
        case "composite":
            return composed(context)
    if anything.knows(form):
        return anything.Anything()
    raise SamplePlanError(
        f"no values are known for the type {context.column.type}",
        where=f"{context.table.label}.{context.column.name}",
        mend="give some: provider: spelled, values: [texts that the server reads]; or leave the table out by tables=…",
    )


def _distinct(context: Context, provider: Provider, reason: str) -> tuple[Provider, str]:
    counter = context.unique
    assert counter is not None
    limit = context.column.form.length
    if context.allowed.longest is not None:
        limit = min(limit or context.allowed.longest, context.allowed.longest)
    match context.kind:
        case "text":
            width = max(4, len(str(context.rows + 1)))
            if limit is not None and limit < width + 2:
                if 26 ** min(limit, 12) < context.rows:
                    raise SamplePlanError(
                        f"{limit} characters cannot tell {context.rows:,} rows apart",
                        where=f"{context.table.label}.{context.column.name}",
                        mend="ask for fewer rows",
                    )
                return keys.Alphabetic(limit, counter), "short codes, distinct"
            return keys.Distinct(provider, counter, width, limit), reason + "; numbered, to be distinct"
        case "numeric" | "float":
            return keys.Serial(max(1, context.allowed.low or 1), counter), "numbered, to be distinct"
        case "timestamp":
            return moments.Ticks(
                context.allowed.low or 1_704_067_200_000_000, moments.SECOND
            ), "one a second, to be distinct"
        case "date":
            first = max(_FIRST_DAY - max(context.rows - 365, 0), 0)  # they end in the present, if there is room
            return moments.Ticks(context.allowed.low or first, 1), "one a day, to be distinct"
        case "json":
            return documents.Numbered(counter), "numbered, to be distinct"
        case "bytes" | "macaddr" | "range" | "inet":
            return provider, reason
        case "composite":
            return composed(context), "by its type; one of its fields distinct"
        case "money" | "position" | "interval":
            return keys.Serial(max(1, context.allowed.low or 1), counter), "numbered, to be distinct"
    raise SamplePlanError(
        f"values of {context.column.type} cannot be kept distinct",
        where=f"{context.table.label}.{context.column.name}",
        mend="leave the table out by tables=…",
    )


def _shaped(context: Context, provider: Provider) -> Provider:
    allowed, form = context.allowed, context.column.form
    if context.kind in NUMBER | TIME and (
        allowed.low is not None or allowed.high is not None or form.largest is not None
    ):
        if isinstance(provider, keys.Serial | moments.Ticks | choices.Choice):
            return provider
        high = allowed.high if allowed.high is not None else form.largest
        if isinstance(provider, quantities.Whole):
            bounded = replace(
                provider,
                low=max(provider.low, allowed.low if allowed.low is not None else provider.low),
                high=min(provider.high, high if high is not None else provider.high),
            )
            if bounded.low <= bounded.high:
                return bounded
        lowest = 0 if isinstance(provider, quantities.Whole) and provider.low >= 0 else -(form.largest or 0)
        low = allowed.low if allowed.low is not None or form.largest is None else lowest
        return Bounded(provider, low, high)
    if context.kind == "text":
        longest = min((n for n in (form.length, allowed.longest) if n is not None), default=None)
        if longest is not None or allowed.shortest or allowed.letters:
            return Trimmed(provider, allowed.shortest, longest, allowed.letters)
    return provider

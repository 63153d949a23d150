"""An amount of money kept in a type that rounds it, or that depends on a setting."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer_kernel.design.edits import ChangeAttribute
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule

_AMOUNT = re.compile(
    r"(^|_)(price|amount|total|subtotal|cost|balance|salary|wage|fee|tax|discount|revenue|payment|refund|credit|debit)"
    r"s?(_|$)",
    re.IGNORECASE,
)


@rule(
    "warning",
    "Binary floating point cannot hold most decimal amounts, so sums drift by cents; money takes its decimals and "
    "symbol from the server's locale.",
    needs_expansion=False,
)
def look(context: Context) -> Iterator[Found]:
    """Yield attributes of the type money, and floating-point attributes that are named like amounts."""
    for entity, attribute in context.attributes():
        inexact = attribute.data_type in {"real", "float4", "float8", "float", "double precision"}
        if attribute.data_type == "money" or (inexact and _AMOUNT.search(attribute.name)):
            yield Found(
                f"{entity.name}.{attribute.name} keeps an amount as {attribute.data_type}",
                (attribute.id, entity.id),
                ChangeAttribute(entity_id=entity.id, attribute_id=attribute.id, changes={"data_type": "numeric(14,2)"}),
                "use numeric(14,2)",
            )

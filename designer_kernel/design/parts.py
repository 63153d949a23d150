"""Parts of an entity other than its attributes: keys, checks, indexes, exclusions, policies, triggers and partitions.

Attributes are referred to by name, as SQL does; renaming an attribute rewrites these references.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, Protocol, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from designer_kernel.catalog import sqltext
from designer_kernel.design.values import Expression, Item, Name, RoleName, Text, Value

Deferrable = Literal["", "IMMEDIATE", "DEFERRED"]
"""``""``: not deferrable; otherwise deferrable, and this is its initial state."""


class Key(Item):
    """A unique constraint over one or more attributes."""

    name: Name | None = None
    attributes: Annotated[tuple[Name, ...], Field(min_length=1, max_length=32)]
    include: tuple[Name, ...] = ()
    nulls_not_distinct: bool = False
    deferrable: Deferrable = ""
    description: Text = ""


class Check(Item):
    """A check constraint; one that is not ``is_valid`` holds for new rows only (NOT VALID)."""

    name: Name | None = None
    expression: Expression
    is_valid: bool = True
    description: Text = ""


class IndexKey(Value):
    """One key of an index: an attribute or an expression, and its order."""

    attribute: Name | None = None
    expression: Expression | None = None
    descending: bool = False
    nulls: Literal["", "FIRST", "LAST"] = ""
    operator_class: Annotated[str, Field(pattern=r"^([a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?)?$")] = ""
    collation: Name | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> IndexKey:
        if (self.attribute is None) == (self.expression is None):
            raise ValueError("an index key is either an attribute or an expression")
        return self


def _texts(given: Any) -> Any:
    """Return values as PostgreSQL keeps them: files say 70 and true."""
    if not isinstance(given, dict):
        return given
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int | float) else value
        for name, value in given.items()
    }


ParameterName = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$", max_length=63)]
ParameterValue = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+-]+$", max_length=63)]


class Index(Item):
    """An index; ``parameters`` say how it is stored: ``fillfactor``, ``fastupdate``, ``pages_per_range``."""

    name: Name | None = None
    keys: Annotated[tuple[IndexKey, ...], Field(min_length=1, max_length=32)]
    method: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")] = "btree"
    is_unique: bool = False
    nulls_not_distinct: bool = False
    include: tuple[Name, ...] = ()
    predicate: Expression | None = None
    parameters: Annotated[dict[ParameterName, ParameterValue], BeforeValidator(_texts), Field(max_length=32)] = Field(
        default_factory=dict
    )
    description: Text = ""


def _no_comment(operator: str) -> str:
    if "--" in operator or "/*" in operator:
        raise ValueError(f"{operator!r} begins a comment and is no operator")
    return operator


class ExclusionElement(Value):
    """One element of an exclusion constraint: what is compared, and with which operator."""

    expression: Expression
    operator: Annotated[str, Field(pattern=r"^[-+*/<>=~!@#%^&|`?]{1,63}$"), AfterValidator(_no_comment)]


class Exclusion(Item):
    """An exclusion constraint: no two rows may agree on all elements."""

    name: Name | None = None
    method: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")] = "gist"
    elements: Annotated[tuple[ExclusionElement, ...], Field(min_length=1)]
    predicate: Expression | None = None
    deferrable: Deferrable = ""
    description: Text = ""


class Policy(Item):
    """A row-level security policy. Without ``roles``, or with ``public`` among them, it is for everyone.

    Unless ``grants`` is false, its roles are also granted what it is about, since a policy only narrows that.
    """

    name: Name
    command: Literal["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"] = "ALL"
    permissive: bool = True
    roles: tuple[RoleName, ...] = ()
    grants: bool = True
    using: Expression | None = None
    check: Expression | None = None
    description: Text = ""


class Trigger(Item):
    """A trigger that calls a function of the design."""

    name: Name
    timing: Literal["BEFORE", "AFTER", "INSTEAD OF"] = "BEFORE"
    events: Annotated[tuple[Literal["INSERT", "UPDATE", "DELETE", "TRUNCATE"], ...], Field(min_length=1)]
    update_attributes: tuple[Name, ...] = ()
    for_each_row: bool = True
    condition: Expression | None = None
    function: Annotated[str, Field(min_length=1)]
    arguments: tuple[Text, ...] = ()
    description: Text = ""

    @model_validator(mode="after")
    def _function_is_a_name(self) -> Trigger:
        sqltext.type_name(self.function)  # a qualified name has the grammar of a type's name
        return self


PartitionMethod = Literal["", "RANGE", "LIST", "HASH"]
"""How rows are divided among partitions; ``""``: not at all."""


def _is_bound(text: str) -> str:
    sqltext.partition_bound(text)
    return text


class Partition(Item):
    """A partition of an entity, as PostgreSQL says it: ``bound`` is ``FOR VALUES …`` or ``DEFAULT``.

    A partition may be divided itself, by ``partition_method`` and ``partition_keys``; those of it name it in
    ``part_of``. Row security is that of the entity unless ``row_security`` says otherwise.
    """

    name: Name
    schema_name: Name | None = None
    part_of: Name | None = None
    bound: Annotated[str, AfterValidator(_is_bound), Field(max_length=sqltext.MAX_LENGTH)]
    partition_method: PartitionMethod = ""
    partition_keys: tuple[IndexKey, ...] = ()
    is_unlogged: bool = False
    row_security: Literal["OFF", "ENABLED", "FORCED"] | None = None
    description: Text = ""


def key_text(divided: Divided, spelled: Callable[[IndexKey], str]) -> str:
    """Return the SQL after PARTITION BY, empty if something is not divided."""
    keys = ", ".join(spelled(key) for key in divided.partition_keys)
    return f"{divided.partition_method} ({keys})" if divided.partition_method else ""


class Divided(Protocol):
    """An entity or a partition, as what may have partitions."""

    @property
    def partition_method(self) -> PartitionMethod: ...

    @property
    def partition_keys(self) -> tuple[IndexKey, ...]: ...


PartCollection = Literal["keys", "checks", "indexes", "exclusions", "policies", "triggers", "partitions"]
PARTS: Final[tuple[str, ...]] = get_args(PartCollection)
"""The collections of parts that an entity has."""

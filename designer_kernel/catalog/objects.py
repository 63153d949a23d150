"""What every object of a catalog has: an identity, what it needs to exist first, and the SQL that creates it.

A kind is one module of `designer_kernel.catalog.kinds`: a subclass of `CatalogObject` that holds the model, the CREATE
and the introspection query. The engines (order, rendering, comparison, introspection) speak only the protocol that is
written here and know no kind by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NamedTuple, Self, TypeAlias, TypeVar

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

K = TypeVar("K", bound="CatalogObject")


class ObjectId(NamedTuple):
    """Identity of an object in a database: its kind and its path of names, outermost first.

    ``ObjectId("column", ("public", "orders", "id"))``. Functions end with their argument types, since those are part
    of a function's identity in PostgreSQL.
    """

    kind: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {'.'.join(self.path)}"


Placement: TypeAlias = Literal["own", "folds", "follows"]
"""Where a fact's SQL stands: in a statement of its own, in its parent's statement, or right after that statement."""

Aspect: TypeAlias = Literal["", "owner", "privilege", "label"]
"""What an introspection may leave out: who owns an object, who may use it, its security label."""

Scope: TypeAlias = Literal["schema", "database"]
"""Whether a fact lives in a schema, or belongs to the database as a whole (casts, publications, event triggers)."""

Folded: TypeAlias = "Mapping[ObjectId, Sequence[CatalogObject]]"
"""For each fact, its parts whose clauses stand inside its statement."""


EDGES: Final = frozenset({"depends", "prefers"})
"""The fields that say what else a fact is about; they follow from the rest and are not compared."""

_NONE: Final[frozenset[ObjectId]] = frozenset()


class Stub(NamedTuple):
    """What stands for a fact until all that it needs exists: the statements, and what they themselves need."""

    statements: tuple[str, ...]
    needs: frozenset[ObjectId] = frozenset()


def sql_text(*, default: Any = "") -> Any:
    """Declare a field that holds SQL; the server rewrites it, so only two introspected texts may be compared."""
    return field(default=default, metadata={"sql": True})


class Change(NamedTuple):
    """The catalogs before and after a change, the server's major version, and how values of columns are converted.

    ``using`` are expressions of columns whose new type PostgreSQL cannot convert the old one to by itself. ``kept`` are
    facts of ``before`` whose rows go over to others before they go.
    """

    before: Catalog
    after: Catalog
    version: int
    using: Mapping[ObjectId, str] = MappingProxyType({})
    kept: AbstractSet[ObjectId] = _NONE


class Alteration(NamedTuple):
    """The statements that change a fact in place; ``retypes`` if what reads its values stands in the way."""

    statements: tuple[str, ...]
    retypes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogObject:
    """One fact about a database: a table, a column, its default, a constraint, a comment.

    Facts are this fine so that comparison and ordering need to know nothing about kinds.

    ``depends`` are the facts that must exist before this one, apart from its `parent` and what it `requires`.
    ``prefers`` are those that had better exist before it: names in SQL that is bound when it runs, such as the body of
    a function. In a circle such a wish gives way.

    Attributes
    ----------
    kind
        The name of the kind, used in canonical JSON.
    rank
        The place of the kind in a script, when dependencies leave the choice.
    section
        The heading that statements of this kind stand under.
    placement
        Whether the fact has a statement of its own, folds into its parent's, or follows it.
    integral
        Whether the parent is incomplete without this part, so that who needs the parent needs the part too.
    ordered
        Whether the order of the parts within their parent is part of the parent's shape.
    by_address
        Whether rows of `introspection` carry the address of the parent, whose identity comes first in `from_row`.
    late_bound
        Whether facts of the kind have `late_sql`, for which a server records no dependencies.
    aspect
        The option of introspection that the kind belongs to; empty if it is always read.
    on_demand
        Whether facts of the kind are told only if another fact needs them: roles, of which a server may have many.
    demands
        Whether facts of the kind may need such ones.
    presence
        SQL that says whether a server can have facts of the kind at all, so that most databases are not asked for most
        kinds; empty if they are always asked.
    among
        Which of the numbers that queries share are the only ones that facts of the kind are about; empty if none are.
    scope
        Whether objects of the kind live in a schema. Others are read only when the whole database is.
    """

    kind: ClassVar[str]
    rank: ClassVar[int] = 0
    section: ClassVar[str] = ""
    placement: ClassVar[Placement] = "own"
    integral: ClassVar[bool] = False
    ordered: ClassVar[bool] = False
    by_address: ClassVar[bool] = False
    late_bound: ClassVar[bool] = False
    on_demand: ClassVar[bool] = False
    demands: ClassVar[bool] = False
    presence: ClassVar[str] = ""
    among: ClassVar[str] = ""
    bars_retyping: ClassVar[bool] = False
    takes_parts: ClassVar[bool] = True
    gives_way: ClassVar[bool] = False
    holds_rows: ClassVar[bool] = False
    aspect: ClassVar[Aspect] = ""
    scope: ClassVar[Scope] = "schema"

    depends: frozenset[ObjectId] = field(default=frozenset(), compare=False)
    prefers: frozenset[ObjectId] = field(default=frozenset(), compare=False)

    @property
    def id(self) -> ObjectId:
        """The identity of this fact."""
        raise TypeError(f"{type(self).__name__} does not say what identifies it")

    @property
    def parent(self) -> ObjectId | None:
        """The fact that this one is a part of, and that it cannot outlive; ``None`` at the top."""
        return None

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        """Return the facts that this one's own fields name: a foreign key's table, a policy's roles."""
        return ()

    def sql_fields(self) -> Iterable[str]:
        """Return the SQL in this fact as whole statements (``SELECT expression``), for finding what it speaks of."""
        return ()

    def late_sql(self) -> Iterable[str]:
        """Return SQL in this fact that is bound when it runs, as whole statements; see ``prefers``."""
        return ()

    def type_names(self) -> Iterable[str]:
        """Return the types that this fact names, as SQL."""
        return ()

    def open_secrets(self) -> Iterable[str]:
        """Return the names of secrets whose values this fact holds, which belong in no design and no script."""
        return ()

    def reached_through(self) -> Iterable[ObjectId]:
        """Return facts that are needed where this one is: a server says of a cast's users only whose function it is."""
        return ()

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        """Return the statements that create this fact, given that its parent exists, without semicolons.

        What every database has anyway (the schema ``public``) needs none.

        Parameters
        ----------
        catalog
            The catalog that the fact belongs to.
        folded
            The parts of each fact that are to be written as clauses of this statement.
        """
        raise TypeError(f"{type(self).__name__} does not say how it is created")

    def folds(self, catalog: Catalog) -> bool:
        """Whether this fact may stand in its parent's statement; some clauses are understood only in ``ALTER``."""
        return self.placement == "folds"

    def stub(self, catalog: Catalog) -> Stub | None:
        """Return what may stand for this fact where it is needed in a circle; ``None`` if nothing may.

        A view can first be made of nulls, so that a function may take its row type, and be redefined later.
        """
        return None

    def redefine(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        """Return the statements that turn this fact's `stub` into the fact itself, as `create` would have made it."""
        raise TypeError(f"{type(self).__name__} has no stub")

    def clause(self, folded: Folded) -> tuple[str, ...]:
        """Return this fact as a clause of its parent's statement, in cells that the parent may align."""
        raise TypeError(f"{type(self).__name__} is no clause of another statement")

    def address(self) -> str:
        """Return the object as ``COMMENT ON`` names it: ``TABLE public.orders``."""
        raise TypeError(f"{type(self).__name__} cannot carry a comment")

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        """Return the statements that take this fact away, given that nothing else needs it any more.

        Parameters
        ----------
        catalog
            The catalog that the fact belongs to.
        """
        return (f"DROP {self.address()}",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        """Return what turns another state of this fact into this one; ``None`` if it has to be made anew.

        Parameters
        ----------
        old
            The fact as it is, of the same kind and identity.
        change
            The catalogs before and after.
        """
        return None

    def bars(self, change: Change) -> bool:
        """Whether this fact is in the way where a column that it needs becomes another type."""
        return self.bars_retyping

    def waits_for(self, change: Change) -> Iterable[ObjectId]:
        """Return the facts that have to be altered before this one is, if they are."""
        return ()

    def arrive(self, change: Change) -> tuple[str, ...] | None:
        """Return what makes this fact where what it is a part of stays; ``None`` if that is what `create` says."""
        return None

    def leave(self, change: Change) -> tuple[str, ...] | None:
        """Return what takes this fact away where what it is a part of stays; ``None`` if that is what `drop` says."""
        return None

    def stays(self, change: Change) -> bool:
        """Whether what this fact tells of stays, though nothing tells it any more: `leave` makes it as it will be."""
        return False

    def left_as(self, change: Change) -> tuple[str, ...]:
        """Return the path that `leave` gives to what stays of this fact; empty if it gives none."""
        return ()

    def offenders(self, old: Self | None = None) -> str:
        """Return a query for rows that would not let this fact be made, or ``old`` be altered to it; empty if none can.

        It selects the columns that matter and nothing else, without an order or a limit.
        """
        return ""

    def rename(self, to: Self) -> tuple[str, ...]:
        """Return the statements that give this fact the schema and the name of another one of its kind.

        What it is a part of has its new name already.
        """
        return renaming(self, to)

    def drags(self, catalog: Catalog, dropped: AbstractSet[ObjectId]) -> Iterable[ObjectId]:
        """Return facts that have to be dropped too, since this one cannot be taken away alone.

        Parameters
        ----------
        dropped
            What is dropped anyway.
        """
        return ()

    def displaces(self, change: Change) -> Iterable[ObjectId]:
        """Return facts of the catalog before, if they are there, that have to be made anew before this one can be."""
        return ()

    def goes_with(self, catalog: Catalog) -> Iterable[ObjectId]:
        """Return the facts with which this one is dropped by the server."""
        parent = None if self.parent is None else catalog.get(self.parent)
        return (parent.id,) if parent is not None and parent.takes_parts else ()

    @classmethod
    def introspection(cls, version: int) -> str:
        """Return the query that finds all objects of this kind in ``%(schemas)s``, or an empty string.

        Its first three columns are the object's address as ``pg_depend`` has it: classid, objid, objsubid. The others
        are what `from_row` takes, by default the fields in their order (without `EDGES`). Numbers that many queries
        need are found once, see `designer_kernel.catalog.kinds.shared_queries`.

        Parameters
        ----------
        version
            The server's major version, 14 or newer.
        """
        return ""

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        """Return the fact that one row of `introspection` tells, the address left off."""
        # Filled slot by slot: the generated __init__ of a frozen class takes four times as long, and there are
        # thousands of rows.
        fact = object.__new__(cls)
        for fill, value in zip(_slots(cls), row, strict=True):  # type: ignore[arg-type] # a class is hashable
            fill(fact, _frozen(value) if type(value) is list else value)
        object.__setattr__(fact, "depends", _NONE)
        object.__setattr__(fact, "prefers", _NONE)
        return fact

    def content(self, *, with_sql: bool = True) -> dict[str, Any]:
        """Return the fields that make up the object's meaning: neither its dependencies nor what follows from the rest.

        Parameters
        ----------
        with_sql
            Whether to include the fields whose text the server rewrites.
        """
        return {
            f.name: getattr(self, f.name) for f in fields(self) if f.compare and (with_sql or not f.metadata.get("sql"))
        }


def renaming(fact: CatalogObject, to: CatalogObject) -> tuple[str, ...]:
    """Return the statements that move an object to a schema and give it a name: ``ALTER INDEX … RENAME TO …``."""
    from designer_kernel.catalog.identifiers import quote

    old, new = ({f.name: getattr(each, f.name) for f in fields(each)} for each in (fact, to))
    whole: dict[str, Any] = {name: new[name] for name in ("table", "composite", "domain") if name in new}
    statements = []
    if "schema" in new and not whole and old["schema"] != new["schema"]:
        statements.append(f"ALTER {fact.address()} SET SCHEMA {quote(new['schema'])}")
    if "schema" in new:
        whole["schema"] = new["schema"]
    if old["name"] != new["name"]:
        statements.append(f"ALTER {replace(fact, **whole).address()} RENAME TO {quote(new['name'])}")
    return tuple(statements)


def with_edges(fact: K, *, depends: frozenset[ObjectId]) -> K:
    """Give a fact that nobody has seen yet what it needs, without the cost of a copy."""
    object.__setattr__(fact, "depends", depends)
    return fact


@cache
def _slots(kind: type[CatalogObject]) -> tuple[Callable[[CatalogObject, Any], None], ...]:
    """Return what fills the slots of a kind's own fields in their order, without `EDGES`."""
    return tuple(getattr(kind, f.name).__set__ for f in fields(kind) if f.name not in EDGES)


def _frozen(value: Any) -> Any:
    """Return an array of the server as a tuple."""
    return tuple(map(_frozen, value)) if type(value) is list else value

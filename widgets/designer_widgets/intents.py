"""What a view may ask of the kernel, as values: nothing else that arrives is acted upon."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from designer_kernel.design.problems import invalid
from designer_kernel.design.values import Position
from designer_kernel.errors import InvalidDesign
from designer_widgets.connection_intents import ConnectionIntent
from designer_widgets.data_intents import DataIntent
from designer_widgets.diagram_intents import DiagramIntent
from designer_widgets.drawing_intents import DrawingIntent
from designer_widgets.history_intents import HistoryIntent
from designer_widgets.intent_bases import Changing, Choosing, Intent, Working
from designer_widgets.judging_intents import JudgingIntent
from designer_widgets.layout_intents import LayoutIntent
from designer_widgets.many_intents import ManyIntent
from designer_widgets.migration_intents import MigrationIntent
from designer_widgets.project_intents import ProjectIntent
from designer_widgets.query_intents import QueryIntent
from designer_widgets.sample_intents import SampleIntent
from designer_widgets.script_intents import ScriptIntent
from designer_widgets.transfer_intents import TransferIntent

Coordinate = Annotated[float, Field(ge=-1_000_000, le=1_000_000)]
Ids = Annotated[tuple[UUID, ...], Field(max_length=10_000)]


class MakeEdit(Changing):
    """Make an edit, given as its document."""

    kind: Literal["edit"]
    edit: dict[str, Any]


class AddEntity(Changing):
    """Add an entity with a key at a point of the diagram, under a name that is free."""

    kind: Literal["add_entity"]
    x: Coordinate = 0
    y: Coordinate = 0
    name: str | None = None


class DuplicateEntity(Changing):
    """Add a copy of an entity beside it."""

    kind: Literal["duplicate"]
    entity_id: UUID


class AddAttribute(Changing):
    """Add the attribute that a line of SQL describes."""

    kind: Literal["add_attribute"]
    entity_id: UUID
    line: Annotated[str, Field(max_length=20_000)]


class AddRelationship(Changing):
    """Add a relationship, given as its document without an id."""

    kind: Literal["add_relationship"]
    relationship: dict[str, Any]


class Remove(Changing):
    """Remove entities and relationships, all or none."""

    kind: Literal["remove"]
    entity_ids: Ids = ()
    relationship_ids: Ids = ()


class Move(Changing):
    """Put cards where they were dropped; ``with_areas``, they join areas there, and leave those they were in."""

    kind: Literal["move"]
    positions: Annotated[dict[UUID, Position], Field(min_length=1, max_length=10_000)]
    with_areas: bool = True


class SetArea(Changing):
    """Put entities into an area, a new one, or none."""

    kind: Literal["set_area"]
    entity_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=10_000)]
    area_id: UUID | None = None
    is_new: bool = False


class Undo(Changing):
    """Take the last change back."""

    kind: Literal["undo"]


class Redo(Changing):
    """Make again what was taken back last."""

    kind: Literal["redo"]


class Mend(Changing):
    """Make the edit that a finding offers."""

    kind: Literal["mend"]
    key: Annotated[str, Field(max_length=64)]


class WatchDdl(Intent):
    """Keep the SQL up to date, while somebody looks at it."""

    kind: Literal["watch_ddl"]
    is_open: bool


class Validate(Working):
    """Ask PostgreSQL what it thinks of the design."""

    kind: Literal["validate"]


class Deploy(Working):
    """Deploy to the target; to another server than the embedded one, after asking."""

    kind: Literal["deploy"]
    allow_missing: bool = False


class Fill(Working):
    """Fill the target with sample data; where rows would be removed, after asking."""

    kind: Literal["fill"]
    scale: Annotated[float, Field(gt=0, le=10_000)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    replace: bool = False
    mode: Literal["refuse", "replace", "append", "top up"] = "refuse"

    @property
    def is_replacing(self) -> bool:
        """Whether rows that are there are removed."""
        return self.replace or self.mode == "replace"


class Confirm(Working):
    """Do what was asked about; ``key`` is the question's."""

    kind: Literal["confirm"]
    key: Annotated[str, Field(max_length=64)]


class ChooseTarget(Choosing):
    """Deploy to another database from now on, given by its name or URL; nothing stands for the project's own."""

    kind: Literal["choose_target"]
    place: Annotated[str, Field(max_length=2000, repr=False)] = ""


class TryTarget(Choosing):
    """Connect to a database, or to the one that is chosen, and tell what is there."""

    kind: Literal["try_target"]
    place: Annotated[str, Field(max_length=2000, repr=False)] = ""


class Look(Intent):
    """A view of the widget has come, with documents of these ``stamps``, or has gone."""

    kind: Literal["look"]
    view: Annotated[str, Field(min_length=1, max_length=64)]
    is_here: bool
    stamps: Annotated[dict[str, int], Field(max_length=16, default_factory=dict)]


class Cancel(Working):
    """Cancel what is running, or the question that is open."""

    kind: Literal["cancel"]


AnyIntent = Annotated[
    MakeEdit
    | AddEntity
    | DuplicateEntity
    | AddAttribute
    | AddRelationship
    | Remove
    | Move
    | SetArea
    | Undo
    | Redo
    | Mend
    | WatchDdl
    | Validate
    | Deploy
    | Fill
    | Confirm
    | ChooseTarget
    | TryTarget
    | Look
    | Cancel
    | TransferIntent
    | MigrationIntent
    | SampleIntent
    | ConnectionIntent
    | DiagramIntent
    | DrawingIntent
    | LayoutIntent
    | HistoryIntent
    | ProjectIntent
    | QueryIntent
    | ScriptIntent
    | DataIntent
    | JudgingIntent
    | ManyIntent,
    Field(discriminator="kind"),
]

_SECRETS: Final = ("place", "connection_uri")
"""Fields that may hold a password."""

_INTENTS: TypeAdapter[Intent] = TypeAdapter(AnyIntent)


def parse_intent(message: Any) -> Intent:
    """Return the intent that a message holds.

    Raises
    ------
    InvalidDesign
        If it holds none; ``where`` is the path of the field. What was typed into a field for secrets is not told.
    """
    try:
        return _INTENTS.validate_python(message)
    except ValidationError as error:
        hidden = _secret_in(error)
        if hidden is None:
            raise invalid(error, "message") from error
    except RecursionError as error:
        raise InvalidDesign("the message is nested too deeply", where="message", mend="flatten it") from error
    raise InvalidDesign("this is not taken", where=f"message.{hidden}", mend="give a text of a usual length")


def _secret_in(error: ValidationError) -> str | None:
    """Return the field for secrets that a message is refused for, if it is one."""
    places = (place for one in error.errors(include_input=False) for place in one["loc"])
    return next((str(place) for place in places if place in _SECRETS), None)

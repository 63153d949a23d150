"""What a view may ask about importing and exporting, as values."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from designer_widgets.intent_bases import Changing, Choosing, Intent, Working

LARGEST: Final = 4_000_000
"""Characters that a page may send at once; a server may close a connection over a message of 10 MB."""

Key = Annotated[str, Field(max_length=64)]
Ids = Annotated[tuple[Annotated[str, Field(max_length=2000)], ...], Field(max_length=20_000)]


class GivenFile(BaseModel):
    """A file that was chosen in a browser, or a text that was pasted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(max_length=255)] = ""
    text: Annotated[str, Field(max_length=LARGEST, repr=False)]


class ReadTexts(Changing):
    """Read texts, to be looked at before anything changes."""

    kind: Literal["read_texts"]
    files: Annotated[tuple[GivenFile, ...], Field(min_length=1, max_length=50)]
    notation: Literal["", "script", "dbml", "design", "data"] = ""

    @model_validator(mode="after")
    def _is_no_larger_than_a_message(self) -> ReadTexts:
        if sum(len(file.text) for file in self.files) > LARGEST:
            raise ValueError(f"the files have more than {LARGEST:,} characters; give their path, or import in a cell")
        return self


class ReadPlace(Choosing, Changing):
    """Read a database, or a file on the kernel's machine, to be looked at before anything changes."""

    kind: Literal["read_place"]
    place: Annotated[str, Field(min_length=1, max_length=2000, repr=False)]
    schemas: Annotated[tuple[Annotated[str, Field(max_length=63)], ...], Field(max_length=1000)] = ()
    owners: bool = False
    privileges: bool = True


class CompareDatabase(Working, Changing):
    """Compare the design with the target, to be brought up to date with it."""

    kind: Literal["compare_database"]


class CompareImport(Changing):
    """Compare the design with what was read; ``decide`` answers questions of an earlier comparison."""

    kind: Literal["compare_import"]
    key: Key
    decide: dict[str, Literal["rename", "replace", "keep", "remove"]] = Field(default_factory=dict, max_length=10_000)


class ApplyMends(Changing):
    """Read the script again with these mends and no others."""

    kind: Literal["apply_mends"]
    key: Key
    mends: Ids


class AcceptSuggestions(Changing):
    """Make the design of exactly these suggestions."""

    kind: Literal["accept_suggestions"]
    key: Key
    accepted: Ids


class TakeImport(Changing):
    """Change the design by what was read, in one step."""

    kind: Literal["take_import"]
    key: Key
    way: Literal["replace", "add", "refresh"]


class LeaveImport(Intent):
    """Stop reading, and forget what was read."""

    kind: Literal["leave_import"]


class ListLosses(Intent):
    """Return a part of a loss report: of what was read, of the project's import, or of the last export."""

    kind: Literal["list_losses"]
    of: Literal["import", "project", "export"]
    outcomes: tuple[Literal["kept", "opaque", "changed", "refused"], ...] = ()
    search: Annotated[str, Field(max_length=200)] = ""
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class Export(Intent):
    """Return the design in another notation."""

    kind: Literal["export"]
    notation: Annotated[str, Field(max_length=40)]


class ListCarried(Intent):
    """Return what the design carries along without drawing it."""

    kind: Literal["list_carried"]


TransferIntent = (
    ReadTexts
    | ReadPlace
    | CompareDatabase
    | CompareImport
    | ApplyMends
    | AcceptSuggestions
    | TakeImport
    | LeaveImport
    | ListLosses
    | Export
    | ListCarried
)

"""What a view may ask about changing a database: plans, proofs, applying, rolling back, history, drift, versions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from designer_widgets.intent_bases import Changing, Intent, Working

Key = Annotated[str, Field(min_length=1, max_length=64)]
Name = Annotated[str, Field(min_length=1, max_length=400)]
Answers = Annotated[dict[Name, Annotated[str, Field(max_length=10_000)]], Field(max_length=1000)]


class PlanMigration(Working):
    """Plan the way from the target to the design; nothing is changed."""

    kind: Literal["plan_migration"]
    online: bool = False
    exact: bool = False
    renames: Answers = Field(default_factory=dict)
    using: Answers = Field(default_factory=dict)
    fill: Answers = Field(default_factory=dict)


class PlanRollback(Working):
    """Plan the way back to an earlier version of the design; nothing is changed."""

    kind: Literal["plan_rollback"]
    number: Annotated[int, Field(ge=1, le=1_000_000)]


class ProveMigration(Working):
    """Prove the plan of this key in scratch databases."""

    kind: Literal["prove_migration"]
    key: Key


class ApplyMigration(Working):
    """Apply the plan of this key, which has been proved; ``allow`` names each loss that it makes."""

    kind: Literal["apply_migration"]
    key: Key
    proof: Annotated[str, Field(min_length=64, max_length=64)]
    allow: Annotated[tuple[Name, ...], Field(max_length=10_000)] = ()


class LeavePlan(Working):
    """Forget the plan."""

    kind: Literal["leave_plan"]


class RollBack(Working):
    """Take back the last migration of the target, after asking."""

    kind: Literal["roll_back"]


class ReadHistory(Working):
    """Read what was applied to the target, and what was changed there since."""

    kind: Literal["read_history"]


class AdoptDrift(Working, Changing):
    """Take what was changed in the target into the design."""

    kind: Literal["adopt_drift"]


class RevertDrift(Working):
    """Plan the way back to what was last applied; nothing is changed."""

    kind: Literal["revert_drift"]


class IgnoreDrift(Working):
    """Do not tell of what was changed in the target any more."""

    kind: Literal["ignore_drift"]


class SaveVersion(Changing):
    """Keep the design as it is now as a version."""

    kind: Literal["save_version"]
    message: Annotated[str, Field(max_length=1000)] = ""


class ListVersions(Intent):
    """Return the versions of the design."""

    kind: Literal["list_versions"]


class CompareVersions(Intent):
    """Return a picture of two versions and what differs; number 0 stands for the design as it is now."""

    kind: Literal["compare_versions"]
    before: Annotated[int, Field(ge=0, le=1_000_000)]
    after: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    theme: Literal["light", "dark"] = "light"


MigrationIntent = (
    PlanMigration
    | PlanRollback
    | ProveMigration
    | ApplyMigration
    | LeavePlan
    | RollBack
    | ReadHistory
    | AdoptDrift
    | RevertDrift
    | IgnoreDrift
    | SaveVersion
    | ListVersions
    | CompareVersions
)

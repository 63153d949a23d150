"""Who may do what: for each right the least role that has it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Annotated, Final

from pydantic import Field


class Role(IntEnum):
    """What a member of a workspace is; each may do what the ones below may."""

    viewer = 1
    editor = 2
    admin = 3
    owner = 4


RoleName = Annotated[str, Field(json_schema_extra={"enum": [role.name for role in Role]})]
"""The name of a role, in what is told of it."""


class Right(StrEnum):
    """What a use case asks for."""

    anybody = "anybody"
    """No login is needed."""
    person = "person"
    """Whoever is logged in."""
    see = "see"
    edit = "edit"
    deploy = "deploy"
    administer = "administer"
    own = "own"


LEAST: Final[Mapping[Right, Role]] = {
    Right.see: Role.viewer,
    Right.edit: Role.editor,
    Right.deploy: Role.editor,
    Right.administer: Role.admin,
    Right.own: Role.owner,
}
"""The least role that has a right within a workspace; `Right.anybody` and `Right.person` are about none."""


WORDS: Final[Mapping[Right, str]] = {
    Right.see: "see this",
    Right.edit: "change anything here",
    Right.deploy: "deploy",
    Right.administer: "manage people, connections and projects here",
    Right.own: "do what is an owner's",
}
"""What a right is for, in the words of who is refused it."""


def may(role: Role, right: Right) -> bool:
    """Whether a member of this role has a right."""
    return right in (Right.anybody, Right.person) or role >= LEAST[right]

"""New designs, made of a template that comes with the package."""

from __future__ import annotations

from designer_kernel import templates
from designer_kernel.catalog import identifiers
from designer_kernel.design import Design
from designer_kernel.design.identity import new_id


def from_template(template: str, name: str) -> Design:
    """Return a new design called ``name`` that begins as a template.

    Raises
    ------
    UnknownObject
        If there is no such template; the message names those there are.
    InvalidIdentifier
        If the name is none that a database could have.
    """
    identifiers.check(name)
    return templates.load(template).replace(id=new_id(), name=name)  # type: ignore[no-any-return]

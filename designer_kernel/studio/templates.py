"""Designs to start from, which come with the package."""

from __future__ import annotations

from importlib.resources import files

from designer_kernel.design import Design, document
from designer_kernel.design.identity import new_id
from designer_kernel.errors import UnknownObject
from designer_kernel.studio.locations import SUFFIX


def template_names() -> list[str]:
    """Return the names of the templates."""
    names = (entry.name for entry in files("designer_kernel.templates").iterdir())
    return sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX))


def from_template(template: str, name: str) -> Design:
    """Return a new design called ``name`` that begins as a template.

    Raises
    ------
    UnknownObject
        If there is no such template; the message names those there are.
    """
    if template not in template_names():
        raise UnknownObject(
            f"there is no template {template!r}", mend=f"the templates are {', '.join(template_names()) or 'none yet'}"
        )
    text = (files("designer_kernel.templates") / f"{template}{SUFFIX}").read_text(encoding="utf-8")
    design: Design = document.read(text, name=f"{template}{SUFFIX}")
    return design.replace(id=new_id(), name=name)  # type: ignore[no-any-return]

"""Designs to start from, and the questions that one would ask of their data."""

from __future__ import annotations

import re
from difflib import get_close_matches
from importlib.resources import files

from designer_kernel.design import Design, document
from designer_kernel.errors import UnknownObject

_SUFFIX = ".design.yaml"
_FOLDER = files(__name__)


def names() -> list[str]:
    """Return the names of the templates, in alphabetical order."""
    return sorted(path.name.removesuffix(_SUFFIX) for path in _FOLDER.iterdir() if path.name.endswith(_SUFFIX))


def load(name: str) -> Design:
    """Return the design of a template.

    Raises
    ------
    UnknownObject
        If there is no template of that name; the message names those that there are.
    """
    _require(name)
    return document.read((_FOLDER / f"{name}{_SUFFIX}").read_text(encoding="utf-8"), name=f"{name}{_SUFFIX}")


def queries(name: str) -> dict[str, str]:
    """Return the queries that go with a template: their titles and their SQL. Empty if it has none.

    They stand in ``<name>_queries.sql``, each after a comment line ``-- Title``.

    Raises
    ------
    UnknownObject
        If there is no template of that name.
    """
    _require(name)
    path = _FOLDER / f"{name}_queries.sql"
    if not path.is_file():
        return {}
    parts = re.split(r"^-- (.+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {title: text.strip().rstrip(";") for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def _require(name: str) -> None:
    known = names()
    if name in known:
        return
    close = get_close_matches(name, known, n=1, cutoff=0.5)
    meant = f"did you mean {close[0]}? " if close else ""
    raise UnknownObject(f"there is no template {name!r}", mend=f"{meant}the templates are {', '.join(known)}")


__all__ = ["load", "names", "queries"]

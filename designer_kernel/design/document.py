"""Design files: YAML for people and git, JSON for programs; both say the same.

A file that is refused says where: every `DocumentError` names the file, the line and the column.
"""

from __future__ import annotations

import re
from typing import Any, Final

from pydantic import ValidationError

from designer_kernel.design import document_json, document_yaml, integrity
from designer_kernel.design.design import Design
from designer_kernel.design.document_file import content_hash, load, open_file, save
from designer_kernel.design.document_names import to_data, to_design_data
from designer_kernel.design.document_schema import json_schema
from designer_kernel.design.document_texts import Texts
from designer_kernel.design.document_tree import Tree, decoded
from designer_kernel.design.problems import Problem, dotted, listed, problems
from designer_kernel.errors import DesignerError, DocumentError

_JSON = re.compile(r"\s*\{\s*[\"}]")  # other mappings in braces are YAML

_NAMED: Final = (
    "entities", "views", "materialized_views", "enums", "domains", "areas", "diagrams", "relationships",
)  # fmt: skip
"""Collections whose items an error names."""

__all__ = ["content_hash", "json_schema", "load", "open_file", "read", "save", "to_json", "to_yaml"]


def read(source: str | bytes, name: str = "design") -> Design:
    """Return the design that a file's text describes, YAML or JSON.

    Parameters
    ----------
    name
        What to call the file in errors.

    Raises
    ------
    DocumentError
        If it is no design; ``where`` is ``name:line:column``.
    """
    text = decoded(source, name)
    is_json = name.endswith(".json") or _JSON.match(text)
    tree = document_json.read(text, name) if is_json else document_yaml.read(text, name)
    if isinstance(tree.data, dict) and tree.data.get("format", 1) != 1:
        tree.refuse(
            f"the file has format {tree.data['format']!r}", tree.place_of(("format",)), "this version reads format 1"
        )
    data = to_design_data(tree)
    try:
        design = Design.model_validate(data)
    except ValidationError as error:
        raise _located(tree, error) from error
    try:
        integrity.check(design)
    except DesignerError as error:
        raise DocumentError(error.what, where=_where(tree, design, error), mend=error.mend) from error
    return design


def to_yaml(design: Design, known: Texts | None = None) -> str:
    """Return the text of a design's file as YAML; equal designs have equal text.

    Parameters
    ----------
    known
        The texts of the design that was written last; those of this one are kept there.
    """
    return (known or Texts()).yaml(design)


def to_json(design: Design) -> str:
    """Return the text of a design's file as JSON."""
    return document_json.write(to_data(design))


def _located(tree: Tree, error: ValidationError) -> DocumentError:
    found = problems(error)
    placed = sorted(
        ((tree.place_of(p.path, of_key=p.what.startswith("there is no field")), p) for p in found),
        # an unknown field explains the missing one beside it
        key=lambda pair: (pair[0].line, pair[1].what.endswith("is missing"), pair[0].column),
    )
    place, first = placed[0]
    further = [f"line {where.line}: {_told(problem)}" for where, problem in placed[1:]]
    what = _told(first) + listed(further)
    return DocumentError(what, where=f"{tree.name}:{place.line}:{place.column}", mend=first.mend)


def _told(problem: Problem) -> str:
    path = dotted([step for step in problem.path if not isinstance(step, int)][-2:])
    return f"{path}: {problem.what}" if path else problem.what


def _where(tree: Tree, design: Design, error: DesignerError) -> str:
    """Return the place of the item that an error of the whole design names, or of the file's beginning."""
    for collection in _NAMED:
        for position, item in enumerate(_records(tree.data, collection)):
            name, schema = item.get("name"), item.get("schema_name") or design.default_schema
            spellings = {name, f"{schema}.{name}", f"area {name}", f"diagram {name}"}
            spellings.add(f"relationship {name or item.get('id')}")
            if spellings & {error.where, error.where.split(",")[0]}:
                place = tree.place_of((collection, position))
                return f"{tree.name}:{place.line}:{place.column}"
    return f"{tree.name}:1:1"


def _records(data: Any, collection: str) -> list[dict[str, Any]]:
    return [one for one in data.get(collection, ()) if isinstance(one, dict)]

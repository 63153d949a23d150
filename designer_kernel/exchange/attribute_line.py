"""Attributes written as a line of SQL: ``email varchar(255) unique not null``, as in a CREATE TABLE."""

from __future__ import annotations

from typing import Any

import postgast
from pydantic import ValidationError

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.identifiers import quote
from designer_kernel.design import Attribute
from designer_kernel.errors import DesignerError, InvalidDesign, InvalidSql

_SERIAL = {
    "serial": "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint",
    "smallserial": "smallint", "serial2": "smallint",
}  # fmt: skip
_SERIAL_WORDS = {"integer": "serial", "bigint": "bigserial", "smallint": "smallserial"}
_EXAMPLE = "email varchar(255) unique not null"

_ELSEWHERE = {
    "CONSTR_CHECK": ("a CHECK", "add the check to the entity: entity.add_check('price > 0')"),
    "CONSTR_FOREIGN": ("REFERENCES", "draw a relationship instead: project.relate('parent', 'child')"),
    "CONSTR_GENERATED": ("a VIRTUAL expression", "generated columns are kept in the table: end the line with STORED"),
    "CONSTR_ATTR_DEFERRABLE": ("DEFERRABLE", "add a deferrable key to the entity"),
}
"""What may stand in a column's definition, but belongs to another part of a design."""


def parse_line(text: str) -> Attribute:
    """Return the attribute that a column definition describes.

    Name and type, then in any order: ``NOT NULL``, ``PRIMARY KEY``, ``UNIQUE``, ``DEFAULT …``, ``COLLATE …``,
    ``GENERATED ALWAYS AS IDENTITY`` and ``GENERATED ALWAYS AS (…) STORED``.

    Raises
    ------
    InvalidSql
        If PostgreSQL's grammar does not take the text as exactly one column definition.
    InvalidDesign
        If its parts contradict each other, or belong elsewhere (``CHECK``, ``REFERENCES``).
    """
    column = _column(text)
    fields: dict[str, Any] = {"name": column.colname, "data_type": _type_text(column.type_name)}
    if fields["data_type"] in _SERIAL:
        fields |= {"data_type": _SERIAL[fields["data_type"]], "identity": "SERIAL", "is_nullable": False}
    if column.HasField("coll_clause"):
        fields["collation"] = column.coll_clause.collname[-1].string.sval
    for node in column.constraints:
        _add_constraint(fields, node.constraint, column.colname)
    if fields.get("is_primary_key"):
        fields["is_nullable"] = False
    try:
        return Attribute(**fields)
    except ValidationError as error:
        # pydantic wraps what our own validators raise; theirs says more
        causes = [e.get("ctx", {}).get("error") for e in error.errors()]
        cause = next((c for c in causes if isinstance(c, DesignerError)), None)
        what = cause.what if cause else error.errors()[0]["msg"].removeprefix("Value error, ")
        mend = cause.mend if cause else "keep one of the two"
        raise InvalidDesign(what, where=column.colname, mend=mend) from error


def write_line(attribute: Attribute, *, type_text: str = "") -> str:
    """Return the column definition of an attribute, its type spelt as ``type_text``; `parse_line` reads it back."""
    is_serial = attribute.identity == "SERIAL"
    words = [quote(attribute.name), _SERIAL_WORDS[attribute.type] if is_serial else type_text or attribute.type]
    if attribute.collation:
        words += ["COLLATE", quote(attribute.collation)]
    if attribute.is_primary_key:
        words.append("PRIMARY KEY")
    elif not attribute.is_nullable:
        words.append("NOT NULL")
    if attribute.is_unique:
        words.append("UNIQUE")
    if attribute.default_value is not None:
        words += ["DEFAULT", sqltext.expression(attribute.default_value)]
    if attribute.identity and not is_serial:
        words += ["GENERATED", attribute.identity, "AS IDENTITY"]
    if attribute.generated is not None:
        words += ["GENERATED ALWAYS AS", "(" + sqltext.expression(attribute.generated) + ")", "STORED"]
    return " ".join(words)


def _column(text: str) -> Any:
    shown = text.strip()[:80]
    try:
        # on lines of its own, so that a comment at the end of the text cannot swallow the closing bracket
        canonical = sqltext.statement(f"CREATE TABLE t (\n{text}\n)", "create_stmt")
    except InvalidSql as error:
        reason = getattr(error.__cause__, "message", "")
        raise InvalidSql(
            f"{shown!r} is not an attribute" + (f": {reason}" if reason else ""),
            where=shown.split(" ")[0],
            mend=f"write a name, a type and what holds for it, such as: {_EXAMPLE}",
        ) from error
    statement = postgast.parse(canonical).stmts[0].stmt.create_stmt
    present = {field.name for field, _value in statement.ListFields()}
    elements = statement.table_elts
    if present - {"relation", "table_elts", "oncommit"} or [e.WhichOneof("node") for e in elements] != ["column_def"]:
        raise InvalidSql(
            f"{shown!r} is not exactly one attribute", where=shown.split(" ")[0], mend=f"give one, such as: {_EXAMPLE}"
        )
    return elements[0].column_def


def _add_constraint(fields: dict[str, Any], constraint: Any, name: str) -> None:
    kind = type(constraint).DESCRIPTOR.fields_by_name["contype"].enum_type.values_by_number[constraint.contype].name
    if kind == "CONSTR_NOTNULL":
        fields["is_nullable"] = False
    elif kind == "CONSTR_NULL":
        fields["is_nullable"] = True
    elif kind == "CONSTR_PRIMARY":
        fields["is_primary_key"] = True
    elif kind == "CONSTR_UNIQUE":
        fields["is_unique"] = True
    elif kind == "CONSTR_DEFAULT":
        fields["default_value"] = _expression_text(constraint.raw_expr)
    elif kind == "CONSTR_IDENTITY":
        fields["identity"] = "ALWAYS" if constraint.generated_when == "a" else "BY DEFAULT"
        fields["is_nullable"] = False
    elif kind == "CONSTR_GENERATED" and constraint.generated_kind != "v":
        fields["generated"] = _expression_text(constraint.raw_expr)
    else:
        what, mend = _ELSEWHERE.get(kind, ("this clause", "leave it out"))
        raise InvalidDesign(f"{what} cannot stand in the line of an attribute", where=name, mend=mend)


def _type_text(type_name: Any) -> str:
    tree = postgast.parse("SELECT NULL::int")
    tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.type_cast.type_name.CopyFrom(type_name)
    text = sqltext.deparse(tree)
    return text.removeprefix("SELECT NULL::")


def _expression_text(expression: Any) -> str:
    tree = postgast.parse("SELECT 1")
    tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.CopyFrom(expression)
    text = sqltext.deparse(tree)
    return text.removeprefix("SELECT ")

"""Functions of a design as the catalog knows them: their identity read from the CREATE statement."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import postgast

from designer_kernel.catalog import sqltext, types
from designer_kernel.catalog.kinds.function import Function as FunctionFact
from designer_kernel.design.objects import Function
from designer_kernel.errors import InvalidDesign

_INPUT_MODES = {"FUNC_PARAM_IN", "FUNC_PARAM_INOUT", "FUNC_PARAM_VARIADIC", "FUNC_PARAM_DEFAULT"}


def lower_function(function: Function, schema: str, qualified: Callable[[str], str]) -> FunctionFact:
    """Return the catalog's fact of a function. A statement that needs nothing stays as it is written.

    Parameters
    ----------
    qualified
        Returns a statement with its names qualified, the same text if none had to be.

    Raises
    ------
    InvalidDesign
        If the statement creates a function of another name or schema than the design says.
    """
    settled = sqltext.settled_statement(function.definition, "create_function_stmt")
    read = _read(qualified(settled))
    if read.path[-1] != function.name or read.path[:-1] not in ((), (schema,)):
        raise InvalidDesign(
            f"the definition creates {'.'.join(read.path)!r}, but the function is called {function.name!r} in "
            f"{schema!r}",
            where=f"{schema}.{function.name}",
            mend="give both the same name",
        )
    return FunctionFact(
        schema=schema,
        name=function.name,
        arguments=read.arguments,
        returns=read.returns,
        language=read.language,
        definition=read.text if len(read.path) > 1 else _placed(read.text, schema, function.name),
    )


class _Read(NamedTuple):
    """What a CREATE FUNCTION statement says of its function."""

    text: str
    path: tuple[str, ...]
    arguments: str
    returns: str
    language: str


@lru_cache(maxsize=4096)
def _read(text: str) -> _Read:
    node = postgast.parse(text).stmts[0].stmt.create_function_stmt
    modes = postgast.pg_query_pb2.FunctionParameterMode
    parameters = [(p.function_parameter, modes.Name(p.function_parameter.mode)) for p in node.parameters]
    return _Read(
        text,
        tuple(part.string.sval for part in node.funcname),
        ", ".join(_type(p.arg_type) for p, mode in parameters if mode in _INPUT_MODES),
        _returns(node, parameters),
        _language(node),
    )


@lru_cache(maxsize=4096)
def _placed(text: str, schema: str, name: str) -> str:
    """Return a statement whose function is in a schema."""
    tree = postgast.parse(text)
    node = tree.stmts[0].stmt.create_function_stmt
    del node.funcname[:]
    node.funcname.add().string.sval = schema
    node.funcname.add().string.sval = name
    node.replace = False  # a deployment creates; replacing what is there would hide a difference
    return sqltext.deparse(tree)


def _returns(node: Any, parameters: list[tuple[Any, str]]) -> str:
    """Spell the result as ``pg_get_function_result`` does; a procedure has none."""
    if node.is_procedure:
        return ""
    columns = [f"{p.name} {_type(p.arg_type)}" for p, mode in parameters if mode == "FUNC_PARAM_TABLE"]
    if columns:
        return f"TABLE({', '.join(columns)})"
    outputs = [p for p, mode in parameters if mode in {"FUNC_PARAM_OUT", "FUNC_PARAM_INOUT"}]
    if node.HasField("return_type"):
        result = _type(node.return_type)
        return f"SETOF {result}" if node.return_type.setof else result
    return _type(outputs[0].arg_type) if len(outputs) == 1 else "record"


def _language(node: Any) -> str:
    for option in node.options:
        if option.def_elem.defname == "language":
            return str(option.def_elem.arg.string.sval)
    return "sql"  # a body in standard SQL syntax may leave the language out


def _type(node: Any) -> str:
    """Spell a parsed type as ``format_type`` does, without modifiers, which functions do not keep."""
    tree = postgast.parse("SELECT NULL::int")
    target = tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.type_cast.type_name
    target.CopyFrom(node)
    target.setof = False
    del target.typmods[:]
    return types.canonical(postgast.deparse(tree).removeprefix("SELECT NULL::"))

"""Whether ``CREATE OR REPLACE FUNCTION`` takes one definition in the place of another.

Source: ``ProcedureCreate`` of PostgreSQL. What may not change is the kind of routine, what it returns, the names of
inputs that have one, the names and types of outputs, and that an input has a default.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import postgast

from designer_kernel.catalog.spelling import UNPARSED, quoted_parts

_INPUTS = frozenset({"FUNC_PARAM_DEFAULT", "FUNC_PARAM_IN", "FUNC_PARAM_INOUT", "FUNC_PARAM_VARIADIC"})
_OUTPUTS = frozenset({"FUNC_PARAM_INOUT", "FUNC_PARAM_OUT", "FUNC_PARAM_TABLE"})

_UNNAMED = '"?"'
"""Stands for the name that an unnamed parameter has in what the server writes, ``""``, which no grammar takes."""


class _Parameter(NamedTuple):
    name: str
    mode: str
    type: bytes
    has_default: bool


class _Signature(NamedTuple):
    is_procedure: bool
    is_window: bool
    returns: bytes
    inputs: tuple[_Parameter, ...]
    outputs: tuple[_Parameter, ...]


def is_replaceable(old: str, new: str) -> bool:
    """Whether a routine with one definition may be given another one, both as the server writes them.

    One that our parser cannot read is not.
    """
    try:
        before, after = _signature(old), _signature(new)
    except UNPARSED:
        return False
    if before[:3] != after[:3] or len(before.inputs) != len(after.inputs):
        return False
    pairs = list(zip(before.inputs, after.inputs, strict=True))
    keeps_inputs = all(
        (one.name in ("", other.name)) and (other.has_default or not one.has_default) for one, other in pairs
    )
    return keeps_inputs and _row(before) == _row(after)


def _row(signature: _Signature) -> list[tuple[str, bytes]]:
    return [(parameter.name, parameter.type) for parameter in signature.outputs]


def _signature(definition: str) -> _Signature:
    statement = postgast.parse(_with_names(definition)).stmts[0].stmt.create_function_stmt
    given = [_parameter(item.function_parameter) for item in statement.parameters]
    options = {item.def_elem.defname for item in statement.options}
    return _Signature(
        statement.is_procedure,
        "window" in options,
        _plain(statement.return_type),
        tuple(parameter for parameter in given if parameter.mode in _INPUTS),
        tuple(parameter for parameter in given if parameter.mode in _OUTPUTS),
    )


def _parameter(node: Any) -> _Parameter:
    mode = str(node.DESCRIPTOR.fields_by_name["mode"].enum_type.values_by_number[node.mode].name)
    name = "" if node.name == _UNNAMED[1:-1] else node.name
    return _Parameter(name, mode, _plain(node.arg_type), node.HasField("defexpr"))


def _plain(type_name: Any) -> bytes:
    """Return a type without the place in the text where it stands."""
    copy = type(type_name)()
    copy.CopyFrom(type_name)
    _forget_places(copy)
    return bytes(copy.SerializeToString(deterministic=True))


def _forget_places(node: Any) -> None:
    for field, value in node.ListFields():
        if field.name == "location":
            node.ClearField(field.name)
        elif hasattr(value, "ListFields"):
            _forget_places(value)
        elif field.message_type is not None:
            for item in value:
                _forget_places(item)


def _with_names(definition: str) -> str:
    for begin, end in reversed(list(quoted_parts(definition))):
        if definition[begin:end] == '""':
            definition = f"{definition[:begin]}{_UNNAMED}{definition[end:]}"
    return definition

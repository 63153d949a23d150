"""Providers that are asked for: by name, as a plan shows them, or by some parameters of the one chosen by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.providers.provider import Context, Provider

ByItself = Callable[[Context], tuple[Provider, str, bool]]


def asked_for(
    context: Context, name: str, parameters: Mapping[str, Any], by_itself: ByItself
) -> tuple[Provider, str, bool]:
    """Return the provider of a name; that may be the one which plans show, with parameters as plans show them.

    Parameters
    ----------
    by_itself
        Returns what a column gets if nobody asks for anything, the reason, and whether it keeps values apart.

    Raises
    ------
    SamplePlanError
        If there is none, or its parameters do not fit.
    """
    from designer_kernel.sample.providers import catalogue  # it collects the modules that this one asks

    known = catalogue.catalogue().get(name)
    is_known = known is not None and (known.open or set(parameters) <= {p.name for p in known.parameters})
    found = _tried(by_itself, context) if parameters or not is_known else None
    if found is not None and found[0].name == name:
        provider, reason, is_distinct = found
        if not is_known or _shows(provider, parameters):
            return with_parameters(provider, parameters, context), f"{reason}; asked for", is_distinct
    provider, is_distinct = catalogue.make(name, context, parameters)
    return provider, "asked for", is_distinct


def _tried(by_itself: ByItself, context: Context) -> tuple[Provider, str, bool] | None:
    """Return the provider that a column gets if nobody asks for one, if there is one for its type."""
    try:
        return by_itself(context)
    except SamplePlanError:
        return None


def _shows(provider: Provider, parameters: Mapping[str, Any]) -> bool:
    """Whether a plan shows a provider with these parameters."""
    from designer_kernel.sample.document import emit

    return all(name in emit.parameters(provider) for name in parameters) and all(
        emit.plain(getattr(provider, name)) == value for name, value in parameters.items()
    )


def with_parameters(provider: Provider, parameters: Mapping[str, Any], context: Context) -> Provider:
    """Return a provider that was chosen by itself, with some of its fields changed.

    Raises
    ------
    SamplePlanError
        For a field that it does not have, or another type of value.
    """
    from designer_kernel.sample.document import emit
    from designer_kernel.sample.document.hints import near
    from designer_kernel.sample.providers.catalogue import fitted

    where = f"{context.table.label}.{context.column.name}"
    known = {one.name: getattr(provider, one.name) for one in fields(provider)}
    plain = {name: value for name, value in known.items() if isinstance(value, int | float | str | bool | tuple)}
    changes = {}
    for name, value in parameters.items():
        if name not in plain:
            raise SamplePlanError(f"{provider.name} has no parameter {name!r}", where=where, mend=near(name, plain))
        old = plain[name]
        if emit.plain(old) == value:
            continue
        if isinstance(old, tuple):
            changes[name] = _tupled(fitted(tuple, value, f"{where}.{name}", "a list"))
        else:
            changes[name] = fitted(type(old), value, f"{where}.{name}", f"a value such as {old!r}")
    return replace(provider, **changes)


def _tupled(value: Any) -> Any:
    """Return lists of lists as tuples of tuples, as providers hold them."""
    return tuple(map(_tupled, value)) if isinstance(value, tuple | list) else value

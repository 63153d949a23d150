"""Providers by name: what plans, hints and people may ask for, with parameters checked by their type hints.

Each module of this room may have ``NAMED``: names and factories ``(context, **parameters) -> Provider``. Users'
functions are registered from Python only: a file that a stranger wrote can name them, but never bring code along.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from designer_kernel.design.problems import problems
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import providers
from designer_kernel.sample.document.hints import near
from designer_kernel.sample.providers import custom
from designer_kernel.sample.providers.provider import Context, Provider

Factory = Callable[..., Provider]
REQUIRED: Final = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a named provider; ``default`` is `REQUIRED` if it has to be given."""

    name: str
    hint: Any
    default: Any

    @property
    def words(self) -> str:
        """The type as people write it."""
        return _worded(self.hint)

    def __str__(self) -> str:
        return f"{self.name}: {self.words}" + ("" if self.default is REQUIRED else f" = {self.default!r}")


@dataclass(frozen=True, slots=True)
class Named:
    """A provider that can be asked for by name.

    ``open`` providers take any parameters: a user's function with ``**parameters``. ``distinct`` ones keep values apart
    by themselves when the column must be unique.
    """

    name: str
    make: Factory
    summary: str
    parameters: tuple[Parameter, ...]
    distinct: bool = False
    open: bool = False
    module: str = ""

    def check(self, given: Mapping[str, Any], where: str) -> dict[str, Any]:
        """Return the parameters as their type hints want them.

        Raises
        ------
        SamplePlanError
            For a parameter that is missing, not known, or of another type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        checked: dict[str, Any] = {}
        for name, value in given.items():
            if name not in known:
                if not self.open:
                    raise SamplePlanError(
                        f"{self.name} has no parameter {name!r}", where=where, mend=near(name, known) if known else
                        f"leave it out: {self.name} has no parameters"
                    )  # fmt: skip
                checked[name] = value
                continue
            checked[name] = fitted(known[name].hint, value, f"{where}.{name}", known[name].words)
        for parameter in self.parameters:
            if parameter.default is REQUIRED and parameter.name not in given:
                raise SamplePlanError(
                    f"{self.name} needs {parameter.name}", where=where, mend=f"add {parameter.name}: {parameter.words}"
                )
        return checked


def fitted(hint: Any, value: Any, where: str, words: str) -> Any:
    """Return a value as a type hint wants it: lists for tuples, dates from text, but no number from text.

    Raises
    ------
    SamplePlanError
        If it does not fit.
    """
    if hint is Any:
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    crossed = isinstance(value, str | bool) and hint in (int, float)
    if crossed or (hint is bool and not isinstance(value, bool)) or (hint is str and is_number):
        raise SamplePlanError(f"{value!r} is not {words}", where=where, mend=f"give {words}")
    try:
        return _adapter(hint).validate_python(value)
    except ValidationError as error:
        raise SamplePlanError(
            f"{value!r} is not {words}: {problems(error)[0].what}", where=where, mend=f"give {words}"
        ) from error


def _adapter(hint: Any) -> TypeAdapter[Any]:
    return TypeAdapter(hint)


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, Named]:
    """Return the providers that the modules of this room name."""
    found: dict[str, Named] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(providers.__path__)):
        named: Mapping[str, Factory] = getattr(
            importlib.import_module(f"{providers.__name__}.{module}"), "NAMED", {}
        )  # fmt: skip
        for name, make in named.items():
            if name in found:
                raise ValueError(f"two providers are named {name!r}: in {found[name].module} and {module}")
            found[name] = _named(name, make, module)
    return dict(sorted(found.items()))


def catalogue() -> dict[str, Named]:
    """Return all providers by name, those that users registered last."""
    own = {name: _custom(name) for name in custom.names()}
    return {**built_in(), **own}


def entry(name: str, where: str = "") -> Named:
    """Return a provider by its name.

    Raises
    ------
    SamplePlanError
        If there is none; the nearest names are said.
    """
    if name in custom.names():
        return _custom(name)
    found = built_in().get(name)
    if found is None:
        mend = near(name, (*built_in(), *custom.names()))
        raise SamplePlanError(
            f"there is no provider {name!r}",
            where=where,
            mend=f"{mend}; functions are registered by sample.provider({name!r})(function)",
        )
    return found


def make(name: str, context: Context, parameters: Mapping[str, Any]) -> tuple[Provider, bool]:
    """Return a provider by its name, and whether it keeps values apart by itself.

    Raises
    ------
    SamplePlanError
        For an unknown name, parameters that do not fit, or a column that the provider has no values for.
    """
    where = f"{context.table.label}.{context.column.name}"
    named = entry(name, where)
    return named.make(context, **named.check(parameters, where)), named.distinct


def to_frame() -> Any:
    """Return a DataFrame of all providers: name, parameters, what it makes."""
    import pandas as pd

    rows = [(n.name, ", ".join(str(p) for p in n.parameters), n.summary) for n in catalogue().values()]
    return pd.DataFrame(rows, columns=["provider", "parameters", "makes"])


def _named(name: str, make: Factory, module: str) -> Named:
    signature = inspect.signature(make)
    hints = get_type_hints(make)
    parameters = tuple(
        Parameter(p.name, hints.get(p.name, Any), p.default)
        for p in list(signature.parameters.values())[1:]
        if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)
    )
    summary = (inspect.getdoc(make) or "").partition("\n")[0].strip()
    return Named(name, make, summary, parameters, bool(getattr(make, "keeps_apart", False)), module=module)


def _custom(name: str) -> Named:
    function = custom.function(name)
    parameters, is_open = custom.parameters(function)
    hints = custom.hints(function)
    listed = tuple(Parameter(p.name, hints.get(p.name, Any), p.default) for p in parameters)
    summary = (inspect.getdoc(function) or "a function of yours").partition("\n")[0].strip()

    def make(context: Context, **given: Any) -> Provider:
        return custom.Custom(name, tuple(sorted(given.items())), function)

    return Named(name, make, summary, listed, open=is_open, module="yours")


def _worded(hint: Any) -> str:
    simple = {int: "a whole number", float: "a number", str: "text", bool: "true or false", Any: "any value"}
    if hint in simple:
        return simple[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return "one of " + ", ".join(str(a) for a in arguments)
    if origin in (Union, UnionType):
        return " or ".join(_worded(a) for a in arguments if a is not type(None))
    if origin in (tuple, list) or (origin is not None and "Sequence" in str(origin)):
        inner = next((a for a in arguments if a is not Ellipsis), Any)
        return "a list" if inner is Any else f"a list, each {_worded(inner)}"
    if origin is not None and ("Mapping" in str(origin) or origin is dict):
        return "a mapping"
    return str(getattr(hint, "__name__", hint))

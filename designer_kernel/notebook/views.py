"""Looking at a design by name: ``project.entities["products"].attributes["sku"]``, with completion."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import ClassVar, Generic, NoReturn, TypeVar

from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.notebook import display

V = TypeVar("V")


class UnknownName(UnknownObject, KeyError):
    """A name that a view does not hold; also a `KeyError`, so that ``in`` and ``get`` work as in any mapping."""


class NotAssigned(DesignerError, AttributeError):
    """An assignment to a view, which shows a design and is none; also an `AttributeError`, as of any property."""

    code = "not_assigned"


class ReadOnly:
    """What shows a design: to assign to it would change nothing, so it is refused, with the call that does."""

    _calls: ClassVar[Mapping[str, str]] = {}
    """The call that changes a field, for fields that ``change`` does not take."""

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("_"):
            self._refuse(name)
        object.__setattr__(self, name, value)

    def _refuse(self, name: str) -> NoReturn:
        call = self._calls.get(name) or (f"change({name}=…)" if hasattr(type(self), "change") else "")
        raise NotAssigned(
            f"{name} cannot be assigned; nothing was changed",
            where=type(self).__name__,
            mend=f"write .{call}" if call else "change the design by the methods of its parts, such as .change(…)",
        )


class NamedView(ReadOnly, Mapping[str, V], Generic[V]):
    """A live, read-only mapping from names to views of what has them. Names that fit are attributes too."""

    def _items(self) -> dict[str, V]:
        """Return what there is now, in the order of the design."""
        raise TypeError(f"{type(self).__name__} does not say what it holds")

    def _what(self) -> tuple[str, str]:
        """Return what the view holds, in singular, and where."""
        raise TypeError(f"{type(self).__name__} does not say what it holds")

    def __getitem__(self, name: str) -> V:
        items = self._items()
        if name in items:
            return items[name]
        kind, where = self._what()
        close = get_close_matches(str(name), items, n=3, cutoff=0.5)
        mend = (
            f"did you mean {', '.join(close)}?" if close else f"there are {', '.join(list(items)[:20]) or 'none yet'}"
        )
        raise UnknownName(f"there is no {kind} {str(name)!r}", where=where, mend=mend)

    def __iter__(self) -> Iterator[str]:
        return iter(self._items())

    def __len__(self) -> int:
        return len(self._items())

    def __getattr__(self, name: str) -> V:
        if name.startswith("_"):
            raise AttributeError(name)  # IPython asks for many displays that there are not
        try:
            return self[name]
        except UnknownName as error:
            raise AttributeError(str(error)) from error

    def __dir__(self) -> list[str]:
        fitting = [name for name in self if name.isidentifier() and not keyword.iskeyword(name)]
        return sorted({*object.__dir__(self), *fitting})

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def __repr__(self) -> str:
        kind, where = self._what()
        return f"<{len(self)} of {kind} in {where}: {', '.join(list(self)[:12])}{', …' if len(self) > 12 else ''}>"

    def _repr_html_(self) -> str:
        kind, where = self._what()
        rows = ((name, str(item)) for name, item in self._items().items())
        return display.card(f"{len(self)} × {kind}", display.table(("name", "is"), rows, code=(0,)), subtitle=where)

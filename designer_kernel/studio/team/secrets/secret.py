"""`Secret`: a text that shows itself to nobody who does not ask for it by name."""

from __future__ import annotations

from typing import Any, Final, NoReturn

_HIDDEN: Final = "Secret('***')"


class Secret:
    """A text that is in no repr, no message, no log, no pickle and no listing of local variables.

    Parameters
    ----------
    text
        The text; `reveal` returns it.
    """

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    @classmethod
    def of(cls, text: str | Secret) -> Secret:
        """Return a text as a secret."""
        return text if isinstance(text, Secret) else cls(text)

    def reveal(self) -> str:
        """Return the text."""
        return self.__text

    def __repr__(self) -> str:
        return _HIDDEN

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, form: str) -> str:
        return _HIDDEN

    def __bool__(self) -> bool:
        return bool(self.__text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.__text == other.reveal()

    def __hash__(self) -> int:
        return hash(self.__text)

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a secret is not pickled or copied")

"""The long tail of names and streets, from the data files of Mimesis if it is installed.

Its data is read as files, once and when it is first needed: the library itself is never imported (that alone takes
0.17 s) and never called for a row. ``fingerprint`` says which lists rows are drawn from; a plan keeps it.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

from designer_kernel.sample.vocabulary import people

MOST: Final = 400
"""Most words that are taken of one list, evenly spread over it: the lists are in alphabetical order."""

_FOLDERS: Final = {
    "en": "en", "de": "de", "fr": "fr", "es": "es", "it": "it", "nl": "nl", "pl": "pl", "pt": "pt-br", "sv": "sv",
    "da": "da", "cs": "cs", "tr": "tr", "uk": "uk", "el": "el", "zh": "zh", "ko": "ko",
}  # fmt: skip
_OWN_GIVEN: Final = frozenset({"zh", "sv", "da"})
"""Languages with the given names of our own lists alone: those of zh come without a reading that a login needs, those
of sv and da are mostly medieval."""

_GENDERED: Final = {"cs": (r".*á", r".*[^á]")}
"""How women's and men's family names end where the library has one list for both."""

_STREET_FORMS: Final = {
    "de": "{}", "fr": "Rue {}", "es": "{}", "it": "Via {}", "nl": "{}", "pl": "ul. {}", "pt": "{}", "sv": "{}",
    "da": "{}", "cs": "{}", "tr": "{} Sokak", "uk": "вул. {}", "el": "{}", "zh": "{}路", "ko": "{}길",
}  # fmt: skip
_STREET_SHAPES: Final = {
    "fr": r"(?!De |Du |Des |La |Le |Les |L |D )[A-ZÉÈÎ][a-zéèêëçïîôâû]{2,} [A-ZÉÈ][a-zéèêëçïîôâû]{3,}",
    "es": r"Calle .{4,22}",
    "it": r"[A-Z][a-zàèéìòù]{2,} [A-Z][a-zàèéìòù]{3,}",
    "pt": r"Rua \D{6,22}",
    "tr": r"\w{3,14}",
}
_OTHER_SCRIPTS: Final = frozenset({"uk", "el", "zh", "ko"})
_WORD: Final = r"[^\W\d_][^\W\d_'’ .-]*(?:[ '’-][^\W\d_]+){0,2}"


class Lists(NamedTuple):
    """Further words of one language."""

    women: tuple[str, ...] = ()
    men: tuple[str, ...] = ()
    women_families: tuple[str, ...] = ()
    men_families: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()


def installed() -> tuple[str, Path] | None:
    """Return the version of Mimesis and the folder of its data, or ``None``."""
    spec = find_spec("mimesis")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "datasets"
    try:
        return (version("mimesis"), folder) if (folder / "en" / "person.json").is_file() else None
    except PackageNotFoundError:
        return None


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Return what names are drawn from: library, version, and a hash of all lists."""
    digest = blake2b(digest_size=8)
    digest.update(repr((people.NAMES, people.STREETS, sorted(_STREET_FORMS.items()), MOST)).encode())
    found = installed()
    if found is None:
        return f"own lists {digest.hexdigest()}"
    for language in _FOLDERS:
        for name in ("person.json", "address.json"):
            digest.update(_bytes(found[1], language, name))
    return f"mimesis {found[0]} {digest.hexdigest()}"


@lru_cache(maxsize=1)
def lists() -> dict[str, Lists]:
    """Return the library's words by language; nothing without the library."""
    found = installed()
    return {} if found is None else {language: _lists(found[1], language) for language in _FOLDERS}


def _bytes(folder: Path, language: str, name: str) -> bytes:
    path = folder / _FOLDERS[language] / name
    return path.read_bytes() if path.is_file() else b""


def _lists(folder: Path, language: str) -> Lists:
    person, address = (json.loads(_bytes(folder, language, name) or b"{}") for name in ("person.json", "address.json"))
    names = [] if language in _OWN_GIVEN else _by_gender(person.get("names"))
    families = [] if language == "zh" else _by_gender(person.get("surnames"))
    if language in _GENDERED and families:
        ends = _GENDERED[language]
        families = [tuple(f for f in group if re.fullmatch(end, f)) for group, end in zip(families, ends, strict=True)]
    women, men = names or [(), ()]
    both = set(women) & set(men)
    own = people.NAMES[language]
    women_families, men_families = families or [(), ()]
    return Lists(
        _sample(w for w in women if w not in both and w not in own.men.split(",")),
        _sample(m for m in men if m not in both and m not in own.women.split(",")),
        _sample(women_families),
        _sample(men_families),
        _streets(language, address.get("street", {}).get("name", ())),
    )


def _by_gender(found: Any) -> list[tuple[str, ...]]:
    """Return women's and men's words; a list without genders serves both."""
    if isinstance(found, dict):
        return [tuple(found.get(gender, ())) for gender in ("female", "male")]
    return [tuple(found or ())] * 2


def _sample(words: Any) -> tuple[str, ...]:
    """Return words that look like names, without repeats and, if there are many, evenly spread over the list."""
    kept = [w for w in dict.fromkeys(word.strip() for word in words) if re.fullmatch(_WORD, w) and len(w) < 20]
    if len(kept) <= MOST:
        return tuple(kept)
    return tuple(kept[i * len(kept) // MOST] for i in range(MOST))


def _streets(language: str, names: Any) -> tuple[str, ...]:
    if language not in _STREET_FORMS:
        return ()
    shape = _STREET_SHAPES.get(language, r"\D{1,24}")
    kept = [name.strip() for name in dict.fromkeys(names) if re.fullmatch(shape, name.strip())]
    if language in _OTHER_SCRIPTS:
        kept = [name for name in kept if not re.search("[A-Za-z]", name)]
    step = max(len(kept) / MOST, 1)
    return tuple(_STREET_FORMS[language].format(kept[int(i * step)]) for i in range(min(len(kept), MOST)))

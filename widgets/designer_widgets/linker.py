"""One ES module from many: anywidget sends ``_esm`` as one text, and our front end is one noun a file.

The modules stay plain ES modules that ``node --test`` and a browser import as they are. The linker asks for little:
named imports from ``./file.js`` without renaming, exports in front of declarations, one ``export default`` in the
entry, and top-level names that are unique across all modules. It refuses anything else instead of guessing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from designer_kernel.errors import DesignerError

FRONTEND: Final = Path(__file__).parent / "frontend"
ENTRY: Final = "main.js"

_IMPORT = re.compile(r'^import\s*\{([^}]*)\}\s*from\s*"\./([\w-]+\.js)";[ \t]*\n', re.MULTILINE)
_ANY_IMPORT = re.compile(r"^import\b|^(?! \*).*(?<!\{)\bimport\s*\(", re.MULTILINE)  # import("…") is a type in comments
_EXPORTED = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
_ANY_EXPORT = re.compile(r"^export\b.*$", re.MULTILINE)
_TOP_LEVEL = re.compile(r"^(export )?(?:async )?(?:function\*?|class|const|let|var) +(\w+)", re.MULTILINE)


class LinkError(DesignerError):
    """A front-end module that the linker cannot take in; ``where`` names the file."""

    code = "link"


def exported_names(source: str) -> set[str]:
    """Return the names that a module exports."""
    return {match[2] for match in _TOP_LEVEL.finditer(source) if match[1]}


def top_level_names(source: str) -> list[str]:
    """Return the names that a module declares at its top level, in order."""
    return [match[2] for match in _TOP_LEVEL.finditer(source)]


def import_order(sources: dict[str, str], entry: str = ENTRY) -> list[str]:
    """Return the modules that ``entry`` needs, each after those that it imports.

    Raises
    ------
    LinkError
        If an imported module or name does not exist, or modules import each other in a circle.
    """
    order: list[str] = []
    open_modules: list[str] = []

    def visit(name: str, importer: str) -> None:
        if name in order:
            return
        if name not in sources:
            raise LinkError(f"there is no module {name!r}", where=importer, mend="write it, or correct the import")
        if name in open_modules:
            circle = " → ".join([*open_modules[open_modules.index(name) :], name])
            raise LinkError(f"modules import each other: {circle}", where=importer, mend="move the shared part out")
        open_modules.append(name)
        for names, imported in _IMPORT.findall(sources[name]):
            visit(imported, name)
            _check_names(names, imported, sources[imported], name)
        open_modules.pop()
        order.append(name)

    visit(entry, entry)
    return order


def link(sources: dict[str, str], entry: str = ENTRY) -> str:
    """Return one ES module that does what ``entry`` and everything it imports do.

    Raises
    ------
    LinkError
        If a module uses an import or export that is not one of the few allowed, or two share a top-level name.
    """
    owners: dict[str, str] = {}
    parts: list[str] = []
    for name in import_order(sources, entry):
        for declared in top_level_names(sources[name]):
            if declared in owners:
                raise LinkError(
                    f"{declared!r} is declared in {owners[declared]} and in {name}",
                    where=name,
                    mend="rename one; linked modules share one scope",
                )
            owners[declared] = name
        parts.append(f"// {name}\n{_without_module_syntax(name, sources[name], is_entry=name == entry).strip()}\n")
    return "\n".join(parts)


def read_sources(folder: Path = FRONTEND) -> dict[str, str]:
    """Return the text of every module in a folder by file name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.js"))}


@lru_cache(maxsize=1)
def esm() -> str:
    """Return the front end as one module, for ``_esm``."""
    return link(read_sources())


@lru_cache(maxsize=1)
def css() -> str:
    """Return the front end's style sheets as one text, for ``_css``."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(FRONTEND.glob("*.css")))


def _check_names(names: str, imported: str, source: str, importer: str) -> None:
    for name in filter(None, (part.strip() for part in names.split(","))):
        if name not in exported_names(source):
            raise LinkError(f"{imported} does not export {name!r}", where=importer, mend="export it, without renaming")


def _without_module_syntax(name: str, source: str, *, is_entry: bool) -> str:
    text = _EXPORTED.sub("", _IMPORT.sub("", source))
    stray = _ANY_IMPORT.search(text)
    if stray:
        raise LinkError(
            "only named imports from ./file.js are linked", where=f"{name}:{text[: stray.start()].count(chr(10)) + 1}"
        )
    exports = _ANY_EXPORT.findall(text)
    allowed = [line for line in exports if is_entry and line.startswith("export default ")]
    if len(exports) != len(allowed) or len(allowed) != int(is_entry):
        raise LinkError(
            "a module exports declarations, and only the entry has one export default", where=name, mend="see main.js"
        )
    return text

"""How text is encoded: what a person or a script calls it, and what a file's first bytes tell.

A script names encodings as PostgreSQL does. Its names never reach Python's own codecs, some of which do not decode text
but rewrite it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Final

from designer_kernel.errors import DocumentError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_REWRITING: Final = frozenset({"unicode-escape", "raw-unicode-escape", "punycode", "idna", "utf-7"})
"""Codecs of Python that make other text of text."""

_CODECS: Final[Mapping[str, str]] = {
    "utf8": "utf-8", "unicode": "utf-8", "sqlascii": "utf-8",
    "latin1": "iso8859-1", "latin2": "iso8859-2", "latin3": "iso8859-3", "latin4": "iso8859-4", "latin5": "iso8859-9",
    "latin6": "iso8859-10", "latin7": "iso8859-13", "latin8": "iso8859-14", "latin9": "iso8859-15",
    "latin10": "iso8859-16",
    **{f"iso8859{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)},
    **{f"{win}{page}": f"cp{page}" for win in ("win", "windows") for page in (866, 874, *range(1250, 1259))},
    "alt": "cp866", "win": "cp1251", "abc": "cp1258", "tcvn": "cp1258", "tcvn5712": "cp1258", "vscii": "cp1258",
    "koi8": "koi8-r", "koi8r": "koi8-r", "koi8u": "koi8-u",
    "big5": "cp950", "win950": "cp950", "windows950": "cp950",
    "gbk": "gbk", "win936": "gbk", "windows936": "gbk", "gb18030": "gb18030", "euccn": "gb2312",
    "uhc": "cp949", "win949": "cp949", "windows949": "cp949", "euckr": "euc_kr", "johab": "johab",
    "sjis": "cp932", "shiftjis": "cp932", "mskanji": "cp932", "win932": "cp932", "windows932": "cp932",
    "shiftjis2004": "shift_jis_2004", "eucjp": "euc_jp", "eucjis2004": "euc_jis_2004",
}  # fmt: skip
"""PostgreSQL's names of encodings without what it ignores in them, and Python's codecs. Bytes that nobody has declared
(``SQL_ASCII``) are mostly UTF-8; ``EUC_TW`` and ``MULE_INTERNAL`` are not known to Python."""

_LOOK: Final = 100_000
"""How many bytes of a script are searched for the encoding that it names."""

_TOKEN: Final = re.compile(
    rb"""
      (?P<space>\s+|--[^\n]*)
    | (?P<comment>/\*)
    | (?P<set>SET\s+(?:(?:SESSION|LOCAL)\s+)?(?:client_encoding\s*(?:=|TO\b)|NAMES\b)\s*'?(?P<name>[\w -]+)'?)
    | (?P<meta>\\(?:encoding[ \t]+'?(?P<asked>[\w-]+))?[^\n]*)
    | (?P<end>;)
    | (?P<rest>'(?:[^']|'')*'|"[^"]*"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|[\w$]+|.)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_COMMENT_EDGE: Final = re.compile(rb"/\*|\*/")


def check_encoding(encoding: str) -> None:
    """Refuse what is no name of an encoding of text.

    Raises
    ------
    DocumentError
        If it is none.
    """
    try:
        "".encode(encoding or "utf-8")
        is_text = codecs.lookup(encoding or "utf-8").name.replace("_", "-") not in _REWRITING
    except (LookupError, ValueError):
        is_text = False
    if not is_text:
        raise DocumentError(
            f"the encoding {encoding[:40]!r} is not known", mend="name it as Python does: latin-1, cp1250, shift_jis, …"
        )


def marked(raw: bytes) -> str:
    """Return the codec that a byte order mark tells; empty if there is none."""
    return next((codec for mark, codec in _MARKS if raw.startswith(mark)), "")


def likely(raw: bytes) -> str:
    """Return what a text with NUL characters is probably encoded in."""
    return "utf-32" if raw[:4].count(0) == 3 else "utf-16"


def named(raw: bytes, where: str) -> str:
    r"""Return the codec of the encoding that a script sets; empty if it sets none.

    That is the first ``SET client_encoding``, ``SET NAMES`` or ``\encoding`` where a statement begins.

    Raises
    ------
    DocumentError
        If PostgreSQL knows no such encoding, or Python cannot read it.
    """
    name = _set(raw[:_LOOK])
    key = re.sub(r"[^a-z0-9]", "", name.lower())
    if not key or key == "default":
        return ""
    if key not in _CODECS:
        raise DocumentError(
            f"the script says that its encoding is {name[:40]!r}, which cannot be read here",
            where=where,
            mend="save it as UTF-8, with SET client_encoding = 'UTF8', or name the encoding that it is in",
        )
    return _CODECS[key]


def _set(script: bytes) -> str:
    """Return the name of the encoding that is set first; what is in quotes or comments sets none."""
    position, begins = 0, True
    while position < len(script):
        found = _TOKEN.match(script, position)
        assert found is not None
        position = found.end()
        kind = found.lastgroup
        if kind == "comment":
            position = _after_comment(script, position)
        elif begins and (found["name"] or found["asked"]):
            return (found["name"] or found["asked"]).decode("ascii", "replace").strip()
        elif kind != "space":
            begins = kind in {"end", "meta"}
    return ""


def _after_comment(script: bytes, position: int) -> int:
    depth = 1
    for edge in _COMMENT_EDGE.finditer(script, position):
        depth += 1 if edge[0] == b"/*" else -1
        if depth == 0:
            return edge.end()
    return len(script)

"""Files of rows of one widget: sent by a page in parts, tried, loaded; or written here and fetched in parts."""

from __future__ import annotations

import base64
import binascii
import secrets
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.studio.tabular.incoming import MOST_BYTES, Given, matched, read_given
from designer_kernel.studio.tabular.outgoing import csv_line
from designer_widgets import data_intents as intents
from designer_widgets.data_documents import text_of

if TYPE_CHECKING:
    from designer_kernel.studio.rows import DatabaseRows
    from designer_kernel.studio.tabular.loading import Loaded, Rejected
    from designer_widgets.data_hands import DataHands
    from designer_widgets.intent_bases import Intent
    from designer_widgets.work import Progress, Work

Answer = dict[str, Any]

LOADING: Final = "Importing rows"
WRITING: Final = "Exporting rows"

_SHOWN_ROWS: Final = 6
_SHOWN_REJECTED: Final = 20
_TRIED: Final = 200
_LONGEST: Final = 60
_PART: Final = 1_500_000
"""Bytes that are sent to a page at once."""


@dataclass(slots=True)
class _File:
    """A file that a page sends: first its bytes, then its rows, in the end those that were refused."""

    key: str
    name: str
    parts: list[bytes] = field(default_factory=list)
    given: Given | None = None
    rejected: tuple[Rejected, ...] = ()


class DataFiles:
    """The hands of one widget for files of rows; ``hands`` says which intent is whose."""

    def __init__(self, work: Work, data: DataHands) -> None:
        self._work = work
        self._data = data
        self._file: _File | None = None
        self._written: tuple[str, BinaryIO, int] | None = None
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.SendFile: self._send,
            intents.TryFile: self._try,
            intents.LoadFile: self._load,
            intents.ListRejected: self._rejected,
            intents.ExportRows: self._export,
            intents.FetchPart: self._fetch,
        }

    def _send(self, intent: intents.SendFile) -> Answer:
        if intent.key is None:
            self._file = _File(secrets.token_hex(8), intent.name)
        file = self._at(intent.key) if intent.key is not None else self._file
        assert file is not None
        try:
            file.parts.append(base64.b64decode(intent.part, validate=True))
        except (binascii.Error, ValueError):
            raise DesignerError("a part of the file is broken", where=file.name, mend="choose it again") from None
        if sum(map(len, file.parts)) > MOST_BYTES:
            self._file = None
            raise DesignerError(
                f"the file has more than {MOST_BYTES:,} bytes", where=intent.name, mend="divide it into several"
            )
        if not intent.is_last:
            return {"key": file.key}
        data, file.parts = b"".join(file.parts), []
        file.given = given = read_given(file.name, data)
        held = self._data.rows(intent).table(intent.table)
        mapping = matched(given, held.shape)
        return {
            "key": file.key,
            "count": len(given.rows),
            "columns": [
                {
                    "name": name,
                    "values": [_short(row[number]) for row in given.rows[:_SHOWN_ROWS]],
                    "target": mapping.get(name),
                }
                for number, name in enumerate(given.columns)
            ],
        }

    def _try(self, intent: intents.TryFile) -> Answer:
        given = self._given(intent.key)
        done = self._data.rows(intent).load(intent.table, given, dict(intent.mapping), only_try=_TRIED)
        return {"tried": min(_TRIED, len(given.rows)), **_loaded(done)}

    def _load(self, intent: intents.LoadFile) -> Answer:
        file, given, rows = self._at(intent.key), self._given(intent.key), self._data.rows(intent)
        mapping = dict(intent.mapping)

        def job(progress: Progress, cancel: threading.Event) -> dict[str, Any]:
            done = rows.load(intent.table, given, mapping, progress=progress, cancel=cancel)
            file.rejected = done.rejected
            refused = f", {len(done.rejected):,} refused" if done.rejected else ""
            return {"words": f"{done.rows:,} rows added to {intent.table}{refused}", "key": file.key, **_loaded(done)}

        self._work.start(LOADING, job)
        return {}

    def _rejected(self, intent: intents.ListRejected) -> Answer:
        """Return the rows that were refused as CSV, with the reasons, to be mended and sent again."""
        file, given = self._at(intent.key), self._given(intent.key)
        names = (*given.columns, "refused since", "column")
        lines = [csv_line(names, [False] * len(names), formula_safe=intent.formula_safe)]
        for one in file.rejected:
            cells = [*given.rows[one.number - 1], one.what, one.where]
            lines.append(csv_line(cells, [False] * len(cells), formula_safe=intent.formula_safe))
        return {"text": "".join(lines), "file": f"{given.name.rpartition('.')[0]}-refused.csv"}

    def _export(self, intent: intents.ExportRows) -> Answer:
        from designer_kernel.studio.tabular.statements import Sort
        from designer_widgets.data_hands import filters_of

        rows: DatabaseRows = self._data.rows(intent)
        filters, sort = filters_of(intent.filters), [Sort(one.column, one.descending) for one in intent.sort]

        def job(progress: Progress, cancel: threading.Event) -> dict[str, Any]:
            file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - it is fetched later, and goes with the next one
            safe = intent.formula_safe
            count = rows.export(
                intent.table, file, intent.format, filters, sort, formula_safe=safe, progress=progress, cancel=cancel
            )  # fmt: skip
            self._keep(file)
            assert self._written is not None
            name = f"{intent.table}.{intent.format}"
            return {"words": f"{count:,} rows written", "key": self._written[0], "size": self._written[2], "file": name}

        self._work.start(WRITING, job)
        return {}

    def _keep(self, file: BinaryIO) -> None:
        if self._written is not None:
            self._written[1].close()
        self._written = (secrets.token_hex(8), file, file.tell())

    def _fetch(self, intent: intents.FetchPart) -> Answer:
        if self._written is None or self._written[0] != intent.key:
            raise UnknownObject("that file is not there any more", mend="export again")
        file = self._written[1]
        file.seek(intent.offset)
        part = file.read(_PART)
        return {"part": base64.b64encode(part).decode(), "next": intent.offset + len(part)}

    def _at(self, key: str) -> _File:
        if self._file is None or self._file.key != key:
            raise UnknownObject("that file is not open any more", mend="choose it again")
        return self._file

    def _given(self, key: str) -> Given:
        given = self._at(key).given
        if given is None:
            raise UnknownObject("the file has not come whole", mend="choose it again")
        return given


def _loaded(done: Loaded) -> Answer:
    shown = [{"number": one.number, "where": one.where, "what": one.what} for one in done.rejected[:_SHOWN_REJECTED]]
    return {"added": done.rows, "refused": len(done.rejected), "reasons": shown}


def _short(value: Any) -> str | None:
    text = text_of(value)
    return text if text is None or len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

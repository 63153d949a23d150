"""A widget that tests ask as its front end would."""

from __future__ import annotations

from typing import Any

import designer_widgets
from designer_widgets.app import Designer

from designer_kernel.studio.project import ProjectSession


class Asking:
    """A widget that is asked as its front end would."""

    def __init__(self, session: ProjectSession, **options: Any) -> None:
        self.session = session
        self.widget: Designer = designer_widgets.designer(session, **options)
        self.answers: list[dict[str, Any]] = []
        self.widget.send = lambda content, buffers=None: self.answers.append(content)

    def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        self.widget._handle_custom_msg({"id": "1", "kind": kind, **fields}, [])
        return self.answers[-1]

    def done(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Ask, wait for the work, and return its end."""
        answer = self.ask(kind, **fields)
        assert "ok" in answer, answer
        assert self.widget.work.wait(60)
        return dict(self.widget.progress)

    def rows(self) -> dict[str, int]:
        frame = self.session.row_counts()
        return dict(zip(frame["table"], frame["rows"], strict=True))

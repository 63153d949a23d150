"""The designer as a widget: traits carry the state to every view, messages bring what the views ask for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from designer_kernel.catalog.memory import without_collection
from designer_kernel.errors import DesignerError
from designer_widgets import linker, state
from designer_widgets.commands import Commands
from designer_widgets.finding_documents import FindingDocuments
from designer_widgets.laying import Laying
from designer_widgets.migration_documents import NOTHING
from designer_widgets.pace import Pace
from designer_widgets.patches import Patch, patch
from designer_widgets.presence import Presence
from designer_widgets.transfer_documents import NO_IMPORT
from designer_widgets.work import IDLE, Work

if TYPE_CHECKING:
    from designer_kernel.lint import Finding
    from designer_kernel.studio.changes import Change
    from designer_kernel.studio.project import ProjectSession

logger = logging.getLogger(__name__)

Document = dict[str, Any]

SECONDS_BETWEEN_CHANGES: Final = 0.25
"""A loop in a cell may change the design a thousand times; the views are drawn four times a second."""

PATCHED: Final = ("picture", "design", "findings", "ddl")
"""Documents that are large: of these a view is told what has changed."""

_WORDS: Final = {"edit": "", "undo": "undone", "redo": "redone", "reload": "reloaded from the file"}


class Designer(anywidget.AnyWidget):
    """The designer of one project: entity list, canvas, inspector, findings, SQL, deploying.

    Attributes
    ----------
    picture, design, findings, history, ddl, progress, transfer, migration, settings
        Documents for the front end; only the kernel writes them.
    patch
        What has changed in the large ones since the revision that it names; see `designer_widgets.patches`. It is
        told once and not kept.
    laying
        How many lines of a large picture are laid by now, and of how many.
    arranging
        How a layout of a large diagram stands, in the words of ``progress``.
    scenes
        Pictures of parts of the design by their keys, as long as a view shows them; see `designer_widgets.scenes`.
    selected
        Ids of what is selected; may be set from code.
    project
        How often another project was shown in the place of the first one; views begin anew then.
    presence
        Who else is looking at a team's project, and what they have chosen; see `designer_widgets.presence`.
    """

    picture = traitlets.Dict().tag(sync=True)
    design = traitlets.Dict().tag(sync=True)
    findings = traitlets.Dict().tag(sync=True)
    history = traitlets.Dict().tag(sync=True)
    ddl = traitlets.Dict().tag(sync=True)
    progress = traitlets.Dict(IDLE).tag(sync=True)
    transfer = traitlets.Dict(NO_IMPORT).tag(sync=True)
    migration = traitlets.Dict(dict(NOTHING)).tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    patch = traitlets.Dict().tag(sync=True)
    laying = traitlets.Dict().tag(sync=True)
    arranging = traitlets.Dict(IDLE).tag(sync=True)
    scenes = traitlets.Dict().tag(sync=True)
    selected = traitlets.List(traitlets.Unicode()).tag(sync=True)
    project = traitlets.Int().tag(sync=True)
    presence = traitlets.Dict().tag(sync=True)

    def __init__(self, session: ProjectSession, *, settings: dict[str, Any]) -> None:
        self._patched: dict[str, Patch] = {}
        self._esm = linker.esm()
        self._css = linker.css()
        super().__init__(settings=settings)
        self.session = session
        self.work = Work(self._tell_progress)
        self._is_ddl_watched = False
        self._verdict: tuple[list[Finding], int] | None = None
        self._found: dict[str, Finding] = {}
        self._told_of, self._judged_of = FindingDocuments(), FindingDocuments("server")
        self._laying = Laying(session, self._tell_laying, self.refresh)
        self._pace = Pace(self.refresh, SECONDS_BETWEEN_CHANGES)
        self._commands = self._commands_for(session)
        self._views: set[str] = set()
        self._presence = Presence(session, self._tell_presence)
        self.refresh()
        self._unsubscribe = session.subscribe(self._changed)
        self._is_following = True
        self.on_msg(self._on_message)

    def _commands_for(self, session: ProjectSession) -> Commands:
        settings = self.settings
        return Commands(
            session,
            self.work,
            can_change=not settings["read_only"],
            can_deploy=settings["can_deploy"],
            can_choose_target=settings["can_choose_target"],
            can_see_rows=settings.get("can_see_rows", False),
            can_roam=settings.get("has_projects", False),
            switch=self.show_project,
            watch_ddl=self._watch_ddl,
            find=self._finding,
            judged=self._judged,
            looked_at=self._looked_at,
            tell_all=self._tell_all,
            tell_import=self._tell_import,
            tell_migration=self._tell_migration,
            tell_arranging=self._tell_arranging,
        )

    def show_project(self, session: ProjectSession) -> None:
        """Show another project in the place of this one, in all views.

        Raises
        ------
        DesignerError
            If something is running for this one.
        """
        if session is self.session:
            return
        if self.work.is_busy or self._commands.arranging.is_busy:
            raise DesignerError("something is running for this project", mend="wait for it, or cancel it")
        self._unsubscribe()
        self._presence.stop()
        self._laying.stop()
        for work in (self.work, self._commands.arranging):
            work.cancel()  # what the last job told was of the other project
        self.session, self._verdict, self._is_ddl_watched = session, None, False
        self._laying = Laying(session, self._tell_laying, self.refresh)
        self._commands = self._commands_for(session)
        with session.lock, self.hold_sync():
            for name in PATCHED:  # as they are, and no patches: nobody knows them
                setattr(self, name, {})
            self.selected, self.transfer, self.migration, self.presence = [], NO_IMPORT, dict(NOTHING), {}
            has_connections = self.settings["can_deploy"] and hasattr(session, "workspace")
            self.settings = self.settings | {"has_connections": has_connections}
            self.refresh(f"opened {session.name}")
            self.project += 1
        self._unsubscribe = session.subscribe(self._changed)
        self._is_following = True
        self._presence = Presence(session, self._tell_presence)

    def refresh(self, told: str = "") -> None:
        """Show the project as it is now, in all views."""
        session = self.session
        with without_collection(), self._showing() as show:
            design, picture = state.drawn(session)
            show("design", design)
            show("picture", picture)
            show("findings", self._findings_document())
            if self._is_ddl_watched:
                show("ddl", state.ddl_document(session))
            self.scenes = self._commands.scenes.documents()
            self.history = state.history_document(session, told)
            self.settings = self.settings | self._commands.database.destination.document()
            if session.sketch().is_sketch:
                self._laying.ask(session.revision)

    @contextmanager
    def _showing(self) -> Iterator[Callable[[str, Document], None]]:
        """Send what is shown in here in one message; of large documents only what is different in them."""
        patches: dict[str, Patch] = {}

        def show(name: str, document: Document) -> None:
            known = dict(getattr(self, name))
            stamp = known.pop("stamp", 0)
            if known == document:
                return
            if stamp:  # the first one is told as it is
                patches[name] = patch(known, document) | {"from": stamp, "to": stamp + 1}
            setattr(self, name, {**document, "stamp": stamp + 1})

        with self.session.lock:
            self._patched = patches
            try:
                with self.hold_sync():
                    yield show
                    if patches:
                        self.patch = {"documents": patches}
            finally:
                self._patched = {}
                self._trait_values["patch"] = {}  # it was sent; who comes later is told the documents as they are

    def send_state(self, key: Any = None) -> None:
        """Send what has changed; of large documents the patch says it."""
        if key is not None and self._patched:
            key = ({key} if isinstance(key, str) else set(key)) - self._patched.keys()
        if key is None or key:
            super().send_state(key)

    def close(self) -> None:
        """Take the widget off the page and stop following the project."""
        self._unsubscribe()
        self._presence.stop()
        self._pace.stop()
        self._laying.stop()
        super().close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what a view may write: the selection, and nothing else."""
        super().set_state({name: value for name, value in sync_data.items() if name == "selected"})

    def _looked_at(self, view: str, is_here: bool) -> None:
        """Follow the project while anybody looks: a cell that is run again leaves widgets behind that nobody closes."""
        if is_here:
            self._views.add(view)
        else:
            self._views.discard(view)
        self._presence.watch(is_watched=bool(self._views))
        if not self._views and self._is_following:
            self._unsubscribe()
            self._pace.stop()
            self._is_following = False
        elif self._views and not self._is_following:
            self._unsubscribe = self.session.subscribe(self._changed)
            self._is_following = True
            self.refresh()

    def _tell_all(self, stamps: dict[str, int]) -> None:
        """Send those of the large documents as they are that a view has in another state."""
        with self.session.lock:
            old = {n for n, stamp in stamps.items() if n in PATCHED and getattr(self, n).get("stamp", 0) != stamp}
            if old:
                self.send_state(old)

    def _tell_laying(self, number: int, total: int) -> None:
        self.laying = {"done": number, "total": total}

    def _changed(self, change: Change) -> None:
        news = getattr(self.session, "news", None)  # a team's project tells who it was
        if change.origin == "reload" and news is not None:
            self._pace.ask(f"changed by {news.who or 'somebody'}")
        else:
            self._pace.ask(_WORDS[change.origin])

    def _on_message(self, _widget: Any, message: Any, _buffers: Any) -> None:
        answer = self._commands.answer(message)
        if "revision" in answer:
            answer["revision"] = self.session.revision  # of the project that is shown by now
        self._pace.now()
        self.scenes = self._commands.scenes.documents()
        self.settings = self.settings | self._commands.database.destination.document()
        self.send(answer)

    def _tell_presence(self, document: Document) -> None:
        self.presence = document

    @traitlets.observe("selected")
    def _chosen(self, change: Any) -> None:
        if hasattr(self, "_presence"):
            self._presence.choose(change["new"])

    def _tell_progress(self, document: dict[str, Any]) -> None:
        self.progress = document

    def _tell_import(self, document: dict[str, Any]) -> None:
        self.transfer = document

    def _tell_migration(self, document: dict[str, Any]) -> None:
        self.migration = document

    def _tell_arranging(self, document: dict[str, Any]) -> None:
        self.arranging = document

    def _watch_ddl(self, is_open: bool) -> None:
        self._is_ddl_watched = is_open
        if is_open and self.ddl.get("revision") != self.session.revision:
            with self._showing() as show:
                show("ddl", state.ddl_document(self.session))

    def _judged(self, found: list[Finding], revision: int) -> None:
        self._verdict = (found, revision)
        with self._showing() as show:
            show("findings", self._findings_document())

    def _finding(self, key: str) -> Finding | None:
        return self._found.get(key)

    def _findings_document(self) -> dict[str, Any]:
        session = self.session
        revision = session.revision
        try:
            found = session.findings
        except Exception as error:
            logger.exception("the rules failed on revision %d", revision)
            self._found = {}
            return {"revision": revision, "items": [state.failed_rules(error)], "verdict": None}
        items = self._told_of.of(session.design, found)
        self._found = {item["key"]: finding for item, finding in zip(items, found, strict=True)}
        verdict = None
        if self._verdict is not None:
            judged, of = self._verdict
            verdict = {"is_current": of == revision, "words": state.verdict_words(judged)}
            if of == revision:
                items = [*self._judged_of.of(session.design, judged), *items]
        return {"revision": revision, "items": items, "verdict": verdict}

    @traitlets.validate("selected")
    def _only_known_ids(self, proposal: Any) -> list[str]:
        """Keep ids that the design holds; what a view sends is not trusted."""
        if not hasattr(self, "session"):
            return []
        design = self.session.design
        known = {str(item.id) for item in (*design.entities, *design.relationships)}
        return [key for key in proposal["value"] if key in known]

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return data | {"text/plain": str(self), "image/svg+xml": self.session.svg()}, metadata

    def __str__(self) -> str:
        design = self.session.design
        counts = f"entities: {len(design.entities)}, relationships: {len(design.relationships)}"
        return f"Designer of {design.name} ({counts})"

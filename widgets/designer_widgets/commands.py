"""Carrying out what views ask: each intent becomes an edit or work, and an answer.

The answer is ``{"id", "ok", "revision"}`` or ``{"id", "error": {"what", "where", "mend"}}``; an intent that is refused
changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from designer_kernel.design import edits
from designer_kernel.design.problems import invalid
from designer_kernel.design.relationship import Relationship
from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.exchange.attribute_line import parse_line
from designer_widgets import area_drops, drafts, intents, layouts, spelling
from designer_widgets.beginning_hands import BeginningHands
from designer_widgets.connection_hands import ConnectionHands
from designer_widgets.data_hands import DataHands
from designer_widgets.database_work import DatabaseWork
from designer_widgets.diagram_hands import DiagramHands
from designer_widgets.drawing_hands import DrawingHands
from designer_widgets.history_hands import HistoryHands
from designer_widgets.import_work import ImportWork
from designer_widgets.intent_bases import Changing, Choosing, Intent, Roaming, Viewing, Working
from designer_widgets.judging_hands import JudgingHands
from designer_widgets.layout_hands import LayoutHands
from designer_widgets.many_hands import ManyHands
from designer_widgets.migration_hands import MigrationHands
from designer_widgets.migration_work import MigrationWork
from designer_widgets.project_hands import ProjectHands
from designer_widgets.query_hands import QueryHands
from designer_widgets.sample_hands import SampleHands
from designer_widgets.scenes import Scenes
from designer_widgets.script_hands import ScriptHands
from designer_widgets.transfer_hands import TransferHands
from designer_widgets.work import Work

if TYPE_CHECKING:
    from uuid import UUID

    from designer_kernel.lint import Finding
    from designer_kernel.studio.project import ProjectSession

logger = logging.getLogger(__name__)

Answer = dict[str, Any]


class Refused(DesignerError):
    """An intent that this view may not have."""

    code = "refused"


class Commands:
    """The hands of one widget.

    Parameters
    ----------
    session
        What is changed.
    work
        Where long work is done.
    can_change, can_deploy, can_choose_target, can_see_rows, can_roam
        What its views may ask for; checked here, whatever the front end shows.
    watch_ddl
        Called when the SQL begins or ends to be looked at.
    find
        Returns the finding of a key, or ``None`` if it is of another revision.
    judged
        Called with PostgreSQL's findings and the revision that they are about.
    looked_at
        Called with the name of a view, and whether it is there or has gone.
    tell_all
        Called with the stamps of the large documents that a view has.
    tell_import
        Called with what is being imported, whenever that changes.
    tell_migration
        Called with the plan that is looked at and what the target remembers, whenever that changes.
    switch
        Called with another project that is to be shown.
    """

    def __init__(
        self,
        session: ProjectSession,
        work: Work,
        *,
        can_change: bool,
        can_deploy: bool,
        can_choose_target: bool,
        watch_ddl: Callable[[bool], None],
        find: Callable[[str], Finding | None],
        judged: Callable[[list[Finding], int], None],
        looked_at: Callable[[str, bool], None],
        tell_all: Callable[[dict[str, int]], None],
        tell_import: Callable[[dict[str, Any]], None],
        tell_migration: Callable[[dict[str, Any]], None],
        tell_arranging: Callable[[dict[str, Any]], None],
        switch: Callable[[ProjectSession], None],
        can_see_rows: bool = False,
        can_roam: bool = False,
    ) -> None:
        self.database = DatabaseWork(session, work, judged)
        importing = ImportWork(session, work, tell_import, can_use_server=can_deploy)
        transfer = TransferHands(session, importing, self.database.destination)
        self.migration = MigrationWork(session, work, self.database.destination, tell_migration)
        self.scenes = Scenes(session)
        self.arranging = Work(tell_arranging)
        self._session = session
        self._can_change = can_change
        self._can_deploy = can_deploy
        self._can_choose_target = can_choose_target
        self._can_see_rows = can_see_rows
        self._can_roam = can_roam
        self._watch_ddl = watch_ddl
        self._find = find
        self._looked_at = looked_at
        self._tell_all = tell_all
        self._hands: dict[type[Intent], Callable[[Any], Answer]] = {
            intents.MakeEdit: self._edit,
            intents.AddEntity: self._add_entity,
            intents.DuplicateEntity: self._duplicate,
            intents.AddAttribute: self._add_attribute,
            intents.AddRelationship: self._add_relationship,
            intents.Remove: self._remove,
            intents.Move: self._move,
            intents.SetArea: self._set_area,
            intents.Undo: self._undo,
            intents.Redo: self._redo,
            intents.Mend: self._mend,
            intents.WatchDdl: self._watch,
            intents.Validate: self._validate,
            intents.Deploy: self._deploy,
            intents.Fill: self._fill,
            intents.Confirm: self._confirm,
            intents.ChooseTarget: self._choose_target,
            intents.TryTarget: self._try_target,
            intents.Cancel: self._cancel,
            intents.Look: self._look,
            **transfer.hands,
            **MigrationHands(session, self.migration).hands,
            **SampleHands(session, work, self.database).hands,
            **ConnectionHands(session, work).hands,
            **DiagramHands(session, self.scenes, self._apply).hands,
            **DrawingHands(session, self._apply).hands,
            **LayoutHands(session, self.scenes, self.arranging, self._apply).hands,
            **HistoryHands(session).hands,
            **BeginningHands(session, self._apply).hands,
            **ProjectHands(session, switch).hands,
            **ScriptHands(session, self.database.destination).hands,
            **QueryHands(session, work, self.database.destination).hands,
            **DataHands(session, self.database.destination, work).hands,
            **JudgingHands(session, self.database.destination, can_ask=can_deploy).hands,
            **ManyHands(session, self._apply).hands,
        }

    def answer(self, message: Any) -> Answer:
        """Return the answer to a message; whatever goes wrong is part of it."""
        key = message.get("id") if isinstance(message, dict) else None
        shown_key = key if isinstance(key, str) else ""
        try:
            intent = intents.parse_intent(message)
            self._authorise(intent)
            done = self._hands[type(intent)](intent)
        except DesignerError as error:
            return {"id": shown_key, "error": spelling.shown(error)}
        except Exception as error:
            logger.exception("an intent failed: %s", type(error).__name__)
            what = f"the designer failed: {type(error).__name__}: {error}"
            return {
                "id": shown_key,
                "error": DesignerError(what, mend="nothing was changed; please report it").as_dict(),
            }
        return {"id": shown_key, "ok": done, "revision": self._session.revision}

    def _authorise(self, intent: Intent) -> None:
        if isinstance(intent, Changing) and not self._can_change:
            raise Refused("this view is read only", mend="open the design with project.designer()")
        if isinstance(intent, Working) and not self._can_deploy:
            raise Refused(
                "deploying is not allowed from this page",
                mend="whoever runs the server allows it with DESIGNER_ALLOW_DEPLOY=1 or designer(…, allow_deploy=True)",
            )
        if isinstance(intent, Viewing) and not self._can_see_rows:
            raise Refused(
                "this page shows no rows",
                mend="whoever runs the server allows it with DESIGNER_ALLOW_DEPLOY=1 or designer(…, allow_deploy=True)",
            )
        if isinstance(intent, Roaming) and not self._can_roam:
            raise Refused("this page shows one project only", mend="open others in a notebook, with dk.open(name)")
        if isinstance(intent, Choosing) and not self._can_choose_target:
            raise Refused(
                "this page deploys to the project's own target only", mend="set project.target in the notebook"
            )

    # changing the design

    def _apply(self, edit: edits.Edit, intent: Intent) -> None:
        known = intent.revision if intent.revision is not None else self._session.revision
        self._session.apply(self.scenes.meant(edit, intent.scene), base_revision=known)

    def _edit(self, intent: intents.MakeEdit) -> Answer:
        self._apply(edits.parse_edit(intent.edit), intent)
        return {}

    def _add_entity(self, intent: intents.AddEntity) -> Answer:
        entity = drafts.new_entity(self._session.design, intent.x, intent.y, intent.name)
        self._apply(edits.AddEntity(entity=entity), intent)
        return {"entity_id": str(entity.id)}

    def _duplicate(self, intent: intents.DuplicateEntity) -> Answer:
        entity = drafts.duplicate(self._session.design, intent.entity_id)
        self._apply(edits.AddEntity(entity=entity), intent)
        return {"entity_id": str(entity.id)}

    def _add_attribute(self, intent: intents.AddAttribute) -> Answer:
        attribute = parse_line(drafts.whole_line(intent.line))
        entity = self._session.design.find_entity(intent.entity_id)
        draft = drafts.untouched_key(entity, attribute) if entity else None
        if draft is None:
            self._apply(edits.AddAttribute(entity_id=intent.entity_id, attribute=attribute), intent)
            return {"attribute_id": str(attribute.id)}
        changes = drafts.key_changes(draft, attribute)
        if changes:
            edit = edits.ChangeAttribute(entity_id=intent.entity_id, attribute_id=draft.id, changes=changes)
            self._apply(edit, intent)
        return {"attribute_id": str(draft.id)}

    def _add_relationship(self, intent: intents.AddRelationship) -> Answer:
        try:
            relationship = Relationship(**intent.relationship)
        except (ValidationError, TypeError) as error:
            if isinstance(error, ValidationError):
                raise invalid(error, "relationship") from error
            raise
        self._apply(edits.AddRelationship(relationship=relationship), intent)
        return {"relationship_id": str(relationship.id)}

    def _remove(self, intent: intents.Remove) -> Answer:
        self._apply(drafts.removal(self._session.design, intent.entity_ids, intent.relationship_ids), intent)
        return {}

    def _move(self, intent: intents.Move) -> Answer:
        design = self._session.design
        dropped = layouts.movable(design, intent.positions)
        positions: dict[UUID, Any] = dict(layouts.fixed_as_before(design, self.scenes.diagram(intent.scene), dropped))
        if not self.scenes.place(intent.scene, positions):
            move = edits.MoveNodes(positions=positions)
            has_areas = intent.with_areas and design.areas
            seen = self.scenes.shown(intent.scene) if has_areas else None
            self._apply(area_drops.with_areas(design, seen, move) if seen is not None else move, intent)
        return {}

    def _set_area(self, intent: intents.SetArea) -> Answer:
        edit = drafts.area_change(self._session.design, intent.entity_ids, intent.area_id, is_new=intent.is_new)
        if edit is not None:
            self._apply(edit, intent)
        return {}

    def _undo(self, intent: intents.Undo) -> Answer:
        return {"changed": self._session.undo() is not None}

    def _redo(self, intent: intents.Redo) -> Answer:
        return {"changed": self._session.redo() is not None}

    def _mend(self, intent: intents.Mend) -> Answer:
        finding = self._find(intent.key)
        if finding is None or finding.mend is None:
            raise UnknownObject("that finding is of an earlier revision", mend="look at the findings as they are now")
        self._apply(finding.mend, intent)
        return {}

    # the rest

    def _watch(self, intent: intents.WatchDdl) -> Answer:
        self._watch_ddl(intent.is_open)
        return {}

    def _look(self, intent: intents.Look) -> Answer:
        self._looked_at(intent.view, intent.is_here)
        if not intent.is_here:
            self.scenes.forget(intent.view)
        if intent.is_here:
            self._tell_all(intent.stamps)
        return {}

    def _cancel(self, intent: intents.Cancel) -> Answer:
        self.database.cancel()
        return {}

    def _validate(self, intent: intents.Validate) -> Answer:
        self.database.validate()
        return {}

    def _deploy(self, intent: intents.Deploy) -> Answer:
        self.database.deploy(allow_missing=intent.allow_missing)
        return {}

    def _fill(self, intent: intents.Fill) -> Answer:
        self.database.fill(intent)
        return {}

    def _confirm(self, intent: intents.Confirm) -> Answer:
        self.database.confirm(intent.key)
        return {}

    def _choose_target(self, intent: intents.ChooseTarget) -> Answer:
        self.database.choose_target(intent.place)
        self.migration.leave()
        return {}

    def _try_target(self, intent: intents.TryTarget) -> Answer:
        self.database.try_target(intent.place)
        return {}

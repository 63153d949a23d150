"""A migration: a plan with what it leads from and to, and with its proof; one document that can be kept and applied."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from designer_kernel.catalog import canonical
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.errors import DesignerError, DocumentError
from designer_kernel.migrate.prove import Proof
from designer_kernel.migrate.steps import MALFORMED, Plan

SUFFIX: Final = ".plan.json"
"""End of the name of a file that holds a migration."""


_AGAIN: Final = "plan again"


class NotProved(DesignerError):
    """A migration whose proof is missing, is of another plan, or does not hold."""

    code = "not_proved"


@dataclass(frozen=True, slots=True)
class Migration:
    """A plan between two catalogs, its name, and its proof once there is one.

    Attributes
    ----------
    number
        The version of the design that it leads to; 0 if it does not belong to the versions of a design.
    design
        The hash of the design that it leads to; empty if there is none.
    """

    name: str
    plan: Plan
    before: Catalog
    after: Catalog
    proof: Proof | None = None
    number: int = 0
    design: str = ""

    @property
    def id(self) -> str:
        """The identity of the migration: the beginning of the hash of its plan."""
        return self.plan.hash[:16]

    def proved(self, proof: Proof) -> Migration:
        """Return the migration with a proof."""
        return replace(self, proof=proof)

    def backwards(self) -> Migration:
        """Return the migration the other way round; its proof has to be made anew."""
        name = f"rollback {self.name}"
        return replace(
            self, name=name, plan=self.plan.backwards(), before=self.after, after=self.before, proof=None, design=""
        )

    def check_proof(self, known: str) -> None:
        """Refuse to go on unless ``known`` is the hash of the migration's own proof, and that holds.

        Raises
        ------
        NotProved
            If it is not.
        """
        mend = "prove it: project.prove(plan), or designer prove"
        if self.proof is None:
            raise NotProved("the plan has not been proved", where=self.name, mend=mend)
        if self.proof.plan != self.plan.hash:
            raise NotProved("the proof is of another plan", where=self.name, mend=mend)
        if not self.proof.holds:
            failed = next((check.name for check in self.proof.checks if not check.holds), "nothing was tried")
            raise NotProved(f"the proof does not hold: {failed}", where=self.name, mend="mend the design, plan again")
        if not known:
            raise NotProved(
                "nothing is applied without the hash of its proof",
                where=self.name,
                mend=f"look at the plan and its proof, then add it: {self.proof.hash}",
            )
        if known != self.proof.hash:
            raise NotProved(
                "the hash is not that of the plan's proof", where=self.name, mend=f"it is {self.proof.hash}"
            )

    def as_dict(self) -> dict[str, Any]:
        """Return the migration as JSON-ready values, which `from_dict` takes."""
        return {
            "name": self.name,
            "number": self.number,
            "design": self.design,
            "hash": self.plan.hash,
            "seal": self._seal(),
            "plan": self.plan.as_dict(),
            "proof": None if self.proof is None else self.proof.as_dict(),
            "before": json.loads(canonical.to_json(self.before)),
            "after": json.loads(canonical.to_json(self.after)),
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Migration:
        """Return the migration that `as_dict` wrote.

        Raises
        ------
        DocumentError
            If it is none, or its plan was changed.
        """
        try:
            plan = Plan.from_dict(document["plan"])
            before, after = (canonical.from_json(json.dumps(document[side])) for side in ("before", "after"))
            proof = None if document["proof"] is None else Proof.from_dict(document["proof"])
            name, number, design = str(document["name"]), int(document["number"]), str(document["design"])
            known, seal = document["hash"], document["seal"]
        except MALFORMED as error:
            if isinstance(error, DocumentError):
                raise
            lacks = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
            raise DocumentError(
                f"this is no plan, or one of another version of this program: {lacks}",
                mend="give a file of designer plan, or plan again",
            ) from error
        if known != plan.hash or (plan.before, plan.after) != tuple(map(canonical.content_hash, (before, after))):
            raise DocumentError("the plan was changed after it was made", where=name, mend=_AGAIN)
        made = cls(name, plan, before, after, proof, number, design)
        if seal != made._seal():
            raise DocumentError("the plan was changed after it was made: what it is called", where=name, mend=_AGAIN)
        return made

    def _seal(self) -> str:
        """Return the hash of what is recorded of the migration beside its plan and its proof."""
        told = [self.plan.hash, self.name, self.number, self.design]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()

    def save(self, path: Path) -> None:
        """Write the migration to a file.

        Raises
        ------
        DocumentError
            If it cannot be written.
        """
        try:
            path.write_text(json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise DocumentError(
                f"the plan cannot be written: {error.strerror or error}",
                where=str(path),
                mend="choose a folder that you may write to",
            ) from error

    @classmethod
    def open(cls, path: Path) -> Migration:
        """Return the migration of a file.

        Raises
        ------
        DocumentError
            If it cannot be read, is none, or was changed.
        """
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise DocumentError(
                f"the plan cannot be read: {error.strerror or error}",
                where=str(path),
                mend="give a file of designer plan",
            ) from error
        except (ValueError, RecursionError) as error:
            raise DocumentError(
                f"this is no plan: {error}", where=str(path), mend="give a file of designer plan"
            ) from error
        try:
            return cls.from_dict(document)
        except DocumentError as error:
            raise DocumentError(error.what, where=error.where or str(path), mend=error.mend) from error

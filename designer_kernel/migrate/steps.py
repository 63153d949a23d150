"""Steps and plans as data: they are stored, hashed, shown, proved and applied."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, get_args

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import DocumentError
from designer_kernel.migrate.effects import Effect, LockMode
from designer_kernel.migrate.hazards import Hazard
from designer_kernel.migrate.ordering import Action as Change
from designer_kernel.migrate.titles import title

VERSION: Final = 1
"""The version of the format of a plan as a document."""

_OnRows: TypeAlias = Literal["salvage", "restore", "fill", "validate"]

Action: TypeAlias = Change | _OnRows
"""What a step does: to facts, or to the rows that are there."""

MALFORMED: Final = (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""What reading a document raises that somebody else has written."""

_ACTIONS: Final = frozenset((*get_args(Change), *get_args(_OnRows)))

Mode: TypeAlias = Literal["transaction", "online"]
"""Whether everything happens in one transaction, or in stages that let others work meanwhile."""


@dataclass(frozen=True, slots=True)
class Batch:
    """How the statement of a step is repeated, each time for some rows, until none is left.

    Both are SQL with the server's own parameters. The statement takes ``$1`` and ``$2``, the bounds of a range of keys,
    both included; ``bounds`` is a query for the bounds of the next ``$2`` keys above ``$1``, which is null at first. A
    key is the text of a JSON array, so that it can be remembered. Where no keys are left, the bounds are null.
    """

    bounds: str
    size: int = 5000


@dataclass(frozen=True, slots=True)
class Step:
    """Statements that belong together, and the facts that they change.

    Attributes
    ----------
    is_transactional
        Whether the statements may stand in a transaction; otherwise there is exactly one, run by itself.
    stage
        Steps of one stage are done in one transaction; stages follow each other. In a transaction all are of stage 0.
    settled
        A query that gives true if the step has been done: asked before a step outside of a transaction is run again.
    clearing
        Statements that clear away what an interrupted attempt may have left, each run by itself before another one.
    batch
        How the one statement is repeated, if it is done in batches; each is a transaction of its own, so such a step is
        not transactional.
    rows
        About how many rows the step reads or writes in the target, by its statistics; -1 if nobody has asked.
    """

    action: Action
    facts: tuple[ObjectId, ...]
    statements: tuple[str, ...]
    effects: tuple[Effect, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    is_transactional: bool = True
    stage: int = 0
    settled: str = ""
    clearing: tuple[str, ...] = ()
    batch: Batch | None = None
    rows: int = field(default=-1, compare=False)

    @property
    def title(self) -> str:
        """What the step does, in a few words: ``alter column shop.orders.note``."""
        return title(self.action, self.facts, self.statements)


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps up and down between two catalogs, known by their content hashes, for one major version of server."""

    version: int
    before: str
    after: str
    up: tuple[Step, ...]
    down: tuple[Step, ...]
    mode: Mode = "transaction"

    def __bool__(self) -> bool:
        return bool(self.up)

    @property
    def hash(self) -> str:
        """The SHA-256 of what is run, as 64 hexadecimal digits: what a proof is of, and what is applied."""
        return _sha256([self.version, self.before, self.after, self.mode, *map(_run, (self.up, self.down))])

    @property
    def up_hash(self) -> str:
        """The SHA-256 of the steps up."""
        return _sha256(_run(self.up))

    @property
    def down_hash(self) -> str:
        """The SHA-256 of the steps down."""
        return _sha256(_run(self.down))

    @property
    def losses(self) -> tuple[Hazard, ...]:
        """The losses of rows or values on the way up; each has to be allowed by the name of what loses them."""
        return tuple(dict.fromkeys(h for step in self.up for h in step.hazards if h.name == "data_loss"))

    def backwards(self) -> Plan:
        """Return the plan the other way round."""
        return Plan(self.version, self.after, self.before, self.down, self.up, self.mode)

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as JSON-ready values, which `from_dict` takes."""
        return {
            "format": VERSION,
            "version": self.version,
            "mode": self.mode,
            "before": self.before,
            "after": self.after,
            "up": [step_as_dict(step) for step in self.up],
            "down": [step_as_dict(step) for step in self.down],
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Plan:
        """Return the plan that `as_dict` wrote.

        Raises
        ------
        DocumentError
            If it is none.
        """
        try:
            if document["format"] != VERSION:
                raise DocumentError(
                    f"the plan has format {document['format']!r}; this program reads {VERSION}",
                    mend="plan again, or use the program that wrote it",
                )
            return cls(
                version=int(document["version"]),
                before=str(document["before"]),
                after=str(document["after"]),
                up=tuple(map(_step_from, document["up"])),
                down=tuple(map(_step_from, document["down"])),
                mode="online" if document["mode"] == "online" else "transaction",
            )
        except MALFORMED as error:
            if isinstance(error, DocumentError):
                raise
            raise DocumentError(f"this is no plan: {error}", mend="give a plan that this program wrote") from error


def statements_of(steps: Iterable[Step]) -> tuple[str, ...]:
    """Return the statements of steps, in order."""
    return tuple(sql for step in steps for sql in step.statements)


def stages(steps: Iterable[Step]) -> list[tuple[Step, ...]]:
    """Return steps by stage, in order."""
    found: list[list[Step]] = []
    for step in steps:
        if found and found[-1][0].stage == step.stage:
            found[-1].append(step)
        else:
            found.append([step])
    return [tuple(group) for group in found]


def step_as_dict(step: Step) -> dict[str, Any]:
    """Return a step as JSON-ready values."""
    batch = step.batch
    return {
        "title": step.title,
        "action": step.action,
        "facts": [[key.kind, *key.path] for key in step.facts],
        "statements": list(step.statements),
        "effects": [
            {"relation": list(e.relation), "lock": e.lock.name, "rewrites": e.rewrites, "scans": e.scans}
            for e in step.effects
        ],
        "hazards": [
            {"name": h.name, "on": [h.on.kind, *h.on.path], "reason": h.reason, "query": h.query} for h in step.hazards
        ],
        "transactional": step.is_transactional,
        "stage": step.stage,
        "settled": step.settled,
        "clearing": list(step.clearing),
        "batch": None if batch is None else {"bounds": batch.bounds, "size": batch.size},
        "rows": step.rows,
    }


def _step_from(entry: Mapping[str, Any]) -> Step:
    batch, action = entry["batch"], entry["action"]
    if action not in _ACTIONS:
        raise ValueError(f"{action!r} is no action")
    return Step(
        action=action,
        facts=tuple(map(_key, entry["facts"])),
        statements=tuple(map(str, entry["statements"])),
        effects=tuple(
            Effect((e["relation"][0], e["relation"][1]), LockMode[e["lock"]], bool(e["rewrites"]), bool(e["scans"]))
            for e in entry["effects"]
        ),
        hazards=tuple(Hazard(h["name"], _key(h["on"]), h["reason"], h["query"]) for h in entry["hazards"]),
        is_transactional=bool(entry["transactional"]),
        stage=int(entry["stage"]),
        settled=str(entry["settled"]),
        clearing=tuple(map(str, entry["clearing"])),
        batch=None if batch is None else Batch(str(batch["bounds"]), int(batch["size"])),
        rows=int(entry["rows"]),
    )


def _key(path: Sequence[str]) -> ObjectId:
    return ObjectId(str(path[0]), tuple(map(str, path[1:])))


def _run(steps: Iterable[Step]) -> list[Any]:
    """Return all of steps that counts when they are run and allowed."""
    return list(_runs(steps))


def _runs(steps: Iterable[Step]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield {name: value for name, value in step_as_dict(step).items() if name not in {"title", "rows"}}


def _sha256(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

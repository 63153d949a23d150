"""Plans in a notebook: steps with their locks, rows and hazards, what is open, what would be lost, and the proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from designer_kernel.errors import DesignerError
from designer_kernel.migrate.hazards import HAZARDS
from designer_kernel.migrate.losses import losses_of
from designer_kernel.migrate.steps import stages, statements_of
from designer_kernel.notebook import display
from designer_kernel.notebook.progress import bar
from designer_kernel.notebook.results import Ddl, highlighted
from designer_kernel.studio.reaching import reached

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.migrate.apply import Applied
    from designer_kernel.migrate.migration import Migration
    from designer_kernel.migrate.prove import Proof
    from designer_kernel.migrate.steps import Step
    from designer_kernel.studio.planning import Planned
    from designer_kernel.studio.project import ProjectSession
    from designer_kernel.studio.questions import Question

_SHOWN = 200
"""Steps that a cell shows; `PlanView.to_frame` has all."""


class ProofView:
    """A proof: what was tried of a plan, as a table of checks; ``hash`` is what applying asks for."""

    def __init__(self, proof: Proof, name: str) -> None:
        self.proof = proof
        self._name = name

    @property
    def hash(self) -> str:
        """What ``plan.apply(proof=…)`` asks for."""
        return self.proof.hash

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return self.proof.holds

    def __bool__(self) -> bool:
        return self.holds

    def to_frame(self) -> pd.DataFrame:
        """Return the checks as a DataFrame: check, holds, found, seconds."""
        import pandas as pd

        rows = [(c.name, c.holds, "\n".join(c.found), round(c.seconds, 3)) for c in self.proof.checks]
        return pd.DataFrame(rows, columns=["check", "holds", "found", "seconds"])

    def __repr__(self) -> str:
        lines = [self._words()]
        for check in self.proof.checks:
            lines.append(f"  {'holds' if check.holds else 'FAILS'}  {check.name}")
            lines += [f"         {found}" for found in check.found]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = (
            (
                display.Styled("holds", "good") if check.holds else display.Styled("fails", "error"),
                check.name,
                "\n".join(check.found),
                f"{check.seconds:.2f} s",
            )
            for check in self.proof.checks
        )
        words = display.note(self._words(), "good" if self.holds else "error")
        return display.card(f"Proof: {self._name}", words, display.table(("", "check", "found", "took"), rows))

    def _words(self) -> str:
        if self.holds:
            return f"the plan is proved; apply(proof={self.hash!r})"
        return "the plan does not hold: mend the design, and plan again"


class PlanView:
    """A plan: a cell shows its steps, locks, hazards and SQL. Nothing was changed yet.

    ``prove()`` tries it in scratch databases, ``apply(proof=…)`` carries it out.
    """

    def __init__(self, planned: Planned, session: ProjectSession, url: str | None = None) -> None:
        self.planned = planned
        self._session = session
        self._url = url

    @property
    def migration(self) -> Migration:
        """The plan with both states, and with its proof once it has one."""
        return self.planned.migration

    @property
    def hash(self) -> str:
        """The hash of the plan."""
        return self.planned.plan.hash

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, in order."""
        return self.planned.plan.up

    @property
    def questions(self) -> tuple[Question, ...]:
        """What only a person knows, and was not said."""
        return self.planned.questions

    @property
    def losses(self) -> list[str]:
        """What would lose rows or values, by the names that ``apply(allow=[…])`` takes."""
        return [str(loss.on) for loss in losses_of(self.planned.plan)]

    @property
    def unmanaged(self) -> list[str]:
        """Objects of the target that are left alone, since the design never held them."""
        return [str(key) for key in self.planned.unmanaged]

    @property
    def proof(self) -> ProofView | None:
        """The proof, once there is one."""
        proof = self.migration.proof
        return None if proof is None else ProofView(proof, self.migration.name)

    @property
    def sql(self) -> Ddl:
        """The SQL of the way up."""
        return _script(statements_of(self.planned.plan.up))

    @property
    def down(self) -> Ddl:
        """The SQL of the way back."""
        return _script(statements_of(self.planned.plan.down))

    def __len__(self) -> int:
        return len(self.steps)

    def __bool__(self) -> bool:
        return bool(self.planned)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def prove(self, rows: int = 20) -> ProofView:
        """Try the plan up and down in scratch databases, with ``rows`` rows in each table, and keep the proof."""
        with self._opened() as url, bar("proving") as progress:
            self.planned = self._session.prove(self.planned, rows, url=url, progress=progress)
        assert self.migration.proof is not None  # that is what was just made
        return ProofView(self.migration.proof, self.migration.name)

    def apply(self, proof: str | ProofView = "", allow: Iterable[str] | str = (), *, by: str = "") -> Applied:
        """Carry the plan out, and remember it in the target.

        Parameters
        ----------
        proof
            The hash of the proof, or the proof itself: what ``prove()`` gave.
        allow
            What may lose rows or values, each by its name; it is salvaged first.
        by
            Who does it, for the history.

        Raises
        ------
        NotProved, LossRefused, OpenQuestions, TargetChanged, StatementFailed
            For the reasons that they name; in one transaction nothing was changed then.
        """
        known = proof.hash if isinstance(proof, ProofView) else proof
        names = [allow] if isinstance(allow, str) else allow
        with self._opened() as url, bar("applying") as progress:
            return self._session.apply_plan(self.planned, url, proof=known, allow=names, by=by, progress=progress)

    @contextmanager
    def _opened(self) -> Iterator[str | None]:
        """Yield where the plan leads; a connection is opened anew, since the plan may have been looked at for long."""
        with reached(self._session, self._url) as url:
            if url != self._url:
                self.planned = replace(self.planned, url=url)
            yield url

    def save(self, path: str | Path) -> Path:
        """Write the plan, with its proof, to a file that ``designer apply`` takes: ``shop.plan.json``.

        Raises
        ------
        DesignerError
            If the file is there already, or cannot be written.
        """
        target = Path(path).expanduser()
        if target.exists():
            raise DesignerError("the file is there already", where=str(target), mend="choose another name")
        self.migration.save(target)
        return target.absolute()

    def to_frame(self) -> pd.DataFrame:
        """Return the steps as a DataFrame: step, stage, locks, rewrites, scans, rows, hazards, sql."""
        import pandas as pd

        rows = [
            (
                step.title,
                step.stage,
                ", ".join(f"{effect.lock} on {_relation(effect.relation)}" for effect in step.effects),
                any(effect.rewrites for effect in step.effects),
                any(effect.scans for effect in step.effects),
                step.rows if step.rows >= 0 else None,
                ", ".join(dict.fromkeys(hazard.name for hazard in step.hazards)),
                ";\n".join(step.statements),
            )
            for step in self.steps
        ]
        return pd.DataFrame(rows, columns=["step", "stage", "locks", "rewrites", "scans", "rows", "hazards", "sql"])

    def __repr__(self) -> str:
        lines = [f"{self.migration.name}: {self._summary()}"]
        for number, step in enumerate(self.steps[:_SHOWN], start=1):
            lines.append(f"{number:>3}  {step.title}")
            lines += [f"       {line}" for line in (*_locks(step), *_rows(step), *_hazards(step))]
        lines += _rest(len(self.steps))
        lines += [f"question: {one}\n  answer: plan({one.answer})" for one in self.questions]
        lines += [f"note: {note}" for note in self._notes()]
        lines.append(self._next())
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [self._asked(), *(display.note(note) for note in self._notes())]
        if self.steps:
            rows = (
                (
                    number,
                    step.title,
                    "\n".join(_locks(step)),
                    f"{step.rows:,}" if step.rows >= 0 else "",
                    _styled("\n".join(_hazards(step)), step),
                )
                for number, step in enumerate(self.steps[:_SHOWN], start=1)
            )
            parts.append(display.table(("", "step", "locks", "rows", "hazards"), rows, code=(1,)))
            parts += [display.note(line) for line in _rest(len(self.steps))]
            parts += [_folded("SQL", self.sql), _folded("the way back", self.down)]
        parts.append(display.note(self._next(), "quiet" if self.steps else "good"))
        shown = display.card(f"Plan: {self.migration.name}", *parts, subtitle=self._summary())
        return shown + (self.proof._repr_html_() if self.proof is not None else "")

    def _asked(self) -> str:
        if not self.questions:
            return ""
        rows = ((one.text, one.evidence, f"plan({one.answer})") for one in self.questions)
        return display.note("open questions", "warning") + display.table(
            ("question", "evidence", "answer"), rows, code=(2,)
        )

    def _notes(self) -> list[str]:
        notes = list(self.planned.notes)
        if self.losses:
            notes.append(f"to be allowed by name: apply(…, allow={self.losses!r})")
        if self.unmanaged:
            some = ", ".join(self.unmanaged[:10])
            more = f" and {len(self.unmanaged) - 10} more" if len(self.unmanaged) > 10 else ""
            notes.append(f"left alone, since no version of the design ever held it: {some}{more}")
        return notes

    def _summary(self) -> str:
        plan = self.planned.plan
        if not plan:
            return "the target is as the design means it"
        steps = f"{len(plan.up)} step{'' if len(plan.up) == 1 else 's'}"
        if plan.mode == "online":
            return f"{steps} in {len(stages(plan.up))} stages, while others go on working; PostgreSQL {plan.version}"
        return f"{steps} in one transaction; PostgreSQL {plan.version}"

    def _next(self) -> str:
        if not self.planned:
            return "there is nothing to do"
        if self.questions:
            return "answer the questions, then plan again; nothing was changed"
        if self.proof is None:
            return "prove() tries it in scratch databases; nothing was changed"
        return "nothing was changed yet" if self.proof.holds else "the proof does not hold; nothing was changed"


def _script(statements: Iterable[str]) -> Ddl:
    return Ddl("".join(f"{sql};\n" for sql in statements))


def _relation(path: tuple[str, str]) -> str:
    return path[1] if path[0] == "public" else ".".join(path)


def _locks(step: Step) -> list[str]:
    done: Mapping[tuple[bool, bool], str] = {
        (True, True): ", written anew", (True, False): ", written anew", (False, True): ", read from end to end",
        (False, False): "",
    }  # fmt: skip
    return [
        f"{e.lock} on {_relation(e.relation)}{f', {e.lock.blocks} wait' if e.lock.blocks else ''}"
        f"{done[e.rewrites, e.scans]}"
        for e in step.effects
    ]


def _rows(step: Step) -> list[str]:
    return [f"about {step.rows:,} rows"] if step.rows >= 0 else []


def _hazards(step: Step) -> list[str]:
    lines = []
    for one in step.hazards:
        lines.append(f"{one.words}: {one.reason or HAZARDS.get(one.name, '')}")
        lines += [f"asks: {' '.join(one.query.split())}"] if one.query else []
    return lines


def _styled(text: str, step: Step) -> object:
    if any(one.name == "data_loss" for one in step.hazards):
        return display.Styled(text, "error")
    return display.Styled(text, "warning") if text else ""


def _rest(count: int) -> list[str]:
    return [f"and {count - _SHOWN} more steps: .to_frame() has all"] if count > _SHOWN else []


def _folded(title: str, sql: Ddl) -> str:
    return f"<details><summary>{escape(title)}</summary>{highlighted(str(sql))}</details>" if sql else ""

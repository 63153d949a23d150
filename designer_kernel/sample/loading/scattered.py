"""The workers of a cluster as a crew: the parts of a fill as tasks of dask.distributed.

A part is a pure function of the plan, its seed and its rows, and is noted in the target in the transaction that brings
it. So a worker may die, and the scheduler may run a part again, or twice: the rows are the same, and there once.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Final, Self

import psycopg

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.loading.parts import Part
from designer_kernel.sample.loading.telling import Teller
from designer_kernel.sample.loading.worker import Outcome, Work, attempt

_PATIENCE: Final = 0.2
_AHEAD: Final = 2
"""Parts that each worker has beside the one that it sends."""
_RETRIES: Final = 3


class Scattered:
    """The workers of a client of dask.distributed.

    Parameters
    ----------
    client
        The client; it stays open.
    work
        What all parts have in common.
    teller
        Who wants to know.
    """

    def __init__(self, client: Any, work: Work, teller: Teller) -> None:
        self._client = client
        self._work = work
        self._teller = teller
        self._running: dict[Any, Part] = {}

    def __enter__(self) -> Self:
        # as bytes, since a worker that dies takes what it holds along, and a function of bytes can be run again
        data = _packed(replace(self._work, plan=replace(self._work.plan)))
        self._shared = self._client.submit(_opened, data, key=f"fill-{self._work.job}-{self._work.run}", pure=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.cancel([*self._running, self._shared], force=True)

    @property
    def is_free(self) -> bool:
        """Whether the workers could run out of parts soon."""
        threads: int = sum(worker["nthreads"] for worker in self._client.scheduler_info()["workers"].values())
        return len(self._running) < max(threads, 1) * (1 + _AHEAD)

    def start(self, part: Part) -> None:
        """Hand a part to the scheduler."""
        self._teller.table(self._work.plan.tables[part.table])
        key = f"fill-{self._work.job}-{self._work.run}-{'.'.join(part.table)}-{part.start}"
        future = self._client.submit(_send, self._shared, part, key=key, pure=False, retries=_RETRIES)
        self._running[future] = part

    def finished(self) -> list[Outcome]:
        """Return what has ended meanwhile; waits a little if nothing has."""
        import distributed

        wait: Any = distributed.wait  # it has no types
        try:
            wait(list(self._running), timeout=_PATIENCE, return_when="FIRST_COMPLETED")
        except TimeoutError:
            return []
        return [self._outcome(future) for future in list(self._running) if future.done()]

    def _outcome(self, future: Any) -> Outcome:
        part = self._running.pop(future)
        if future.status == "finished":
            outcome: Outcome = future.result()
            if outcome.is_sent:
                self._teller.rows(self._work.plan.tables[part.table], part.rows)
            return outcome
        error = future.exception()
        what = "it was cancelled" if error is None else f"{type(error).__name__}: {error}"
        mend = "look at the logs of the workers"
        return Outcome(part, 0.0, False, (f"the cluster could not send it: {what}", ".".join(part.table), mend))


def require_workers(client: Any) -> None:
    """Refuse a cluster that nobody works in.

    Raises
    ------
    SamplePlanError
        If it has no workers.
    """
    if not client.scheduler_info()["workers"]:
        raise SamplePlanError(
            "the scheduler has no workers", where=str(client.scheduler.address), mend="start some: dask worker ADDRESS"
        )


@dataclass(frozen=True, slots=True)
class Sealed:
    """What workers are given; a worker that cannot open it logs what it was given, and a URL holds a password."""

    data: bytes = field(repr=False)


def _packed(work: Work) -> Sealed:
    """Return what workers are given, with the functions of cells, which they cannot find by name."""
    import distributed

    dumps: Any = distributed.protocol.pickle.dumps  # it has no types
    return Sealed(dumps(work))


def _opened(sealed: Sealed) -> Work:
    work: Work = pickle.loads(sealed.data)  # noqa: S301 from the client, who may run anything here anyway
    return work


def _send(work: Work, part: Part) -> Outcome:
    with work.connect() as connection:
        outcome = attempt(work, connection, part, _nobody)
        if outcome.failure is not None and not outcome.sqlstate:
            raise psycopg.OperationalError(outcome.failure[0])  # the connection went: another attempt may do
        return outcome


def _nobody(rows: int) -> None:
    """Nobody is told of the batches of a part: only that it is there."""

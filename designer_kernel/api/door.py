"""What routes ask with: the team, as the actor that the guard found, once for each key."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Annotated, Any, ParamSpec, TypeVar

from fastapi import Depends, Header, Request
from pydantic import TypeAdapter

from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.once import once
from designer_kernel.studio.team.people.keys import signing_key
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import Unit, UseCase

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")


class Asking:
    """The team as one actor asks it.

    Parameters
    ----------
    request
        Whose state holds the actor.
    """

    def __init__(self, request: Request) -> None:
        self.team: Team = request.app.state.team
        self.actor: Actor = request.state.actor

    def do(self, case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do something, see `Team.do`."""
        return self.team.do(self.actor, case, *args, **kwargs)


async def _asking(request: Request) -> Asking:
    return Asking(request)


Door = Annotated[Asking, Depends(_asking)]
"""The way in for routes that may be repeated as they are."""


class AskingOnce(Asking):
    """The team as one actor asks it who may ask again, not knowing whether the first was heard.

    Parameters
    ----------
    request
        Whose state holds the actor.
    key
        What the actor calls this request.
    """

    def __init__(self, request: Request, key: str | None) -> None:
        super().__init__(request)
        self.key = key
        self.digest: str = request.state.body
        query, seen = request.url.query, ", ".join(request.headers.getlist("if-match"))
        self.place = f"{request.method} {request.url.path}\n{query!r}\n{seen!r}"

    def once(self, shape: type[R], case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do something, or tell what came of it when it was asked for with this key before."""
        if self.key is None:
            return self.do(case, *args, **kwargs)
        adapter: TypeAdapter[R] = TypeAdapter(shape)

        def kept(result: R) -> Any:
            return adapter.dump_python(result, mode="json")

        def read(body: Any) -> R:
            return adapter.validate_python(body)

        # under a key: who reads the store must not find out by trying what a body held
        said = f"the request behind a key\n{self.place}\n{self.digest}".encode()
        request = hmac.digest(signing_key().secret, said, "sha256").hex()
        return self.team.do(self.actor, once(case, self.key, request, keep=kept, again=read), *args, **kwargs)


def seen_as(case: UseCase[P, R], view: Callable[[R], S]) -> UseCase[P, S]:
    """Return a use case that answers with what a view shows of its result."""

    def shown(unit: Unit, /, *args: P.args, **kwargs: P.kwargs) -> S:
        return view(case(unit, *args, **kwargs))

    return UseCase(case.name, case.right, case.changes, shown)


_KEY = Header(
    alias="Idempotency-Key",
    min_length=1,
    max_length=255,
    pattern=r"^[!-~]+$",
    description="What you call this request: sent again within a day, it gets the same answer and does nothing anew.",
    examples=["7d0a7c0e-create-shop"],
)


async def _asking_once(request: Request, key: Annotated[str | None, _KEY] = None) -> AskingOnce:
    return AskingOnce(request, key)


DoorOnce = Annotated[AskingOnce, Depends(_asking_once)]
"""The way in for POST: with an ``Idempotency-Key``, a repetition does nothing anew."""

"""A canary: nothing that a full run of connections produced holds the password, nor what viewers must not know."""

from __future__ import annotations

import asyncio
import io
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest

from designer_kernel.api.app import create_app
from designer_kernel.postgres.connection import parse as parse_url
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.studio.team import connections, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.secrets.master_keys import KEY_FILE, configured
from designer_kernel.studio.team.secrets.rotating import rotate
from designer_kernel.studio.team.secrets.secret import Secret
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import CHANNEL
from tests.designer_kernel.studio.team.canary.told import Told, failed, logs_of_server, whole_store
from tests.designer_kernel.studio.team.conftest import let_in, registered

CANARY = "c4nary-5e83"
HOST = "h0st-5e83.invalid"


def use(team: Team, told: Told, ada: Actor, bob: Actor, database_url: str) -> None:
    """Do with connections all that can be done, and much that cannot."""
    room = team.do(ada, workspaces.create, "shop").id
    let_in(team, ada, room, "bob", "viewer")
    parts = parse_url(database_url)
    uri = Secret(f"{database_url.replace('postgres@', f'postgres:{CANARY}@')}")
    home = replace(ada, face="notebook")
    seen: list[object] = []
    made = team.do(home, connections.add, room, "prod", uri, mode="read-write")
    seen += [made, team.do(ada, connections.rename, made.id, "live"), team.do(ada, connections.get, made.id)]
    seen += [team.do(home, connections.copy, made.id, room, "second"), team.do(ada, connections.look_up, made.id)]
    opened = team.do(home, connections.opening, made.id, write=True)
    seen += [opened, opened.__class__.__mro__, connections.tried(team, home, made.id)]
    with opened.session() as connection:
        seen.append(connection.execute("SELECT query, application_name FROM pg_stat_activity").fetchall())
    seen.append(opened.query("SELECT query FROM pg_stat_activity").to_json())
    told.add("views", *seen)
    told.add("what viewers see", *team.do(bob, connections.of_workspace, room), team.do(bob, connections.get, made.id))
    lost = team.do(home, connections.add, room, "lost", Secret(f"postgresql://u:{CANARY}@{HOST}/d")).id
    told.add("what is told of failures", connections.tried(team, home, lost), connections.tried(team, ada, lost))
    failed(told, "session", lambda: _entered(team, home, lost))
    _fail(team, told, room, made.id, ada)
    assert str(parts["host"]) not in told.parts["what viewers see"]


def _entered(team: Team, actor: Actor, connection: UUID) -> None:
    with team.do(actor, connections.opening, connection).session():
        pass


def _fail(team: Team, told: Told, room: UUID, made: UUID, ada: Actor) -> None:
    for uri in (
        f"postgresql://u:{CANARY}@{HOST}/d", f"postgresql://u:{CANARY}@127.0.0.1/d", f"mysql://u:{CANARY}@{HOST}/d",
        f"postgresql://u:{CANARY}@{HOST}/d?service=x", f"postgresql://u:{CANARY}@{HOST}:port/d",
        f"host='{HOST} password={CANARY}", f"postgresql://u:{CANARY}@a@{HOST}/d", f"postgresql://u:{CANARY}%zz@{HOST}/d",
        f"postgresql://{HOST}/d?sslpassword={CANARY}", f"host={HOST} {CANARY}=1", f"{CANARY}", f"postgresql://{CANARY}\x00",
    ):  # fmt: skip
        secret = Secret(uri)
        failed(told, "refusals", lambda secret=secret: team.do(ada, connections.add, room, "x", secret))
        failed(told, "refusals", lambda secret=secret: team.do(ada, connections.replace, made, secret))
    taken = Secret(f"postgresql://u:{CANARY}@1.1.1.1/d")
    failed(told, "a name that is taken", lambda: team.do(ada, connections.add, room, "live", taken))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_FILE, "/nonexistent/keys")
        failed(told, "a missing key", lambda: team.do(ada, connections.opening, made))
        failed(told, "a missing key", lambda: team.do(ada, connections.add, room, "y", taken))


async def ask(team: Team, told: Told, ada: Actor) -> None:
    """Do the same over HTTP."""
    room = team.do(ada, workspaces.mine)[0].id
    app = create_app(team, identify=lambda team, token, address: replace(ada, face="api"))
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="http://designer", headers={"Authorization": "Bearer x"},
    )  # fmt: skip
    path = f"/api/workspaces/{room}/connections"
    body = {"name": "http", "connection_uri": f"postgresql://u:{CANARY}@1.1.1.1/d"}
    answers = [await client.post(path, json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].status_code == 201
    made = answers[0].json()["id"]
    answers += [
        await client.post(path, json=body),
        await client.post(path, json=body | {"connection_uri": f"postgresql://u:{CANARY}@10.0.0.1/d"}),
        await client.post(path, json=body | {"connection_uri": f"postgresql://u:{CANARY}@h/d?passfile=x"}),
        await client.post(path, json=body | {"connection_uri": [CANARY]}),
        await client.post(path, json=body | {"more": CANARY, "mode": CANARY}),
        await client.post(path, content=f'{{"connection_uri": "{CANARY}'),
        await client.get(path),
        await client.get(f"/api/connections/{made}/address"),
        await client.put(f"/api/connections/{made}/uri", json={"connection_uri": f"postgresql://u:{CANARY}@h:x/d"}),
    ]
    await client.aclose()
    told.add("answers", *[(each.status_code, dict(each.headers), each.text) for each in answers])


def test_nothing_that_was_produced_holds_the_canary(
    team: Team, told: Told, logs: io.StringIO, server: EmbeddedServer, database_url: str
) -> None:
    ada, bob = registered(team, "ada"), registered(team, "bob")
    heard: list[psycopg.Notify] = []
    out, err = io.StringIO(), io.StringIO()
    with psycopg.connect(team.store.url, autocommit=True) as listener, redirect_stdout(out), redirect_stderr(err):
        listener.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(CHANNEL)))
        use(team, told, ada, bob, database_url)
        with ThreadPoolExecutor(1) as apart:  # this thread may have a loop already: that of the browser's driver
            apart.submit(asyncio.run, ask(team, told, ada)).result()
        told.add("rotation", rotate(team.store, configured(), Actor(None, "an operator", "shell")).as_dict())
        heard += listener.notifies(timeout=0.1)
    assert len(heard) > 4
    assert len(logs.getvalue()) > 1000
    told.add("notifications", *heard)
    told.add("logs", logs.getvalue())
    told.add("standard output and error", out.getvalue(), err.getvalue())
    told.add("the store", whole_store(team))
    told.add("the keys", configured(), *Path(server.data_directory).parent.joinpath("keys").rglob("*"))
    logs_of_server(told, server)
    assert told.holding(CANARY) == []
    seen = {where for where in told.holding(HOST) if not where.endswith(": local variables")}
    assert seen <= {"logs"}, "nothing but the driver's own log at its quietest level tells where it leads"


def test_the_search_finds_what_is_there(told: Told) -> None:
    told.add("plain", f"x{CANARY}y")
    told.add("hex", CANARY.encode().hex())
    told.add("base64", b64encode(CANARY.encode()).decode())
    failed(told, "an error", lambda: psycopg.connect(f"postgresql://u:{CANARY}@h/d?nonsense={CANARY}%zz"))
    assert told.holding(CANARY) == ["plain", "hex", "base64", "an error", "an error: local variables"]

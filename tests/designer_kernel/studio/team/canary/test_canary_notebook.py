"""A canary in a notebook: what cells show and how they fail, at its most talkative, and the designer's whole state."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import designer_widgets
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import designer_kernel as dk
from designer_kernel.notebook import connections
from designer_kernel.notebook.project import Project
from designer_kernel.postgres import connection as urls
from designer_kernel.studio.team import opening
from tests.designer_kernel.studio.team.canary.told import Told, whole_store

CANARY: Final = "c4nary-cell-8d19"
USER: Final = "us3r-cell-8d19"
HOST: Final = "127.0.0.1:1"

CELLS: Final = """
there = project.connections
there
there['live']
there['live'].test()
there['live'].deploy()
there['live'].query('SELEC')
there['live'].query('SELECT query FROM pg_stat_activity')
there['live'].fill({'items': 2})
there['live'].fill({'nothing': 2})
there['live'].import_('read again')
with there['live'].open() as url: print(url, project.plan(url), dk)
with there['live'].open() as url: 1 / 0
project.deploy(url)
project.deploy('connection:live')
there['lost'].test()
there['lost'].deploy()
there['lost'].import_('nothing')
there['lost'].query('SELECT 1')
there['lost'].open().__enter__()
project.deploy('connection:lost')
there.to_frame()
there.test()
[vars(one) for one in there.values()]
there.add('slip')
there.add('live')
%whos
there.remove('lost')
""".strip().splitlines()


@pytest.fixture
def project(no_store_yet: None, tmp_path: Path) -> Project:
    """A project of the local owner, with a connection that leads somewhere and one that does not."""
    made = dk.new(f"team:Mine/{tmp_path.name}")
    made.add_entity("items", "id bigint primary key", "name text")
    return made


def typed(monkeypatch: pytest.MonkeyPatch, uri: str) -> None:
    monkeypatch.setattr(connections, "getpass", lambda prompt: uri)


def test_no_cell_and_no_widget_shows_a_secret(
    project: Project, shell: InteractiveShell, told: Told, logs: io.StringIO, database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    typed(monkeypatch, urls.to_url(urls.parse(database_url) | {"password": CANARY}))
    project.connections.add("live", mode="read-write")
    typed(monkeypatch, f"postgresql://{USER}:{CANARY}@{HOST}/d")
    project.connections.add("lost", mode="read-write")
    typed(monkeypatch, f"postgresql://{USER}:{CANARY}@h/d?service={CANARY}")
    shell.push({"project": project, "dk": dk})
    failures = 0
    for cell in CELLS:
        with capture_output() as output:
            failures += not shell.run_cell(cell).success
        told.add("cells", output.stdout, output.stderr, *[one.data for one in output.outputs])
    assert failures >= 10
    widget = designer_widgets.designer(project)
    try:
        answers = [asked(widget, kind, **more) for kind, more in questions(project)]
        assert widget.work.wait(20)
        told.add("widgets", widget.get_state(), widget, *answers)
    finally:
        widget.close()
    told.add("logs", logs.getvalue())
    told.add("the store", whole_store(opening.sessions_here().team))
    assert len(told.parts["cells"]) > 20_000
    assert told.holding(CANARY) == []
    assert set(told.holding(USER)) <= {"logs"}, "nothing but the driver's own log at its quietest level tells who"


def questions(project: Project) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "list_connections", {}
    for uri in (
        f"postgresql://{USER}:{CANARY}@{HOST}/d",
        f"{CANARY}",
        f"postgresql://u:{CANARY}@h/d?passfile=x",
        [CANARY],
    ):
        yield "add_connection", {"name": "typed", "connection_uri": uri, "mode": "read-write"}
    for one in project.connections.to_frame()["name"]:
        seen = project.connections[one]._seen
        yield "try_connection", {"connection": str(seen.id)}
        yield "remove_connection", {"connection": str(seen.id)}


def asked(widget: Any, kind: str, **more: Any) -> Any:
    answer = widget._commands.answer({"id": "1", "kind": kind, **more})
    if kind == "try_connection":
        assert widget.work.wait(20)
        return answer, dict(widget.progress)
    return answer

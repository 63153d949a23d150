"""A project adds rows to its target, and learns from and takes a part of another database."""

from __future__ import annotations

from pathlib import Path

from designer_kernel import templates
from designer_kernel.studio.project import ProjectSession
from tests.designer_kernel.sample.databases import contents, one


def test_a_project_adds_learns_and_takes(clean_url: str, database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "blog.design.yaml"
    session = ProjectSession(path, design=templates.load("blog"))
    session.deploy(url=clean_url)
    session.fill({"posts": 60, "authors": 20}, url=clean_url, scale=0.1)
    before = contents(clean_url)
    session.fill({"posts": 10}, url=clean_url, mode="append")
    after = contents(clean_url)
    assert after["public.posts"][0] == 70
    assert {k: v for k, v in after.items() if k != "public.posts"} == {
        k: v for k, v in before.items() if k != "public.posts"
    }
    assert session.learned(clean_url).hints.tables["authors"].rows == 20
    taken = session.subset(clean_url, root="posts", rows=5, url=database_url, personal=["authors.email"])
    assert taken.tables["public.posts"] == one(database_url, "SELECT count(*) FROM posts") == 5

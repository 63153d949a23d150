from __future__ import annotations

import pytest

import designer_kernel as dk
from designer_kernel.notebook.current import _opened

HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture
def project(tmp_path):
    """A small project in a file of its own."""
    project = dk.new(tmp_path / "shop.design.yaml")
    project.add_entity("customers", "id bigint primary key", "email varchar(255) not null unique")
    project.add_entity("orders", "id bigint primary key", "placed_at timestamptz not null default now()")
    project.relate("customers", "orders", on_delete_action="CASCADE")
    yield project
    _opened.clear()

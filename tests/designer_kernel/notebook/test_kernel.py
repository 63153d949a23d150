"""What a front end gets from a real kernel when a person presses Tab or runs a cell."""

from __future__ import annotations

import pytest
from jupyter_client.manager import start_new_kernel

import designer_kernel as dk


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """A kernel with our extension, and a project with two entities."""
    directory = tmp_path_factory.mktemp("kernel")
    project = dk.new(directory / "shop.design.yaml")
    project.add_entity("products", "id bigint primary key", "price numeric(10,2) not null")
    project.add_entity("orders", "id bigint primary key", "placed_at timestamptz not null")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(directory / "ipython"))
        manager, client = start_new_kernel(kernel_name="python3")
    try:
        code = f"%load_ext designer_kernel\nimport designer_kernel as dk\nproject = dk.open({str(project.path)!r})"
        reply = client.execute_interactive(code, timeout=60, output_hook=lambda message: None)
        assert reply["content"]["status"] == "ok"
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("%%query\nselect * from prod", "products"),
        ("%%query\nselect pri", "price"),
        ("%%query --as found\nselect p.| from products p", "price"),
        ("%fill ord", "orders="),
        ("%fill orders=10 --rows prod", "products="),
        ("%erd pro", "products"),
        ("%design --temp", "--template"),
        ("%design x --template mar", "marketplace"),
        ("%deploy --", "--allow-missing"),
        ("%ddl prod", "products"),
        ("project.entities['pro", "products"),
        ("project.entities.products.attributes.pri", "price"),
    ],
)
def test_tab_completes(kernel, typed, wanted):
    cursor = typed.find("|") if "|" in typed else len(typed)
    typed = typed.replace("|", "")
    content = kernel.complete(typed, cursor, reply=True, timeout=30)["content"]
    start, end = content["cursor_start"], content["cursor_end"]
    texts = [typed[:start] + match + typed[end:] for match in content["matches"]]
    begun = max(typed.rfind(mark, 0, cursor) for mark in " .'") + 1
    assert typed[:begun] + wanted + typed[cursor:] in [text.removesuffix("']") for text in texts]


def test_help_of_query_needs_no_cell(kernel):
    shown = []
    reply = kernel.execute_interactive("%%query --help", timeout=30, output_hook=shown.append)
    assert reply["content"]["status"] == "ok"
    assert any("binds the Python variable" in message["content"].get("text", "") for message in shown)

"""A notebook that is saved with the designer in it shows its picture where there is no kernel."""

from __future__ import annotations

import base64
import re
from xml.etree import ElementTree as ET

import designer_widgets
import nbformat
from nbconvert import HTMLExporter, MarkdownExporter

from designer_kernel.studio.project import ProjectSession


def test_the_designer_is_a_picture_in_what_nbconvert_makes(session: ProjectSession) -> None:
    widget = designer_widgets.designer(session)
    data, _metadata = widget._repr_mimebundle_() or ({}, {})
    widget.close()
    output = nbformat.v4.new_output("display_data", data=data)
    cell = nbformat.v4.new_code_cell("project.designer()", outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    page, _resources = HTMLExporter().from_notebook_node(notebook)
    drawn = [base64.b64decode(one) for one in re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", page)]
    (picture,) = [text for text in drawn if b"sd-picture" in text]
    assert ET.fromstring(picture).get("role") == "img"
    _text, resources = MarkdownExporter().from_notebook_node(notebook)
    (kept,) = resources["outputs"].values()
    assert b"orders" in kept

"""What designs of teams mean and how they are drawn, made once for each content: catalogs and layouts."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final
from uuid import UUID

from designer_kernel.catalog import canonical
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.diagram.shapes import Picture
from designer_kernel.studio.team.caching.cache import Kind, here

if TYPE_CHECKING:
    from designer_kernel.design.design import Design


_FREE: Final = {"sample", "opaque"}
"""Fields of a design that hold values of people's own making."""


def _write_picture(picture: Picture) -> bytes:
    return json.dumps(picture.to_dict(), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _read_picture(data: bytes) -> Picture:
    return Picture.of_dict(json.loads(data.decode("utf-8", "surrogatepass")))


CATALOG: Final[Kind[Catalog]] = Kind(
    "catalog",
    write=lambda catalog: canonical.to_json(catalog, as_given=True).encode("utf-8", "surrogatepass"),
    read=lambda data: canonical.from_json(data.decode("utf-8", "surrogatepass")),
)
LAYOUT: Final[Kind[Picture]] = Kind("layout", write=_write_picture, read=_read_picture)


def content_hash(design: Design) -> str:
    """Return what tells designs apart that mean or show something else."""
    said = hashlib.sha256(design.model_dump_json(exclude=_FREE).encode())
    # where numbers may be infinite, which JSON of pydantic's cannot say
    said.update(json.dumps(design.model_dump(include=_FREE), default=str).encode())
    return said.hexdigest()


def lowered(design: Design, project: UUID | None = None) -> Catalog:
    """Return what a design means to PostgreSQL.

    Parameters
    ----------
    project
        Whose design it is: when it changes, this is forgotten.

    Raises
    ------
    DesignerError
        As `designer_kernel.design.lower.lower`.
    """
    from designer_kernel.design.lower import lower

    return here().made(CATALOG, content_hash(design), make=lambda: lower(design), about=project)


def drawn(design: Design, project: UUID | None = None) -> Picture:
    """Return the picture of a design, see `lowered`."""
    from designer_kernel.diagram import picture

    return here().made(LAYOUT, content_hash(design), make=lambda: picture.picture(design), about=project)

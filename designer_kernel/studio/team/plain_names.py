"""Names in errors as people gave them: what is deployed stands in a schema of its own, which nobody chose or writes."""

from __future__ import annotations

import re
from typing import Final

from designer_kernel.errors import DesignerError

_BEFORE: Final = re.compile(r'(?:"sd_p_[0-9a-f]{32}"|\bsd_p_[0-9a-f]{32})\.')
_SCHEMA: Final = re.compile(r'(?:schema )?(?:"sd_p_[0-9a-f]{32}"|\bsd_p_[0-9a-f]{32}\b)')
_ROLE: Final = re.compile(r'(?:role )?(?:"sd_w_[0-9a-f]{32}"|\bsd_w_[0-9a-f]{32}\b)')


def plain(text: str) -> str:
    """Return text in which tables are named without the schema that they are deployed in."""
    if "sd_" not in text:
        return text
    return _ROLE.sub("the role of the workspace", _SCHEMA.sub("the schema of the project", _BEFORE.sub("", text)))


def named_plainly(error: DesignerError) -> None:
    """Let an error name things as people do; the statement of one that PostgreSQL refused stays what it was."""
    error.what, error.where, error.mend = plain(error.what), plain(error.where), plain(error.mend)
    error.args = (error.what, error.where, error.mend)

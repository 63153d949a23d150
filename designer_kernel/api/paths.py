"""The paths that there are: what is near one that there is not, and which methods each has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route, compile_path

from designer_kernel.api.errors import Refused

LISTS: Final = "/docs and /openapi.json list all paths"

_LONGEST: Final = 200
"""Characters of a path that others are compared with."""

_NEAR: Final = 0.75


class Paths:
    """The paths of a service.

    Parameters
    ----------
    routes
        Those of all routers.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        methods: dict[str, set[str]] = {}
        for route in routes:
            if isinstance(route, Route):
                methods.setdefault(route.path, set()).update(route.methods or ())
        self._known = [(compile_path(path)[0], path, sorted(of)) for path, of in methods.items()]

    def methods(self, path: str) -> list[str]:
        """Return the methods that a path has."""
        return sorted({method for regex, _path, of in self._known if regex.match(path) for method in of})

    def near(self, path: str) -> str:
        """Return the path that is most like one that there is not; empty if none is."""
        if len(path) > _LONGEST:
            return ""
        path = path.rstrip("/") or "/"
        there = next((known for regex, known, _methods in self._known if regex.match(path)), "")
        best, found = (1.0 if there else _NEAR), there
        for _regex, known, _methods in self._known:
            matcher = SequenceMatcher(None, _like(known, path), path)
            if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and matcher.ratio() > best:
                best, found = matcher.ratio(), known
        return found

    def refusal(self, error: HTTPException, method: str, path: str) -> Exception:
        """Return what the router says of a path or a method that is not there, with what there is instead."""
        if error.status_code == 404:
            near = self.near(path)
            mend = f"did you mean {near}? {LISTS}" if near else LISTS
            return Refused(404, "there is no such path", where="path", mend=mend)
        if error.status_code == 405:
            allowed = ", ".join(self.methods(path))
            mend, headers = f"this path has {allowed}", {"Allow": allowed}
            return Refused(405, f"{method} cannot be done with this path", where="method", mend=mend, headers=headers)
        return error


def _like(known: str, path: str) -> str:
    """Return a path with the ids of another one, as far as they stand at the same places."""
    parts, given = known.split("/"), path.split("/")
    return "/".join(
        given[place] if re.fullmatch(r"\{.*\}", part) and place < len(given) else part
        for place, part in enumerate(parts)
    )

"""The part of a project that draws it, and keeps what follows from its design for as long as that stays the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from designer_kernel.studio.drawing import Drawing

if TYPE_CHECKING:
    from designer_kernel.design import Design
    from designer_kernel.diagram.picture import Picture
    from designer_kernel.diagram.style import ThemeName

T = TypeVar("T")

AT_ONCE: Final = 60
"""Lines that are laid while somebody waits; it takes some 3 ms for each."""


class IsDrawn:
    """The part of a project that draws it."""

    _lock: threading.RLock
    _revision: int

    @property
    def design(self) -> Design:
        """The design as it is now."""
        raise NotImplementedError

    def _begin_drawing(self) -> None:
        self._derived: dict[str, tuple[int, Any]] = {}
        self._drawing = Drawing()
        self._laying = threading.Lock()

    def picture(self) -> Picture:
        """Return the picture of this revision. What was drawn before stays where it was."""
        return self._once("picture", self._drawing.picture)

    def sketch(self) -> Picture:
        """Return the picture of this revision at once, without lines if many are to be laid; see `lay_lines`."""
        with self._lock:
            known = self._derived.get("picture")
            if known is not None and known[0] == self._revision:
                drawn: Picture = known[1]
                return drawn
            sketch: Picture = self._once("sketch", lambda design: self._drawing.picture(design, AT_ONCE))
            if not sketch.is_sketch:
                self._derived["picture"] = self._derived["sketch"]
            return sketch

    def lay_lines(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Lay the lines that a sketch left out, while others go on; what they change meanwhile is not undone.

        Parameters
        ----------
        progress
            Called with how many lines are laid, and of how many; what it raises ends the work.
        """
        with self._laying:
            with self._lock:
                if not self.sketch().is_sketch:
                    return  # somebody else has laid them
                design, drawing = self.design, self._drawing.apart()
            drawing.picture(design, progress=progress)
            with self._lock:
                self._drawing.learn(drawing)
                self._derived.pop("sketch", None)

    def svg(self, theme: ThemeName = "light") -> str:
        """Return the ER diagram as SVG."""
        from designer_kernel.diagram import svg

        return self._once(f"svg {theme}", lambda design: svg.render(self.picture(), theme=theme))

    def mermaid(self) -> str:
        """Return the ER diagram as Mermaid text."""
        from designer_kernel.diagram import mermaid

        return self._once("mermaid", mermaid.render)

    def _once(self, key: str, compute: Callable[[Design], T]) -> T:
        """Return what follows from the design, computed once per revision."""
        with self._lock:
            known = self._derived.get(key)
            if known is None or known[0] != self._revision:
                known = (self._revision, compute(self.design))
                self._derived[key] = known
            value: T = known[1]
            return value

"""``%load_ext designer_kernel``: what is added to a shell, and taken away again."""

from __future__ import annotations

from typing import Any

from designer_kernel.notebook.completion import match_members, match_names
from designer_kernel.notebook.magics import DesignerMagics

_MAGICS = {"line": ("design", "erd", "ddl", "deploy", "plan", "fill", "query"), "cell": ("query",)}
_MATCHERS = (match_names, match_members)


def load(shell: Any) -> None:
    """Add the magics and the completion of names to a shell; a second time changes nothing."""
    shell.register_magics(DesignerMagics)
    matchers = shell.Completer.custom_matchers
    matchers.extend(matcher for matcher in _MATCHERS if matcher not in matchers)
    transformers = shell.input_transformers_cleanup
    if as_line not in transformers:
        transformers.append(as_line)


def unload(shell: Any) -> None:
    """Take away what `load` added; magics of these names that someone else has registered since stay."""
    for kind, names in _MAGICS.items():
        registered = shell.magics_manager.magics[kind]
        for name in names:
            if isinstance(getattr(registered.get(name), "__self__", None), DesignerMagics):
                del registered[name]
    matchers = shell.Completer.custom_matchers
    matchers[:] = [matcher for matcher in matchers if matcher not in _MATCHERS]
    shell.input_transformers_cleanup[:] = [one for one in shell.input_transformers_cleanup if one is not as_line]


def as_line(lines: list[str]) -> list[str]:
    """Return a cell of nothing but ``%%query --help`` as ``%query --help``: IPython runs no cell magic on nothing."""
    if lines and lines[0].startswith("%%query") and not "".join(lines[1:]).strip():
        return [lines[0][1:]]
    return lines

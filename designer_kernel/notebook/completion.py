"""Completion of entity and column names: inside ``%%query`` cells, and after ``%erd`` and ``%fill``."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, Final

from IPython import get_ipython
from IPython.core import guarded_eval
from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from designer_kernel.catalog.identifiers import quote
from designer_kernel.design import Design
from designer_kernel.design.expansion import expand
from designer_kernel.errors import DesignerError
from designer_kernel.notebook.attributes import AttributeView, AttributeViews
from designer_kernel.notebook.current import current_or_none
from designer_kernel.notebook.entities import EntityView, EntityViews
from designer_kernel.notebook.project import Project
from designer_kernel.notebook.relationships import RelationshipView, RelationshipViews

KEYWORDS: Final = (
    "SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "HAVING", "LIMIT", "JOIN", "LEFT JOIN", "ON", "USING", "AS",
    "WITH", "DISTINCT", "COUNT", "SUM", "AVG", "MIN", "MAX", "CASE", "WHEN", "THEN", "ELSE", "END", "AND", "OR", "NOT",
    "IN", "EXISTS", "BETWEEN", "LIKE", "ILIKE", "IS NULL", "IS NOT NULL", "UNION ALL",
)  # fmt: skip
"""Words that a query is written with; names of the design come first."""

VIEWS: Final[set[type]] = {
    Project, EntityViews, EntityView, AttributeViews, AttributeView, RelationshipViews, RelationshipView,
}  # fmt: skip
"""Classes whose members only look at the design, so that completing may evaluate them."""

_MEMBER: Final = re.compile(r"""(?P<view>\w+(?:\.\w+|\[(?:"[^"\n]*"|'[^'\n]*'|\d+)\])+)\.(?P<word>\w*)\Z""")
_WORD: Final = re.compile(r'(?:(?P<owner>"(?:[^"]|"")+"|\w+)\.)?(?P<word>"?\w*)\Z')
_ALIAS: Final = re.compile(r'(?:FROM|JOIN)\s+(?:\w+\.)?("[^"]+"|\w+)(?:\s+AS)?\s+(\w+)', re.IGNORECASE)
_LINE: Final = re.compile(r"\s*%(?P<magic>erd|fill)\s(?P<rest>.*)\Z", re.DOTALL)


@context_matcher(priority=1000)  # type: ignore[untyped-decorator]
def match_names(context: CompletionContext) -> SimpleMatcherResult:
    """Return names of the current project that complete what stands before the cursor, if it is ours to complete."""
    project = current_or_none()
    before = _before(context)
    line = _LINE.match(before.rpartition("\n")[2])
    if project is None or not (line or before.startswith("%%query")):
        return _result([], "")
    if line:
        word = re.split(r"\s", line["rest"])[-1]
        suffix = "=" if line["magic"] == "fill" else ""
        names = [name + suffix for name in project.entities if name.lower().startswith(word.lower())]
        return _result([(name, "entity") for name in names], word)
    _head, newline, query = before.partition("\n")
    return _complete_query(project, query) if newline else _result([], "")


@context_matcher(priority=1000)  # type: ignore[untyped-decorator]
def match_members(context: CompletionContext) -> SimpleMatcherResult:
    """Return the members of a view before the cursor: Jedi does not see those that only the design knows."""
    found = _MEMBER.search(_before(context))
    shell: Any = get_ipython()
    if found is None or shell is None:
        return _result([], "")
    try:
        scope = guarded_eval.EvaluationContext(locals={}, globals=shell.user_ns, evaluation="limited")
        view = guarded_eval.guarded_eval(found["view"], scope)
    except Exception:  # whatever half-written code may raise: then there is nothing to complete
        return _result([], "")
    if type(view) not in VIEWS:
        return _result([], "")
    word = found["word"]
    names = (name for name in dir(view) if name.startswith(word) and (word.startswith("_") or name[0] != "_"))
    return _result([(name, "instance") for name in names], word)


def trust_views() -> None:
    """Let IPython look into our views when it completes ``project.entities["products"].attributes["s``.

    By default it evaluates no property and no item access of classes that it does not know, since they could do
    anything. Ours only look at the design.
    """
    limited: Any = guarded_eval.EVALUATION_POLICIES["limited"]
    for allowed in ("allowed_getattr", "allowed_getitem"):
        types = getattr(limited, allowed, None)
        if isinstance(types, set):  # an older or newer IPython may keep them elsewhere; then names do not complete
            types |= VIEWS


def _complete_query(project: Project, query: str) -> SimpleMatcherResult:
    found = _WORD.search(query)
    assert found is not None  # the pattern matches the empty end, too
    owner, word = found["owner"], found["word"]
    columns = _columns(project)
    if owner is not None:
        aliases = {alias.lower(): table.strip('"') for table, alias in _ALIAS.findall(query)}
        table = aliases.get(owner.lower(), owner.strip('"'))
        candidates = [(name, "column") for name in columns.get(table, ())]
    else:
        every = sorted({name for names in columns.values() for name in names})
        candidates = [(name, "table") for name in columns] + [(name, "column") for name in every]
    begins = word.strip('"').lower()
    shown = [(quote(name), kind) for name, kind in candidates if name.lower().startswith(begins)]
    if owner is None and begins:
        shown += [(text, "keyword") for text in KEYWORDS if text.lower().startswith(begins)]
    return _result(shown, word)


def _columns(project: Project) -> dict[str, list[str]]:
    """Return tables and views with their columns as they will be deployed, or as they are written if that fails."""
    design: Design = project.design
    with suppress(DesignerError):  # the findings tell; completing what is written still helps
        design = expand(design).design
    tables = {entity.name: [a.name for a in entity.attributes] for entity in design.entities if not entity.is_abstract}
    views = (view.name for view in (*design.views, *design.materialized_views))
    return tables | {name: [] for name in views if name not in tables}


def _before(context: CompletionContext) -> str:
    """Return the text of the cell up to the cursor."""
    lines = context.full_text.split("\n")
    return "\n".join([*lines[: context.cursor_line], lines[context.cursor_line][: context.cursor_position]])


def _result(found: list[tuple[str, str]], fragment: str) -> SimpleMatcherResult:
    completions = [SimpleCompletion(text=text, type=kind) for text, kind in found]
    result: Any = {"completions": completions, "matched_fragment": fragment, "suppress": bool(completions)}
    return result  # type: ignore[no-any-return]

"""Completion of entity and column names inside ``%%query`` cells, and of names and options after our magics."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, Final

from IPython import get_ipython
from IPython.core import guarded_eval
from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from designer_kernel import templates
from designer_kernel.catalog.identifiers import quote
from designer_kernel.design import Design
from designer_kernel.design.expansion import expand
from designer_kernel.errors import DesignerError
from designer_kernel.notebook.attributes import AttributeView, AttributeViews
from designer_kernel.notebook.current import current_or_none
from designer_kernel.notebook.entities import EntityView, EntityViews
from designer_kernel.notebook.magics import PARSERS
from designer_kernel.notebook.project import Project
from designer_kernel.notebook.relationships import RelationshipView, RelationshipViews
from designer_kernel.studio.opening import project_names

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
_LINE: Final = re.compile(r"\s*%{1,2}(?P<magic>" + "|".join(PARSERS) + r")\s(?P<rest>.*)\Z", re.DOTALL)


@context_matcher(priority=1000)  # type: ignore[untyped-decorator]
def match_names(context: CompletionContext) -> SimpleMatcherResult:
    """Return names of the current project that complete what stands before the cursor, if it is ours to complete."""
    project = current_or_none()
    before = _before(context)
    line = _LINE.match(before.rpartition("\n")[2])
    if line:
        return _complete_line(project, line["magic"], re.split(r"\s+", line["rest"]))
    if project is None or not before.startswith("%%query"):
        return _result([], "")
    _head, newline, query = before.partition("\n")
    return _complete_query(project, query, context.full_text) if newline else _result([], "")


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


def _complete_line(project: Project | None, magic: str, words: list[str]) -> SimpleMatcherResult:
    """Return what completes the last word behind a magic: an option, one of its choices, or a name."""
    *before, word = words
    actions = PARSERS[magic].options
    taken = actions.get(before[-1]) if before else None
    found: list[tuple[str, str]] = []
    if taken is not None and taken.dest == "template":
        found = [(name, "template") for name in templates.names()]
    elif taken is not None and taken.choices:
        found = [(str(choice), "choice") for choice in taken.choices]
    elif word.startswith("-"):
        found = [(option, "option") for option in actions]
    elif magic == "design" and taken is None:
        found = [(name, "project") for name in project_names()]
    elif project is not None and magic in {"erd", "ddl", "fill"} and (taken is None or taken.dest == "more"):
        found = [(name + ("=" if magic == "fill" else ""), "entity") for name in project.entities]
    return _result([(text, kind) for text, kind in found if text.lower().startswith(word.lower())], word)


def _complete_query(project: Project, query: str, cell: str) -> SimpleMatcherResult:
    """Return what completes a query before the cursor; aliases may stand behind it, as in ``SELECT p.| FROM …``."""
    found = _WORD.search(query)
    assert found is not None  # the pattern matches the empty end, too
    owner, word = found["owner"], found["word"]
    columns = _columns(project)
    if owner is not None:
        aliases = {alias.lower(): table.strip('"') for table, alias in _ALIAS.findall(cell)}
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

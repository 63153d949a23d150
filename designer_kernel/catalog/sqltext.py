"""SQL typed by people: parsed by PostgreSQL's own grammar, and only what the parser understood is ever emitted.

Quoting cannot make a raw expression safe: ``a > 0), add column x int, add check (true`` is a fine-looking CHECK. So
each text is parsed as exactly one expression, query, type or statement, and `deparse`d; comments, trailing statements
and unbalanced parentheses cannot survive that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, Final

import postgast
from google.protobuf.message import DecodeError

from designer_kernel.catalog.identifiers import quote
from designer_kernel.errors import InvalidSql

MAX_LENGTH: Final = 200_000
"""Longest SQL text that is parsed, in characters; nothing a person writes comes near."""

_PLACES: Final = (
    "location", "stmt_location", "stmt_len", "list_start", "list_end", "rexpr_list_start", "rexpr_list_end",
)  # fmt: skip
"""Fields of parse nodes that say where something stands in the text."""

_WRITES: Final = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "IntoClause", "LockingClause"})
"""Parse nodes of a query that writes or locks."""

_PLACEHOLDERS: Final = frozenset({"ParamRef", "SetToDefault"})
"""Parse nodes that stand for a value which is given elsewhere: ``$1``, ``DEFAULT``."""

_UNWANTED_WORD: Final = re.compile(r"\$|insert|update|delete|merge|into|\bfor\b|default", re.IGNORECASE)
"""What a text must hold for `_WRITES` or `_PLACEHOLDERS` to come of it."""

_LEADING_WORD: Final = re.compile(r"\s*all\b", re.IGNORECASE)
"""What SELECT takes before an expression without a trace in its tree."""

MAX_TYPE: Final = 1_000
"""Longest type name that is parsed, in characters."""

MAX_EXPRESSION: Final = 50_000
"""Longest expression that is parsed, in characters."""

MAX_TOKENS: Final = 10_000
"""Most words and signs that are parsed: ``1 + 1 + …`` nests without brackets, and the C parser crashes at 30,000."""

MAX_DEPTH: Final = 500
"""Deepest nesting of brackets that is parsed: the C parser recurses on its stack."""


@lru_cache(maxsize=16384)
def expression(text: str, where: str = "") -> str:
    """Return one SQL expression in canonical form.

    Raises
    ------
    InvalidSql
        If the text is not exactly one expression.
    """
    return _deparse(_expression(text, where)).removeprefix("SELECT ")


@lru_cache(maxsize=32768)
def settled_expression(text: str, where: str = "") -> str:
    """Return one SQL expression as it is written, or in canonical form if it could not stand in brackets as it is.

    What parses alone as one expression has its brackets closed, so that it cannot end those around it, unless it ends
    with a comment. A text that a server has given stays as it is.

    Raises
    ------
    InvalidSql
        If the text is not exactly one expression.
    """
    statement = _expression(text, where)
    if _LEADING_WORD.match(text) or not is_plain(text):
        return _deparse(statement).removeprefix("SELECT ")
    return text


@lru_cache(maxsize=4096)
def settled_query(text: str, where: str = "") -> str:
    """Return one query as it is written, or in canonical form if it has comments or semicolons; see `query`.

    Raises
    ------
    InvalidSql
        If the text is not one query that only reads.
    """
    statement = _query(text, where)
    return text if is_plain(text) else _deparse(statement)


@lru_cache(maxsize=4096)
def settled_statement(text: str, *kinds: str, where: str = "") -> str:
    """Return one statement as it is written, or in canonical form if it has comments outside of its body.

    Raises
    ------
    InvalidSql
        If the text is not exactly one statement of these kinds, see `statement`.
    """
    found = _statement(text, kinds, where)
    ends = text.rstrip().endswith(";")
    return text if not ends and is_plain(text, semicolons=True) else _deparse(found)


def is_plain(text: str, *, semicolons: bool = False) -> bool:
    """Whether there is no comment in a piece of SQL, and no semicolon unless they are allowed."""
    if "--" not in text and "/*" not in text and (semicolons or ";" not in text):
        return True
    tokens = postgast.pg_query_pb2.Token
    refused = {tokens.SQL_COMMENT, tokens.C_COMMENT} | (set() if semicolons else {tokens.ASCII_59})
    try:
        return not any(token.token in refused for token in postgast.scan(text).tokens)
    except postgast.PgQueryError:
        return False


def _expression(text: str, where: str) -> Any:
    guarded = _guard(text, where, MAX_EXPRESSION)
    statement = _single(f"SELECT {guarded}", text, where, shown="an expression", offset=7)
    select = statement.select_stmt
    _refuse_unless(
        statement.WhichOneof("node") == "select_stmt" and _is_bare_select(select, targets=1),
        text,
        where,
        "one expression",
    )
    target = select.target_list[0].res_target
    _refuse_unless(not target.name, text, where, "one expression")
    _refuse_unless(not _is_star(target.val), text, where, "one expression")
    _refuse_nodes(statement, _WRITES | _PLACEHOLDERS, text, where, "one expression")
    return statement


@lru_cache(maxsize=4096)
def partition_bound(text: str, where: str = "") -> str:
    """Return the bound of a partition, ``FOR VALUES …`` or ``DEFAULT``, as it is written.

    Raises
    ------
    InvalidSql
        If the text is anything else.
    """
    guarded = _guard(text, where, MAX_EXPRESSION)
    found = _single(f"CREATE TABLE any_part PARTITION OF any_table {guarded}", text, where, shown="a bound", offset=45)
    fields = {field.name for field, _value in found.create_stmt.ListFields()}
    is_bare = fields <= {"relation", "inh_relations", "partbound", "oncommit"}
    _refuse_unless(is_bare and is_plain(text), text, where, "the bound of one partition")
    return text


@lru_cache(maxsize=4096)
def query(text: str, where: str = "") -> str:
    """Return one read-only query (SELECT, VALUES, WITH, TABLE) in canonical form, without a semicolon.

    Raises
    ------
    InvalidSql
        If the text is anything else, or a query that writes (``WITH … DELETE``, ``SELECT INTO``).
    """
    return _deparse(_query(text, where))


def _query(text: str, where: str) -> Any:
    statement = _single(_guard(text, where), text, where, shown="a query")
    _refuse_unless(statement.WhichOneof("node") == "select_stmt", text, where, "one SELECT query")
    _refuse_nodes(statement, _WRITES | _PLACEHOLDERS, text, where, "a query that only reads")
    return statement


@lru_cache(maxsize=4096)
def type_name(text: str, where: str = "") -> str:
    """Return a type's name in the parser's canonical form: ``varchar(20)`` stays, ``int`` becomes ``int``.

    Raises
    ------
    InvalidSql
        If the text is not exactly one type name.
    """
    return _deparse(_type_cast(text, where)).removeprefix("SELECT NULL::")


def type_node(text: str, where: str = "") -> Any:
    """Return the parse node of one type's name, checked as `type_name` does.

    Raises
    ------
    InvalidSql
        If the text is not exactly one type name.
    """
    return _type_cast(text, where).select_stmt.target_list[0].res_target.val.type_cast.type_name


def _type_cast(text: str, where: str) -> Any:
    statement = _single(f"SELECT NULL::{_guard(text, where, MAX_TYPE)}", text, where, shown="a type", offset=13)
    select = statement.select_stmt
    fits = _is_bare_select(select, targets=1) and not select.target_list[0].res_target.name
    value: Any = select.target_list[0].res_target.val if fits else None
    fits = fits and value.WhichOneof("node") == "type_cast" and value.type_cast.arg.WhichOneof("node") == "a_const"
    _refuse_unless(fits, text, where, "one type name")
    return statement


@lru_cache(maxsize=4096)
def statement(text: str, *kinds: str, where: str = "") -> str:
    """Return one statement of the given kinds in canonical form.

    Parameters
    ----------
    kinds
        Names of parser nodes: ``"create_function_stmt"``, ``"create_trig_stmt"``…

    Raises
    ------
    InvalidSql
        If the text is not exactly one such statement.
    """
    return _deparse(_statement(text, kinds, where))


def _statement(text: str, kinds: tuple[str, ...], where: str) -> Any:
    parsed = _single(_guard(text, where), text, where, shown="a statement")
    wanted = " or ".join(k.removesuffix("_stmt").replace("_", " ") for k in kinds)
    _refuse_unless(parsed.WhichOneof("node") in kinds, text, where, f"one {wanted} statement")
    return parsed


def parsed(text: str, where: str = "") -> Any:
    """Return the parse node of exactly one statement, of whatever kind.

    Raises
    ------
    InvalidSql
        If it is not one; a refusal of the grammar itself is its ``__cause__``.
    """
    return _single(_guard(text, where), text, where, shown="a statement")


def walk(node: Any) -> Iterator[Any]:
    """Yield every node of a parse tree."""
    for _field, child in postgast.walk(node):
        yield child


def _guard(text: str, where: str, longest: int = MAX_LENGTH) -> str:
    """Refuse what could hurt the parser itself before it sees the text."""
    if not text.strip():
        raise InvalidSql("the SQL is empty", where=where, mend="type an expression or clear the field")
    if "\x00" in text:
        raise InvalidSql("the SQL holds a NUL character", where=where, mend="remove the NUL")
    if len(text) > longest:
        raise InvalidSql(
            f"the SQL has {len(text)} characters, which is too long", where=where, mend=f"keep it under {longest}"
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidSql("the SQL holds a lone surrogate", where=where, mend="remove the broken character") from error
    depth = deepest = 0
    for character in text:
        if character in "([":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]":
            depth -= 1
    # Comments nest too, and the scanner takes time by the square of their depth.
    if deepest > MAX_DEPTH or text.count("/*") > MAX_DEPTH:
        raise InvalidSql("the SQL is nested too deeply", where=where, mend=f"keep it under {MAX_DEPTH} levels")
    if len(text) > MAX_TOKENS and _tokens(text) > MAX_TOKENS:
        raise InvalidSql("the SQL has too many words", where=where, mend=f"keep it under {MAX_TOKENS}")
    return text


def _tokens(text: str) -> int:
    try:
        return len(postgast.scan(text).tokens)
    except postgast.PgQueryError:
        return 0  # the parser fails at the same place, and says why


def _single(sql: str, text: str, where: str, *, shown: str, offset: int = 0) -> Any:
    try:
        parsed = postgast.parse(sql)
    except postgast.PgQueryError as error:
        position = max(0, (error.cursorpos or 1) - 1 - offset)
        near = text[position : position + 30].strip() or "the end"
        raise InvalidSql(
            f"{text.strip()[:80]!r} is not {shown}: {error.message}, at character {position + 1} ({near!r})",
            where=where,
            mend="correct the SQL; it is read by PostgreSQL's own grammar",
        ) from error
    except DecodeError as error:  # the parser's answer is refused beyond a hundred levels
        raise InvalidSql(
            f"{text.strip()[:80]!r} is nested too deeply",
            where=where,
            mend="simplify it, or move a part into a function",
        ) from error
    if len(parsed.stmts) != 1:
        raise InvalidSql(
            f"{text.strip()[:80]!r} holds {len(parsed.stmts)} statements", where=where, mend=f"give exactly {shown}"
        )
    return parsed.stmts[0].stmt


def _is_bare_select(select: Any, *, targets: int) -> bool:
    """Whether a parsed SELECT has a target list and nothing else."""
    present = {field.name for field, _value in select.ListFields()}
    return len(select.target_list) == targets and present <= {"target_list", "limit_option", "op"}


def _is_star(value: Any) -> bool:
    """Whether a parsed expression stands for several columns: ``*``, ``t.*``, ``(row).*``."""
    kind = value.WhichOneof("node")
    parts = {"column_ref": "fields", "a_indirection": "indirection"}.get(kind)
    return parts is not None and any(p.WhichOneof("node") == "a_star" for p in getattr(getattr(value, kind), parts))


def _refuse_nodes(statement: Any, unwanted: frozenset[str], text: str, where: str, wanted: str) -> None:
    if not _UNWANTED_WORD.search(text):
        return  # none of these nodes can be written without one of these words
    for node in walk(statement):
        _refuse_unless(type(node).__name__ not in unwanted, text, where, wanted)


def _refuse_unless(fits: bool, text: str, where: str, wanted: str) -> None:
    if not fits:
        raise InvalidSql(f"{text.strip()[:80]!r} is not {wanted}", where=where, mend=f"give exactly {wanted}")


def _deparse(statement: Any) -> str:
    result = postgast.ParseResult()
    result.stmts.add().stmt.CopyFrom(statement)
    return deparse(result)


def deparse(tree: Any) -> str:
    """Return a parse tree as SQL that parses to the same tree; every deparsed text that we emit comes from here.

    libpg_query's deparser writes some names without quotes (parameters of functions, windows), so a name could become
    syntax. Those are quoted beforehand, and what was written is parsed again and compared.

    Raises
    ------
    InvalidSql
        If what would be written means something else.
    """
    quoted = postgast.ParseResult()
    quoted.CopyFrom(tree)
    for node in walk(quoted):
        if type(node).__name__ in {"FunctionParameter", "WindowDef"} and node.name:
            node.name = quote(node.name)
    text: str = postgast.deparse(quoted)
    try:
        fits = same_tree(postgast.parse(text), tree)
    except (postgast.PgQueryError, DecodeError):
        fits = False
    if not fits:
        raise InvalidSql(
            f"{text[:80]!r} cannot be written without changing what it means", mend="write it in another way"
        )
    return text


def same_tree(one: Any, other: Any) -> bool:
    """Whether two parse trees are equal apart from where their parts stand in the text."""
    return bool(_without_places(one) == _without_places(other))


def _without_places(tree: Any) -> Any:
    bare = postgast.ParseResult()
    bare.CopyFrom(tree)
    bare.ClearField("version")
    for node in [bare, *walk(bare)]:
        for place in _places(node.DESCRIPTOR):
            node.ClearField(place)
    return bare


@cache
def _places(descriptor: Any) -> tuple[str, ...]:
    return tuple(name for name in _PLACES if name in descriptor.fields_by_name)

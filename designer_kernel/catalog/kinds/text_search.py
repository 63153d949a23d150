"""Text search: parsers, templates, dictionaries, configurations, and what a kind of token goes through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds._routines import Options, definition, option_pairs, pairs, path_of, routine_path
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId
from designer_kernel.catalog.spelling import split_list

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class _TextSearchObject(CatalogObject):
    """What the four kinds share: a place in a schema."""

    section = "Text search"
    schema: str
    name: str

    @property
    def id(self) -> ObjectId:
        return ObjectId(self.kind, (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def address(self) -> str:
        words = self.kind.replace("_", " ").upper()
        return f"{words} {quote_path(self.schema, self.name)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _TextSearchProgram(_TextSearchObject):
    """A parser or a template: functions by the step that they do, their names qualified and quoted."""

    functions: Options = ()

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (definition(f"CREATE {self.address()}", self.functions),)

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, name, functions = row
        return cls(schema=schema, name=name, functions=pairs(functions))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchParser(_TextSearchProgram):
    """What splits a document into tokens."""

    kind = "text_search_parser"
    presence = "EXISTS (SELECT FROM pg_ts_parser WHERE oid >= 16384)"
    rank = 85

    @classmethod
    def introspection(cls, version: int) -> str:
        steps = (("START", "prsstart"), ("GETTOKEN", "prstoken"), ("END", "prsend"), ("HEADLINE", "prsheadline"))
        return _programs("pg_ts_parser", "prs", (*steps, ("LEXTYPES", "prslextype")))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchTemplate(_TextSearchProgram):
    """The program of dictionaries, to which they add options."""

    kind = "text_search_template"
    presence = "EXISTS (SELECT FROM pg_ts_template WHERE oid >= 16384)"
    rank = 86

    @classmethod
    def introspection(cls, version: int) -> str:
        return _programs("pg_ts_template", "tmpl", (("INIT", "tmplinit"), ("LEXIZE", "tmpllexize")))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchDictionary(_TextSearchObject):
    """What turns a token into lexemes. ``template`` is a qualified name, quoted.

    ``options`` are as the server writes them: ``language = 'english', stopwords = 'english'``.
    """

    kind = "text_search_dictionary"
    presence = "EXISTS (SELECT FROM pg_ts_dict WHERE oid >= 16384)"
    rank = 87
    template: str
    options: str = ""

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        options = f",\n    {self.options}" if self.options else ""
        return (f"CREATE {self.address()} (\n    TEMPLATE = {self.template}{options}\n)",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if self.template != old.template:
            return None
        given = split_list(self.options)
        named = {option.partition("=")[0].strip() for option in given}
        left = (option.partition("=")[0].strip() for option in split_list(old.options))
        words = [*(name for name in left if name not in named), *given]  # one without a value is taken away
        return Alteration((f"ALTER {self.address()} ({', '.join(words)})",))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_ts_dict'::regclass::oid, d.oid, 0, n.nspname, d.dictname,
                   {path_of("pg_ts_template", "tmpl", "d.dicttemplate")}, coalesce(d.dictinitoption, '')
            FROM pg_ts_dict d
            JOIN pg_namespace n ON n.oid = d.dictnamespace
            WHERE n.nspname = ANY(%(schemas)s) AND {not_of_extension("pg_ts_dict", "d.oid")}
            ORDER BY n.nspname, d.dictname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchConfiguration(_TextSearchObject):
    """A parser together with `TextSearchMapping`. ``parser`` is a qualified name, quoted."""

    kind = "text_search_configuration"
    presence = "EXISTS (SELECT FROM pg_ts_config WHERE oid >= 16384)"
    rank = 88
    parser: str

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"CREATE {self.address()} (PARSER = {self.parser})",)

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_ts_config'::regclass::oid, c.oid, 0, n.nspname, c.cfgname,
                   {path_of("pg_ts_parser", "prs", "c.cfgparser")}
            FROM pg_ts_config c
            JOIN pg_namespace n ON n.oid = c.cfgnamespace
            WHERE n.nspname = ANY(%(schemas)s) AND {not_of_extension("pg_ts_config", "c.oid")}
            ORDER BY n.nspname, c.cfgname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSearchMapping(CatalogObject):
    """The dictionaries that a kind of token goes through, in their order, as pairs of schema and name."""

    kind = "text_search_mapping"
    presence = "EXISTS (SELECT FROM pg_ts_config WHERE oid >= 16384)"
    rank = 89
    section = "Text search"
    schema: str
    configuration: str
    token: str
    dictionaries: tuple[tuple[str, str], ...]

    @property
    def id(self) -> ObjectId:
        return ObjectId("text_search_mapping", (self.schema, self.configuration, self.token))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("text_search_configuration", (self.schema, self.configuration))

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (ObjectId("text_search_dictionary", path) for path in self.dictionaries)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        configuration = quote_path(self.schema, self.configuration)
        dictionaries = ", ".join(quote_path(*path) for path in self.dictionaries)
        mapping = f"ADD MAPPING FOR {quote(self.token)} WITH {dictionaries}"
        return (f"ALTER TEXT SEARCH CONFIGURATION {configuration}\n    {mapping}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        configuration = quote_path(self.schema, self.configuration)
        return (f"ALTER TEXT SEARCH CONFIGURATION {configuration}\n    DROP MAPPING FOR {quote(self.token)}",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(tuple(sql.replace("ADD MAPPING", "ALTER MAPPING") for sql in self.create(change.after, {})))

    @classmethod
    def introspection(cls, version: int) -> str:
        # A mapping has no address of its own: the number of its token stands for a column's.
        return f"""
            SELECT 'pg_ts_config'::regclass::oid, c.oid, m.maptokentype, n.nspname, c.cfgname, t.alias,
                   array_agg(ARRAY[dn.nspname::text, d.dictname::text] ORDER BY m.mapseqno)
            FROM pg_ts_config c
            JOIN pg_namespace n ON n.oid = c.cfgnamespace
            JOIN pg_ts_config_map m ON m.mapcfg = c.oid
            JOIN pg_ts_dict d ON d.oid = m.mapdict
            JOIN pg_namespace dn ON dn.oid = d.dictnamespace
            JOIN LATERAL ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
            WHERE n.nspname = ANY(%(schemas)s) AND {not_of_extension("pg_ts_config", "c.oid")}
            GROUP BY c.oid, m.maptokentype, n.nspname, c.cfgname, t.alias
            ORDER BY n.nspname, c.cfgname, m.maptokentype
            """


def _programs(catalog: str, prefix: str, steps: Iterable[tuple[str, str]]) -> str:
    functions = option_pairs((word, routine_path(f"x.{column}")) for word, column in steps)
    return f"""
            SELECT '{catalog}'::regclass::oid, x.oid, 0, n.nspname, x.{prefix}name,
                   {functions}
            FROM {catalog} x
            JOIN pg_namespace n ON n.oid = x.{prefix}namespace
            WHERE n.nspname = ANY(%(schemas)s) AND {not_of_extension(catalog, "x.oid")}
            ORDER BY n.nspname, x.{prefix}name
            """

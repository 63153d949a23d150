// Words about queries: terms, lines of SQL, and what could stand where somebody types. Pure.

/**
 * @typedef {{source: string, column: string, every: boolean, expression: string, function: string}} QueryTerm
 * @typedef {{text: string, kind: string}} QueryValue
 * @typedef {{term: QueryTerm, operator: string, values: QueryValue[], other: QueryTerm | null}} QueryCondition
 * @typedef {{every: boolean, negated: boolean, parts: (QueryCondition | QueryGroup)[]}} QueryGroup
 * @typedef {{entity: string, alias: string, to?: string, on?: [string, string][], kind?: string}} QuerySource
 * @typedef {{name: string, schema: string, relation: string, origin: string, columns: [string, string, string, boolean][]}} QueryTable
 * @typedef {{tables: QueryTable[], operators: Record<string, string[]>, functions: Record<string, string[]>,
 *   ids: Record<string, string>}} QueryKnown
 */

const SQL_NUMBER = /^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const COMPLETED_KEYWORDS =
  "select from where join left join on group by having order by limit offset distinct and or not in is null like ilike between as asc desc nulls last count sum avg min max date_trunc coalesce case when then else end".split(
    " ",
  );
const SQL_RESERVED = new Set(
  "all and any as asc both case cast check collate column constraint create current_date current_time current_user default desc distinct do else end except false fetch for foreign from grant group having in initially intersect into join leading left like limit not null offset on only or order outer primary references right select session_user similar some table then to trailing true union unique user using variadic when where window with".split(
    " ",
  ),
);
const MOST_OFFERED = 60;

/** Return a name as SQL. @param {string} name */
export function sqlName(name) {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !SQL_RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Return what a term is, for people. @param {QueryTerm} term */
export function termWords(term) {
  const inner = term.expression || (term.every ? (term.source ? `${term.source}.*` : "*") : [term.source, term.column].filter(Boolean).join("."));
  return term.function ? `${term.function}(${inner})` : inner;
}

/** Return a value as a query holds it; what is written as a number is one where numbers are compared. @param {string} text @param {string} family */
export function valueOf(text, family) {
  return family === "number" && SQL_NUMBER.test(text.trim()) ? { text: text.trim(), kind: "number" } : { text, kind: "text" };
}

/** Return the values in a list that is written with commas; quotes keep a comma. @param {string} text */
export function listedValues(text) {
  const found = [];
  for (const match of text.matchAll(/\s*(?:'((?:[^']|'')*)'|([^,]+))\s*(?:,|$)/g))
    found.push(match[1] !== undefined ? match[1].replaceAll("''", "'") : match[2].trim());
  return found.filter((one) => one !== "");
}

/** Return values as a list written with commas. @param {string[]} values */
export function asList(values) {
  return values.map((one) => (/[,']|^\s|\s$|^$/.test(one) ? `'${one.replaceAll("'", "''")}'` : one)).join(", ");
}

/**
 * Return a line of a text and a caret under one of its columns.
 * @param {string} text @param {[number, number]} position Line and column, from 1.
 */
export function caretLines(text, [line, column]) {
  const whole = text.split("\n")[line - 1] ?? "";
  const cut = Math.max(0, column - 60);
  const shown = whole.slice(cut, cut + 100);
  const before = [...whole.slice(cut, column - 1)].map((one) => (one === "\t" ? "\t" : " ")).join("");
  return `${shown}\n${before}^`;
}

/** Return where a line and column stand in a text. @param {string} text @param {[number, number]} position */
export function offsetOf(text, [line, column]) {
  const lines = text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return Math.min(text.length, before + column - 1);
}

/**
 * Return the names that stand for tables in a piece of SQL: aliases, or the tables' own names.
 * @param {string} sql @param {QueryTable[]} tables @returns {Map<string, QueryTable>}
 */
export function aliasesIn(sql, tables) {
  const name = '(?:"(?:[^"]|"")+"|[A-Za-z_][\\w$]*)';
  const pattern = new RegExp(`\\b(?:from|join)\\s+(${name}(?:\\.${name})?)(?:\\s+(?:as\\s+)?(${name}))?`, "gi");
  const found = new Map();
  for (const [, place, alias] of sql.matchAll(pattern)) {
    const parts = [...place.matchAll(new RegExp(name, "g"))].map(([one]) => unquotedName(one));
    const table = tables.find((one) => one.relation === parts.at(-1) && (parts.length === 1 || one.schema === parts[0]));
    if (!table) continue;
    const isAlias = alias && !SQL_RESERVED.has(alias.toLowerCase());
    found.set(isAlias ? unquotedName(alias) : table.relation, table);
  }
  return found;
}

/** @param {string} written */
function unquotedName(written) {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
}

/**
 * Return what could be meant where somebody types, and from where on it would take the place of what is typed.
 * @param {string} sql @param {number} at @param {QueryTable[]} tables
 * @returns {{from: number, offers: {text: string, shown: string, hint: string}[]}}
 */
export function completions(sql, at, tables) {
  const before = sql.slice(0, at);
  const typed = /(?:("(?:[^"]|"")*"|[\w$]+)\s*\.\s*)?("?[\w$]*)$/.exec(before) ?? ["", "", ""];
  const [, owner, part = ""] = typed;
  const from = at - part.length;
  const wanted = part.replace(/^"/, "").toLowerCase();
  const aliases = aliasesIn(sql, tables);
  const columnsOf = (/** @type {QueryTable} */ table, /** @type {string} */ of) =>
    table.columns.map(([name, type]) => ({ text: sqlName(name), shown: name, hint: `${type} · ${of}` }));
  let offers;
  if (owner) {
    const table = aliases.get(unquotedName(owner));
    const inSchema = tables.filter((one) => one.schema === unquotedName(owner));
    offers = table
      ? columnsOf(table, unquotedName(owner))
      : inSchema.map((one) => ({ text: sqlName(one.relation), shown: one.relation, hint: "table" }));
  } else {
    offers = [
      ...[...aliases].flatMap(([alias, table]) => columnsOf(table, alias)),
      ...[...aliases].map(([alias, table]) => ({ text: sqlName(alias), shown: alias, hint: `stands for ${table.name}` })),
      ...tables.map((one) => ({ text: `${sqlName(one.schema)}.${sqlName(one.relation)}`, shown: one.name, hint: "table" })),
      ...(wanted ? COMPLETED_KEYWORDS.map((word) => ({ text: word.toUpperCase(), shown: word.toUpperCase(), hint: "" })) : []),
    ];
  }
  const begins = offers.filter((one) => one.shown.toLowerCase().startsWith(wanted));
  const holds = offers.filter((one) => !one.shown.toLowerCase().startsWith(wanted) && one.shown.toLowerCase().includes(wanted));
  return { from, offers: [...begins, ...holds].slice(0, MOST_OFFERED) };
}

/**
 * Return which kind of chart suits columns, with its axes.
 * @param {{name: string, family: string}[]} columns
 */
export function chartFor(columns) {
  const first = (family) => columns.findIndex((one) => one.family === family);
  const number = first("number");
  const other = columns.findIndex((one, index) => one.family === "number" && index !== number);
  if (number < 0) return null;
  if (first("time") >= 0) return { chart: "line", x: first("time"), y: number };
  if (first("text") >= 0) return { chart: "bar", x: first("text"), y: number };
  if (other >= 0) return { chart: "scatter", x: number, y: other };
  return { chart: "histogram", x: number, y: null };
}

/**
 * Return a query without a source, and without all that needs it.
 * @param {any} query @param {string} alias
 */
export function withoutSource(query, alias) {
  const gone = new Set([alias]);
  for (const join of query.joins) if (gone.has(join.to)) gone.add(join.alias);
  const stays = (/** @type {QueryTerm | null} */ term) => !term || !gone.has(term.source);
  /** @param {QueryGroup} group @returns {QueryGroup} */
  const kept = (group) => ({
    ...group,
    parts: group.parts
      .filter((part) => !("term" in part) || (stays(part.term) && stays(part.other)))
      .map((part) => ("term" in part ? part : kept(part))),
  });
  const columns = query.columns.filter((one) => stays(one.term));
  const names = new Set(columns.map((one) => one.name));
  return {
    ...query,
    joins: query.joins.filter((one) => !gone.has(one.alias)),
    columns,
    where: kept(query.where),
    group: query.group.filter(stays),
    having: kept(query.having),
    order: query.order.filter((one) => stays(one.term) && (one.term.source || !one.term.column || names.has(one.term.column))),
  };
}

/**
 * Return a query in which a source has another alias.
 * @param {any} query @param {string} before @param {string} after
 */
export function withAlias(query, before, after) {
  const of = (name) => (name === before ? after : name);
  const term = (one) => (one ? { ...one, source: of(one.source) } : one);
  /** @param {any} group @returns {any} */
  const inside = (group) => ({
    ...group,
    parts: group.parts.map((part) => ("term" in part ? { ...part, term: term(part.term), other: term(part.other) } : inside(part))),
  });
  const source = (one) => ({ ...one, alias: of(one.alias), ...(one.to ? { to: of(one.to) } : {}) });
  return {
    ...query,
    source: source(query.source),
    joins: query.joins.map(source),
    columns: query.columns.map((one) => ({ ...one, term: term(one.term) })),
    where: inside(query.where),
    group: query.group.map(term),
    having: inside(query.having),
    order: query.order.map((one) => ({ ...one, term: term(one.term) })),
  };
}

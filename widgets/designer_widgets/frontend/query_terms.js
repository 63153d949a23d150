// The control for one term of a query: a function, and a column of a source or SQL.

import { fill, html } from "./dom.js";
import { choice } from "./field.js";

const ALL_FUNCTIONS = ["count", "count distinct", "sum", "avg", "min", "max", "bool_and", "bool_or", "array_agg", "year", "quarter", "month", "week", "day", "hour"];
const SQL_CHOICE = "\u0000sql";
const ROWS_CHOICE = "\u0000rows";

/**
 * Return a control for a term; `read()` gives it, or null while it is not whole, `family()` what it holds.
 * @param {{query: any, known: import("./query_words.js").QueryKnown, term: any, label: string, changed: () => void,
 *   results?: string[], focus: string}} options
 */
export function termControl({ query, known, term, label, changed, results = [], focus }) {
  const sources = [query.source, ...query.joins];
  const tableOf = (alias) => {
    const source = sources.find((one) => one.alias === alias);
    return known.tables.find((one) => one.name === source?.entity);
  };
  const key = (alias, column) => JSON.stringify([alias, column]);
  const column = html("select", { "aria-label": label, class: "sd-query-column", "data-focus": `${focus}-column` });
  column.append(html("option", { value: "" }, "choose a column"));
  if (results.length)
    column.append(
      html("optgroup", { label: "of the result" }, results.map((name) => html("option", { value: key("", name) }, name))),
    );
  for (const { alias } of sources)
    column.append(
      html(
        "optgroup",
        { label: alias },
        (tableOf(alias)?.columns ?? []).map(([name]) => html("option", { value: key(alias, name) }, `${alias}.${name}`)),
      ),
    );
  column.append(html("option", { value: ROWS_CHOICE }, "rows: count(*)"), html("option", { value: SQL_CHOICE }, "SQL…"));
  const sql = html("input", {
    type: "text",
    class: "sd-code",
    "aria-label": `${label}: SQL`,
    placeholder: "lower(name)",
    autocomplete: "off",
    spellcheck: "false",
    value: term?.expression ?? "",
    "data-focus": `${focus}-sql`,
  });
  const applied = html("span", { class: "sd-query-function" });
  let chosen = term?.every ? "" : (term?.function ?? "");
  const speak = () => {
    column.title = column.value ? (column.selectedOptions[0]?.textContent ?? "") : "";
  };
  column.value = !term ? "" : term.every ? ROWS_CHOICE : term.expression ? SQL_CHOICE : key(term.source, term.column);

  const parts = () => (column.value.startsWith("[") ? JSON.parse(column.value) : ["", ""]);
  const family = () => {
    const [alias, name] = parts();
    if (column.value === ROWS_CHOICE || ["count", "count distinct", "sum", "avg"].includes(chosen)) return "number";
    return tableOf(alias)?.columns.find(([one]) => one === name)?.[2] ?? "other";
  };
  const ownFamily = () => {
    const before = chosen;
    chosen = "";
    const own = family();
    chosen = before;
    return own;
  };
  const drawFunctions = () => {
    const [alias] = parts();
    const isResult = column.value.startsWith("[") && !alias;
    const offered = column.value === SQL_CHOICE ? ALL_FUNCTIONS : (known.functions[ownFamily()] ?? []);
    const names = [...new Set([...offered, ...(chosen ? [chosen] : [])])];
    const control = choice({
      value: chosen,
      label: `${label}: function`,
      options: [["", "as it is"], ...names.map((one) => /** @type {[string, string]} */ ([one, one]))],
      commit: (value) => {
        chosen = value;
        settle();
      },
      "data-focus": `${focus}-function`,
    });
    const isThere = column.value !== "" && column.value !== ROWS_CHOICE && !isResult;
    if (!isThere) chosen = "";
    fill(applied, isThere ? control : null);
    sql.hidden = column.value !== SQL_CHOICE;
  };
  const settle = () => {
    drawFunctions();
    if (read()) changed();
  };
  const read = () => {
    const empty = { source: "", column: "", every: false, expression: "", function: "" };
    if (column.value === "") return null;
    if (column.value === ROWS_CHOICE) return { ...empty, every: true, function: "count" };
    if (column.value === SQL_CHOICE) return sql.value.trim() ? { ...empty, expression: sql.value, function: chosen } : null;
    const [alias, name] = parts();
    return { ...empty, source: alias, column: name, function: chosen };
  };
  column.addEventListener("change", () => {
    chosen = "";
    speak();
    drawFunctions();
    if (column.value === SQL_CHOICE) sql.focus();
    else settle();
  });
  sql.addEventListener("change", settle);
  speak();
  drawFunctions();
  return { element: html("span", { class: "sd-query-term" }, column, sql, applied), read, family };
}

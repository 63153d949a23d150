// The tables of a plan for sample data: how many rows, what each column holds, and rows as they would be.

import { button, html } from "./dom.js";
import { choice, textInput } from "./field.js";
import { counted } from "./text.js";

/** Longer parameters than this are edited in the plan's file. */
const LONGEST_PARAMETERS = 300;

/** How many rows a preview shows. */
export const SHOWN_ROWS = 8;

/** @param {string[]} names @param {string[]} [numbers] */
function head(names, numbers = []) {
  return html(
    "thead",
    {},
    html(
      "tr",
      {},
      names.map((name) => html("th", { scope: "col", class: numbers.includes(name) ? "sd-number" : false }, name)),
    ),
  );
}

/**
 * Return the number of rows that a text means: digits, or digits for each row of another table; `null` for nothing.
 * @param {string} text @returns {any}
 */
export function rowsMeant(text) {
  const plain = text.trim().replace(/[,_\s](?=\d{3}\b)/g, "");
  if (!plain) return null;
  if (/^\d+$/.test(plain)) return Number(plain);
  const per = /^(\d+(?:\.\d+)?)\s*(?:per|for each|\/)\s*(.+)$/.exec(plain);
  if (per) return { per: per[2].trim(), mean: Number(per[1]) };
  return plain;
}

/** Return a number of rows as it is written. @param {any} rows @param {any} hint */
export function rowsWritten(rows, hint) {
  if (hint && typeof hint === "object" && hint.per) return `${hint.mean} per ${hint.per}`;
  return rows.toLocaleString("en");
}

/**
 * Return the tables of a plan; numbers of rows can be edited.
 * @param {any[]} tables @param {any} options
 */
export function tablesTable(tables, { chosen, isReadOnly, hints, look, change }) {
  const line = (table) => {
    const hint = (hints.tables?.[table.shown] ?? hints.tables?.[table.name])?.rows;
    const rows = textInput({
      value: rowsWritten(table.rows, hint),
      label: `Rows of ${table.shown}`,
      class: "sd-number",
      disabled: isReadOnly,
      title: "A number, or for example 2.5 per users; empty: chosen by itself",
      "data-focus": `sample-rows-${table.name}`,
      commit: (value, input) => change(input, table.name, null, { rows: rowsMeant(value) }),
    });
    rows.before = rows.value;
    return html(
      "tr",
      { class: table.name === chosen ? "sd-selected" : false },
      html(
        "th",
        { scope: "row" },
        button({
          label: table.shown,
          title: `Columns and rows of ${table.shown}`,
          "aria-pressed": String(table.name === chosen),
          onclick: () => look(table.name),
          data: { focus: `sample-look-${table.name}` },
        }),
      ),
      html("td", { class: "sd-number" }, rows),
      html("td", { class: "sd-number" }, table.size),
      html("td", { class: "sd-hint" }, table.reason),
    );
  };
  return html(
    "table",
    { class: "sd-sample-table", "aria-label": "Tables of the plan" },
    head(["table", "rows", "size", "why"], ["rows", "size"]),
    html("tbody", {}, tables.map(line)),
  );
}

/**
 * Return the columns of a table; where values come from, and how often there is none, can be edited.
 * @param {any} table @param {any[]} providers @param {any} options
 */
export function columnsTable(table, providers, { isReadOnly, change }) {
  const line = (column) => {
    const options = [["", column.asked ? "chosen by itself" : `${column.provider} (chosen by itself)`]];
    options.push(...providers.map((one) => [one.name, one.name]));
    const provider = column.provider
      ? choice({
          value: column.asked ?? "",
          label: `Provider of ${column.name}`,
          options,
          disabled: isReadOnly,
          "data-focus": `sample-provider-${column.name}`,
          commit: (value, control) => {
            const one = providers.find((known) => known.name === value);
            provider.title = one?.summary ?? "";
            parameters.title = one?.takes ?? "";
            if (!one?.needs.length) return change(control, table.name, column.name, { provider: value || null });
            parameters.placeholder = one.needs.map((name) => `${name}: …`).join(", ");
            parameters.value = parameters.committed = "";
            return parameters.focus();
          },
        })
      : html("span", { class: "sd-hint" }, column.source);
    provider.before = column.asked ?? "";
    provider.title = providers.find((known) => known.name === column.asked)?.summary ?? "";
    const parameters = textInput({
      value: column.parameters,
      label: `Parameters of ${column.name}`,
      class: "sd-sample-parameters",
      disabled: isReadOnly || column.parameters.length > LONGEST_PARAMETERS,
      title: column.parameters || "Parameters, such as low: 1, high: 9",
      "data-focus": `sample-parameters-${column.name}`,
      commit: (value, input) => {
        const named = provider.value ? { provider: provider.value } : {};
        return change(input, table.name, column.name, { ...named, parameters: value });
      },
    });
    parameters.before = column.parameters;
    const nulls = textInput({
      value: String(Math.round(column.nulls * 1000) / 10),
      label: `Per cent of ${column.name} that is NULL`,
      class: "sd-number",
      inputmode: "decimal",
      disabled: isReadOnly || !column.is_nullable,
      "data-focus": `sample-nulls-${column.name}`,
      commit: (value, input) =>
        change(input, table.name, column.name, { nulls: value.trim() ? Number(value) / 100 : null }),
    });
    nulls.before = nulls.value;
    return html(
      "tr",
      {},
      html("th", { scope: "row" }, column.name, html("div", { class: "sd-hint" }, column.type)),
      html("td", {}, provider, column.provider ? parameters : null),
      html("td", { class: "sd-number" }, nulls),
      html("td", { class: "sd-hint" }, column.why),
    );
  };
  return html(
    "table",
    { class: "sd-sample-table", "aria-label": `Columns of ${table.name}` },
    head(["column", "values", "NULL %", "why"], ["NULL %"]),
    html("tbody", {}, table.columns.map(line)),
  );
}

/** Return some rows of a table, as they would be. @param {any} table @param {(start: number) => void} turn */
export function previewTable(table, turn) {
  const last = Math.min(table.start + table.preview.length, table.rows);
  const names = table.columns.map((column) => column.name);
  const cell = (value) => (value === null ? html("td", {}, html("i", { class: "sd-hint" }, "NULL")) : html("td", {}, value));
  return html(
    "div",
    { class: "sd-sample-preview" },
    html(
      "div",
      { class: "sd-buttons" },
      button({
        label: "‹",
        title: "Rows before",
        disabled: table.start === 0,
        onclick: () => turn(Math.max(0, table.start - SHOWN_ROWS)),
      }),
      html(
        "span",
        { class: "sd-hint" },
        `rows ${(table.start + 1).toLocaleString("en")} to ${last.toLocaleString("en")} of ${counted(table.rows, "row")}`,
      ),
      button({ label: "›", title: "Rows after", disabled: last >= table.rows, onclick: () => turn(last) }),
      button({
        label: "Anywhere",
        title: "Rows from somewhere in the table",
        onclick: () => turn(Math.floor(Math.random() * Math.max(1, table.rows - SHOWN_ROWS))),
      }),
    ),
    html(
      "div",
      { class: "sd-sample-scroll", tabindex: "0", role: "region", "aria-label": `Rows of ${table.name}` },
      html(
        "table",
        { class: "sd-sample-table" },
        head(names),
        html("tbody", {}, table.preview.map((line) => html("tr", {}, line.map(cell)))),
      ),
    ),
  );
}

// What is looked at of one table: its rows, page by page, what is asked of them, and what has changed.

import { filterOf } from "./data_filters.js";
import { DataPages, rowKey } from "./data_pages.js";
import { DataPending } from "./data_pending.js";

const PAGE_ROWS = 100;

/** Before any row, so that what is counted from it is no row either. */
const NOWHERE = -1_000_000;

/**
 * What is looked at of one table; it stays while others are looked at.
 * @typedef {{name: string, table: any, pages: DataPages, pending: DataPending, filters: Record<string, string>,
 *   sort: {column: string, descending: boolean} | null, labels: Map<string, string>, grid: import("./data_grid.js").DataGrid | null,
 *   count: string}} Looked
 */

/**
 * Begin to look at a table; its rows are read when they are drawn.
 * @param {string} name @param {any} table @param {(question: import("./store.js").Intent) => Promise<any>} ask
 * @returns {Looked}
 */
export function beginLooking(name, table, ask) {
  /** @type {Looked} */
  const looked = { name, table, pages: /** @type {any} */ (null), pending: new DataPending(), filters: {}, sort: null, labels: new Map(), grid: null, count: "" };
  looked.pages = new DataPages(async (cursor) => {
    const question = { kind: "data_page", table: name, filters: filtersOf(looked), sort: looked.sort ? [looked.sort] : [] };
    const answer = await ask({ ...question, cursor, limit: PAGE_ROWS });
    for (const [reference, labels] of Object.entries(answer?.labels ?? {}))
      for (const [key, label] of Object.entries(/** @type {any} */ (labels))) looked.labels.set(`${reference} ${key}`, label);
    return answer;
  });
  looked.pages.came = () => looked.grid?.draw();
  return looked;
}

/** What is asked of the rows, as the kernel is told it. @param {Looked} looked */
export function filtersOf(looked) {
  const kinds = Object.fromEntries(looked.table.columns.map((one) => [one.name, one.kind]));
  return Object.entries(looked.filters)
    .map(([column, text]) => filterOf(column, kinds[column], text))
    .filter(Boolean);
}

/** The order of all rows: as it is chosen, then by the key. @param {Looked} looked */
export function wholeSort({ sort, table }) {
  return [...(sort ? [sort] : []), ...table.key.filter((name) => name !== sort?.column).map((column) => ({ column }))];
}

/** Where a row is, among those that were read. @param {DataPages} pages @param {string} id */
export function rowPlace(pages, id) {
  let before = 0;
  for (const page of pages.pages) {
    const at = page.rows?.findIndex((row) => rowKey(row) === id) ?? -1;
    if (at >= 0) return before + at;
    before += page.count;
  }
  return NOWHERE;
}

/** How many rows there are, in words. @param {{rows: number, kind: string}} answer @param {boolean} isFiltered */
export function countWords({ rows, kind }, isFiltered) {
  const number = rows.toLocaleString("en");
  const words = { exactly: number, about: `about ${number}`, more: `more than ${number}` }[kind];
  return `${words} ${rows === 1 ? "row" : "rows"}${isFiltered ? ", filtered" : ""}`;
}

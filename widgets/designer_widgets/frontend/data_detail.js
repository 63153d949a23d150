// What there is to say of the active cell: what it was, why it was refused, or what others did meanwhile.

import { problemWords } from "./field.js";
import { button, html } from "./dom.js";

const MOST_COMPARED = 4;

/**
 * Return what is shown below the grid; `settle` ends a conflict with what was written here, or without it.
 * @param {any} grid @param {boolean} mayWrite @param {(isMine: boolean) => void} settle
 */
export function cellDetail(grid, mayWrite, settle) {
  const isRow = grid.at.row >= 0 && grid.at.row < grid.rowCount;
  const { change = null, row = null } = isRow ? grid.rowAt(grid.at.row) : {};
  const failure = change?.failure;
  if (!failure) {
    const words = grid.spoken();
    const spoken = words ? html("span", { class: "sd-live" }, words) : null;
    return [spoken, html("span", { class: "sd-hint" }, cellHint(grid, mayWrite, row, change))];
  }
  const isConflict = failure.kind === "conflict" && failure.now;
  return [
    html(
      "span",
      { class: "sd-data-failure" },
      problemWords({ message: failure.what }),
      failure.mend ? html("span", { class: "sd-mend" }, failure.mend) : null,
    ),
    isConflict ? html("span", { class: "sd-data-both" }, bothValues(grid, change)) : null,
    isConflict
      ? button({
          label: "Keep mine",
          title: "Go on with what you wrote, over what is there now",
          onclick: () => settle(true),
        })
      : null,
    isConflict
      ? button({
          label: "Take theirs",
          title: "Forget what you wrote into this row",
          onclick: () => settle(false),
        })
      : null,
    failure.kind === "gone" ? button({ label: "Discard this change", onclick: () => settle(false) }) : null,
  ];
}

/** @param {any} grid @param {boolean} mayWrite @param {any} row @param {any} change */
function cellHint(grid, mayWrite, row, change) {
  const { table } = grid;
  if (!table.is_table) return "A view: its rows are only looked at.";
  if (!mayWrite) return "These rows are only looked at here.";
  if (!table.key.length) return "Without a primary key rows can be added, not changed.";
  const column = table.columns[grid.at.column];
  if (change?.kind === "update" && row && column.name in change.values)
    return `It was ${shortly(row.cells[grid.at.column])}.`;
  return "Enter edits, Delete writes NULL, Ctrl+Enter adds a row.";
}

/** What was written and what is there, of each column in which they differ, the active one first. @param {any} grid @param {any} change */
function bothValues(grid, change) {
  const { columns } = grid.table;
  const active = columns[grid.at.column].name;
  const names = Object.keys(change.values).sort((one, other) => Number(other === active) - Number(one === active));
  const parts = names.slice(0, MOST_COMPARED).map((name) => {
    const now = change.failure.now.cells[columns.findIndex((one) => one.name === name)];
    return `${name}: yours ${shortly(change.values[name])}, theirs ${shortly(now)}`;
  });
  return parts.join("; ") || "you remove it";
}

/** @param {string | null | undefined} value */
function shortly(value) {
  if (value === null || value === undefined) return "NULL";
  return value === "" ? "empty text" : `“${value.length > 40 ? `${value.slice(0, 40)}…` : value}”`;
}

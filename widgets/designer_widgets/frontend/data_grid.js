// A grid of rows that are read page by page: only those near the eye are elements. One cell is active; the grid has the keyboard.

import { cellContent, columnWidth, isNumeric, spokenValue } from "./data_cells.js";
import { CellEditing } from "./data_editing.js";
import { headCells } from "./data_head.js";
import { HEAD_HEIGHT, MARK_WIDTH, ROW_HEIGHT } from "./data_layout.js";
import { fill, html, oncePerFrame, uniqueId } from "./dom.js";
import { clamp } from "./geometry.js";

const ROWS_AROUND = 8;

/** What stands before a row that is changed. */
const ROW_MARKS = { insert: ["+", "new"], update: ["•", "changed"], delete: ["−", "to be removed"] };

/**
 * @typedef {import("./data_cells.js").DataColumn} DataColumn
 * @typedef {import("./data_pages.js").DataRow} DataRow
 * @typedef {import("./data_pending.js").DataChange} DataChange
 * @typedef {{columns: DataColumn[], references: Record<string, {table: string, columns: string[], parent_columns: string[]}>,
 *   name: string, key: string[], is_table: boolean}} DataTable
 * @typedef {import("./data_pages.js").DataPages} DataPages
 * @typedef {import("./data_pending.js").DataPending} DataPending
 * @typedef {{table: DataTable, pages: DataPages, pending: DataPending,
 *   label: (reference: string, key: (string | null | undefined)[]) => string | null, canWrite: () => boolean,
 *   sort: {column: string, descending: boolean} | null, filters: Record<string, string>,
 *   sorted: (column: string) => void, filtered: (column: string, text: string) => void,
 *   find: (reference: string, text: string, within: Record<string, string | null>) => Promise<{key: string[], label: string}[] | null>,
 *   chosen: (reference: string, key: string[], label: string) => void,
 *   changed: () => void, moved: () => void, tell: (words: string) => void, save: () => void}} GridOptions
 */

export class DataGrid {
  /** @param {GridOptions} options */
  constructor(options) {
    this.options = options;
    this.table = options.table;
    this.widths = this.table.columns.map(columnWidth);
    /** The active cell; row -1 is the line of names. */
    this.at = { row: -1, column: 0 };
    this.editing = new CellEditing(this);
    this.id = uniqueId("grid");
    this.head = html("div", { role: "row", class: "sd-data-head", "aria-rowindex": "1" });
    this.body = html("div", { role: "rowgroup", class: "sd-data-rows" });
    this.layer = html("div", { class: "sd-data-layer", role: "presentation" });
    this.element = html(
      "div",
      {
        class: "sd-data-grid",
        role: "grid",
        tabindex: "0",
        "aria-label": `Rows of ${this.table.name}`,
        "aria-colcount": String(this.table.columns.length + 1),
        "aria-readonly": String(!options.canWrite()),
      },
      html("div", { role: "rowgroup", class: "sd-data-heads" }, this.head),
      this.body,
      this.layer,
    );
    this.draw = oncePerFrame(() => this.drawNow());
    this.element.addEventListener("scroll", this.draw);
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.sizes = new ResizeObserver(this.draw);
    this.sizes.observe(this.element);
    this.drawHead();
    this.draw();
  }

  close() {
    this.sizes.disconnect();
  }

  // what is where

  get rowCount() {
    return this.options.pending.added.length + this.options.pages.length;
  }

  /** Return the change and the row at an index. @param {number} index @returns {{change: DataChange | null, row: DataRow | null}} */
  rowAt(index) {
    const { added } = this.options.pending;
    if (index < added.length) return { change: added[index], row: null };
    const row = this.options.pages.row(index - added.length);
    return { change: row ? this.options.pending.of(row) : null, row };
  }

  /** Return the value at a place, as it would be saved. @param {{change: DataChange | null, row: DataRow | null}} found @param {number} column */
  value({ change, row }, column) {
    const { name } = this.table.columns[column];
    if (change && name in change.values) return change.values[name];
    return row ? row.cells[column] : undefined;
  }

  left(column) {
    return MARK_WIDTH + this.widths.slice(0, column).reduce((sum, width) => sum + width, 0);
  }

  // drawing

  drawHead() {
    fill(this.head, ...headCells(this));
    this.head.style.width = `${this.left(this.widths.length)}px`;
    this.mark();
  }

  drawNow() {
    const { pages, pending } = this.options;
    const added = pending.added.length;
    const from = Math.max(0, Math.floor(this.element.scrollTop / ROW_HEIGHT) - ROWS_AROUND);
    const to = Math.ceil((this.element.scrollTop + this.element.clientHeight) / ROW_HEIGHT) + ROWS_AROUND;
    const last = Math.min(to, this.rowCount);
    const rows = [];
    for (let index = from; index < last; index += 1) rows.push(this.rowElement(index));
    const isWaiting = !pages.isComplete;
    if (isWaiting && to > this.rowCount)
      rows.push(html("div", { class: "sd-data-waiting", style: `top:${this.rowCount * ROW_HEIGHT}px` }, "reading…"));
    fill(this.body, ...rows);
    this.body.style.height = `${(this.rowCount + (isWaiting ? 1 : 0)) * ROW_HEIGHT}px`;
    this.body.style.width = `${this.left(this.widths.length)}px`;
    this.element.setAttribute("aria-rowcount", isWaiting ? "-1" : String(this.rowCount + 1));
    this.mark();
    pages.need(Math.max(0, from - added), to - added);
  }

  /** @param {number} index */
  rowElement(index) {
    const found = this.rowAt(index);
    const kind = found.change?.kind;
    const [sign, words] = kind ? ROW_MARKS[kind] : ["", ""];
    const failure = found.change?.failure;
    const classes = ["sd-data-row", kind ? `sd-data-${kind}` : "", failure && !failure.columns.length ? "sd-data-failed" : ""];
    const mark = html(
      "div",
      { role: "rowheader", class: "sd-data-mark", style: `width:${MARK_WIDTH}px`, title: failure?.what ?? words },
      html("span", { "aria-hidden": "true" }, failure ? "!" : sign || String(index - this.options.pending.added.length + 1)),
      html("span", { class: "sd-live" }, failure ? `${words}, ${failure.what}` : words || "row"),
    );
    const cells = this.table.columns.map((_, column) => this.cellElement(index, column, found));
    return html(
      "div",
      {
        role: "row",
        class: classes.join(" "),
        style: `top:${index * ROW_HEIGHT}px;width:${this.left(this.widths.length)}px`,
        "aria-rowindex": String(index + 2),
      },
      mark,
      found.change || found.row ? cells : html("div", { class: "sd-data-waiting" }, "reading…"),
    );
  }

  /** @param {number} index @param {number} number @param {{change: DataChange | null, row: DataRow | null}} found */
  cellElement(index, number, found) {
    const column = this.table.columns[number];
    const value = this.value(found, number);
    const isChanged = Boolean(found.change && column.name in found.change.values);
    const isWrong = Boolean(found.change?.failure?.columns.includes(column.name));
    const label = column.reference ? this.labelOf(found, column) : null;
    const classes = ["sd-data-cell", isNumeric(column) ? "sd-data-number" : "", isChanged ? "sd-data-changed" : "", isWrong ? "sd-data-wrong" : ""];
    const isBare = found.row?.is_bare && !column.is_key;
    return html(
      "div",
      {
        role: "gridcell",
        id: this.cellId(index, number),
        class: classes.join(" "),
        style: `width:${this.widths[number]}px`,
        "aria-colindex": String(number + 2),
        "aria-selected": "false",
        "aria-readonly": String(!this.mayWrite(column, found)),
        "aria-invalid": isWrong ? "true" : null,
        title: isWrong ? `${found.change?.failure?.what}. ${found.change?.failure?.mend}` : isBare ? "too large to be shown" : null,
        onpointerdown: (event) => this.press(event, index, number),
        ondblclick: () => this.editing.edit(),
      },
      isBare ? html("span", { class: "sd-data-none" }, "too large") : cellContent(column, value, label),
    );
  }

  /** Return how the row is called that a cell leads to. @param {any} found @param {DataColumn} column */
  labelOf(found, column) {
    const names = this.table.references[column.reference ?? ""].columns;
    const key = names.map((name) => this.value(found, this.table.columns.findIndex((one) => one.name === name)));
    return this.options.label(column.reference ?? "", key);
  }

  cellId(row, column) {
    return `${this.id}-${row < 0 ? "h" : row}-${column}`;
  }

  /** Show which cell is active. */
  mark() {
    for (const before of this.element.querySelectorAll(".sd-data-active")) {
      before.classList.remove("sd-data-active");
      if (before.getAttribute("role") === "gridcell") before.setAttribute("aria-selected", "false");
    }
    const id = this.cellId(this.at.row, this.at.column);
    const cell = this.element.querySelector(`[id="${id}"]`);
    cell?.classList.add("sd-data-active");
    if (this.at.row >= 0) cell?.setAttribute("aria-selected", "true");
    this.element.setAttribute("aria-activedescendant", id);
  }

  // moving

  /** @param {number} row @param {number} column */
  go(row, column) {
    this.at = { row: clamp(row, -1, Math.max(this.rowCount - 1, -1)), column: clamp(column, 0, this.widths.length - 1) };
    this.reveal();
    this.drawNow();
    this.options.moved();
  }

  /** Scroll to the active cell. */
  reveal() {
    const { element } = this;
    const top = this.at.row * ROW_HEIGHT;
    const room = element.clientHeight - HEAD_HEIGHT - ROW_HEIGHT;
    if (this.at.row >= 0 && top < element.scrollTop) element.scrollTop = top;
    else if (this.at.row >= 0 && top > element.scrollTop + room) element.scrollTop = top - room;
    const left = this.left(this.at.column);
    const right = left + this.widths[this.at.column];
    if (left - MARK_WIDTH < element.scrollLeft) element.scrollLeft = left - MARK_WIDTH;
    else if (right > element.scrollLeft + element.clientWidth) element.scrollLeft = right - element.clientWidth + 2;
  }

  /** @param {PointerEvent} event @param {number} row @param {number} column */
  press(event, row, column) {
    if (event.button !== 0) return;
    if (!this.editing.commit()) return;
    this.element.focus({ preventScroll: true });
    this.go(row, column);
    event.preventDefault();
  }

  /** @param {number} column */
  sortBy(column) {
    if (!this.editing.commit()) return;
    if (this.table.columns[column].is_sortable) this.options.sorted(this.table.columns[column].name);
    else this.options.tell(`${this.table.columns[column].name} has no order; sort by another column`);
  }

  /** @param {KeyboardEvent} event @param {string} column */
  filterKey(event, column) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    event.stopPropagation();
    if (event.key === "Enter") this.options.filtered(column, input.value);
    if (event.key === "Escape") input.value = this.options.filters[column] ?? "";
    if (event.key === "Enter" || event.key === "Escape" || event.key === "ArrowDown") this.element.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.target !== this.element) return;
    if (this.command(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Do what a key says; whether it says anything. @param {KeyboardEvent} event */
  command(event) {
    const { row, column } = this.at;
    const isCommand = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor((this.element.clientHeight - HEAD_HEIGHT) / ROW_HEIGHT) - 1);
    const moves = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      PageUp: [Math.max(row - page, 0), column],
      PageDown: [row + page, column],
      Home: [isCommand ? 0 : row, 0],
      End: [isCommand ? this.rowCount - 1 : row, this.widths.length - 1],
    };
    const to = moves[event.key];
    if (to) this.go(to[0], to[1]);
    else if (isCommand && event.key.toLowerCase() === "s") this.options.save();
    else if (isCommand && event.key.toLowerCase() === "c") this.copy();
    else if (isCommand && event.key === "Delete") this.remove();
    else if (isCommand && event.key === "Enter") this.add();
    else if (row < 0) return this.headCommand(event);
    else if (event.key === "Enter" || event.key === "F2") this.editing.edit();
    else if (event.key === "Delete") this.put(null);
    else if (event.key === "Backspace") this.put("");
    else if (event.key.length === 1 && !isCommand && !event.altKey) this.editing.edit(event.key);
    else return false;
    return true;
  }

  /** @param {KeyboardEvent} event */
  headCommand(event) {
    if (event.key === "Enter" || event.key === " ") this.sortBy(this.at.column);
    else if (event.key === "F2" || event.key === "f") /** @type {any} */ (this.head.children[this.at.column + 1]).querySelector("input").focus();
    else return false;
    return true;
  }

  copy() {
    const value = this.at.row < 0 ? this.table.columns[this.at.column].name : this.value(this.rowAt(this.at.row), this.at.column);
    navigator.clipboard?.writeText(value ?? "").then(() => this.options.tell("copied"), () => this.options.tell("the page may not copy"));
  }

  // changing

  /** @param {DataColumn} column @param {{change: DataChange | null, row: DataRow | null}} found */
  mayWrite(column, found) {
    const { change, row } = found;
    if (!this.options.canWrite() || column.is_computed || change?.kind === "delete" || row?.is_bare) return false;
    return Boolean(change || (row && this.table.key.length));
  }

  /** Why the active cell cannot be written. @param {DataColumn} column @param {any} found */
  refusal(column, found) {
    if (!this.options.canWrite()) return this.table.is_table ? "these rows are only looked at here" : `${this.table.name} is a view; change the tables that it shows`;
    if (column.is_computed) return `the server computes ${column.name}`;
    if (found.change?.kind === "delete") return "this row is to be removed; take that back first";
    if (!this.table.key.length) return "no key tells these rows apart; give the entity a primary key";
    return "this row is too large to be changed here";
  }

  /** Add a row above all others. */
  add() {
    if (!this.options.canWrite()) return;
    if (!this.editing.commit()) return;
    this.options.pending.add();
    this.options.changed();
    const first = this.table.columns.findIndex((one) => !one.is_computed && !(one.is_key && one.has_default));
    this.element.focus({ preventScroll: true });
    this.go(0, Math.max(first, 0));
  }

  /** Have the active row removed, or not any more. */
  remove() {
    const { row, change } = this.rowAt(this.at.row);
    if (!this.options.canWrite() || this.at.row < 0 || (!row && !change)) return;
    this.editing.cancel();
    if (change?.kind === "insert") this.options.pending.drop(change.id);
    else if (row && this.table.key.length) this.options.pending.remove(row);
    else this.options.tell("no key tells these rows apart; give the entity a primary key");
    this.options.changed();
    this.go(this.at.row, this.at.column);
  }

  /** Write a value into the active cell. @param {string | null} value */
  put(value) {
    const column = this.table.columns[this.at.column];
    const found = this.rowAt(this.at.row);
    if (!this.mayWrite(column, found)) this.options.tell(this.refusal(column, found));
    else if (value === null && column.is_required) this.options.tell(`${column.name} is never NULL`);
    else if (value === "" && column.kind !== "text") this.options.tell(`only text can be empty; Delete writes NULL`);
    else this.write({ [column.name]: value });
  }

  /** @param {Record<string, string | null>} values */
  write(values) {
    const { change, row } = this.rowAt(this.at.row);
    if (change?.kind === "insert") {
      Object.assign(change.values, values);
      change.failure = null;
    } else if (row) {
      const base = change?.row ?? row;
      this.options.pending.update(row, values, (name) => base.cells[this.table.columns.findIndex((one) => one.name === name)]);
    }
    this.options.changed();
    this.drawNow();
    this.options.moved();
  }

  /** Return the active cell in words, or nothing. */
  spoken() {
    if (this.at.row < 0 || this.at.row >= this.rowCount) return "";
    return `${this.table.columns[this.at.column].name}: ${spokenValue(this.value(this.rowAt(this.at.row), this.at.column))}`;
  }
}

// Writing into a cell of the grid: the input that is open, what becomes of it, and where the keyboard goes then.

import { cellEditor } from "./data_cells.js";
import { HEAD_HEIGHT, ROW_HEIGHT } from "./data_layout.js";
import { lookupEditor } from "./data_lookup.js";
import { fill, html } from "./dom.js";

/** Room that a large input needs when it has all it shows. */
const LARGE_HEIGHT = 240;

/** @typedef {import("./data_cells.js").DataColumn} DataColumn */

export class CellEditing {
  /** @param {any} grid The grid whose active cell is written into. */
  constructor(grid) {
    this.grid = grid;
    /** What is open. @type {any} */
    this.editor = null;
  }

  /** Open the input of the active cell. @param {string | null} [typed] What was typed to open it. */
  edit(typed = null) {
    if (this.editor || this.grid.at.row < 0) return;
    const column = this.grid.table.columns[this.grid.at.column];
    const found = this.grid.rowAt(this.grid.at.row);
    if (!this.grid.mayWrite(column, found)) {
      this.grid.options.tell(this.grid.refusal(column, found));
      return;
    }
    const made = column.reference ? this.lookup(column, found, typed) : cellEditor(column, this.grid.value(found, this.grid.at.column), typed);
    const problem = html("div", { class: "sd-problem", hidden: true });
    const box = html("div", { class: `sd-data-editor${made.isLarge ? " sd-data-large" : ""}` }, made.element, problem);
    box.addEventListener("keydown", (event) => this.editorKey(event));
    box.addEventListener("focusout", (event) => {
      if (this.editor?.box === box && !box.contains(/** @type {Node} */ (event.relatedTarget))) this.leave();
    });
    this.editor = { ...made, box, problem, column };
    this.lay(box, made.isLarge);
    made.focus();
  }

  /** Lay an input over the active cell: a small one scrolls with it, a large one stays whole within the designer. @param {any} box @param {boolean} isLarge */
  lay(box, isLarge) {
    const { grid } = this;
    const cell = grid.element.querySelector(`[id="${grid.cellId(grid.at.row, grid.at.column)}"]`);
    const root = grid.element.closest(".sd-root");
    box.style.minWidth = `${grid.widths[grid.at.column]}px`;
    if (!isLarge || !cell || !root) {
      box.style.left = `${grid.left(grid.at.column)}px`;
      box.style.top = `${HEAD_HEIGHT + grid.at.row * ROW_HEIGHT}px`;
      grid.layer.append(box);
      return;
    }
    root.append(box);
    const [from, around] = [cell.getBoundingClientRect(), root.getBoundingClientRect()];
    const room = { x: around.width - box.offsetWidth - 8, y: around.height - Math.max(box.offsetHeight, LARGE_HEIGHT) - 8 };
    box.style.left = `${Math.max(8, Math.min(from.left - around.left, room.x))}px`;
    box.style.top = `${Math.max(8, Math.min(from.top - around.top, room.y))}px`;
  }

  /** @param {DataColumn} column @param {any} found @param {string | null} typed */
  lookup(column, found, typed) {
    const name = column.reference ?? "";
    const { columns } = this.grid.table.references[name];
    const others = columns.filter((one) => one !== column.name);
    const within = Object.fromEntries(
      others
        .map((one) => [one, this.grid.value(found, this.grid.table.columns.findIndex((each) => each.name === one))])
        .filter(([, value]) => value !== undefined && value !== null),
    );
    /** @type {Map<string, string>} */
    const labels = new Map();
    return lookupEditor({
      label: column.name,
      isRequired: column.is_required,
      typed,
      find: async (text) => {
        const rows = await this.grid.options.find(name, text, within);
        for (const row of rows ?? []) labels.set(JSON.stringify(row.key), row.label);
        return rows;
      },
      choose: (key) => {
        if (key) this.grid.options.chosen(name, key, labels.get(JSON.stringify(key)) ?? "");
        this.shut();
        this.grid.write(key ? Object.fromEntries(columns.map((one, number) => [one, key[number]])) : { [column.name]: null });
      },
    });
  }

  /** @param {KeyboardEvent} event */
  editorKey(event) {
    const isArea = /** @type {Element} */ (event.target).tagName === "TEXTAREA";
    event.stopPropagation();
    if (event.key === "Escape") this.cancel();
    else if (event.key === "Tab") {
      if (this.commit()) this.grid.go(this.grid.at.row, this.grid.at.column + (event.shiftKey ? -1 : 1));
    } else if (event.key === "Enter" && (!isArea || event.ctrlKey || event.metaKey)) {
      if (this.commit()) this.grid.go(this.grid.at.row + (event.shiftKey ? -1 : 1), this.grid.at.column);
    } else return;
    event.preventDefault();
  }

  /** Take over what is written in the open input; whether that could be done. */
  commit() {
    const { editor } = this;
    if (!editor) return true;
    if (editor.take) {
      if (!editor.take()) this.cancel();
      return true;
    }
    let value;
    try {
      value = editor.read();
    } catch (error) {
      fill(editor.problem, /** @type {Error} */ (error).message);
      editor.problem.hidden = false;
      editor.focus();
      return false;
    }
    this.shut();
    if (value !== undefined && value !== this.grid.value(this.grid.rowAt(this.grid.at.row), this.grid.at.column)) {
      if (value === null && editor.column.is_required) this.grid.options.tell(`${editor.column.name} is never NULL`);
      else this.grid.write({ [editor.column.name]: value });
    }
    return true;
  }

  /** The keyboard has gone elsewhere: what is written counts if it can. */
  leave() {
    if (this.editor.take) this.cancel(false);
    else if (!this.commit()) this.cancel(false);
  }

  cancel(isFocused = true) {
    this.shut(isFocused);
  }

  /** @param {boolean} [isFocused] Whether the grid gets the keyboard back. */
  shut(isFocused = true) {
    const { editor } = this;
    if (!editor) return;
    const hadFocus = editor.box.contains(document.activeElement);
    this.editor = null;
    editor.box.remove();
    if (isFocused && hadFocus) this.grid.element.focus({ preventScroll: true });
  }
}

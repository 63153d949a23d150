// Changes of rows that are not saved yet, in the order in which they were made.

import { rowKey } from "./data_pages.js";

/**
 * @typedef {import("./data_pages.js").DataRow} DataRow
 * @typedef {{what: string, mend: string, kind: string, columns: string[], now: DataRow | null}} DataFailure
 * @typedef {{id: string, kind: "insert" | "update" | "delete", row: DataRow | null,
 *   values: Record<string, string | null>, failure: DataFailure | null}} DataChange
 */

export class DataPending {
  constructor() {
    /** @type {Map<string, DataChange>} */
    this.changes = new Map();
    this.made = 0;
  }

  get size() {
    return this.changes.size;
  }

  /** The rows that are to be added, the latest first. */
  get added() {
    return [...this.changes.values()].filter((one) => one.kind === "insert").reverse();
  }

  /** Return the change of a row, if there is one. @param {DataRow} row */
  of(row) {
    return this.changes.get(rowKey(row)) ?? null;
  }

  /** Add a row without values; returns its change. @param {Record<string, string | null>} [values] */
  add(values = {}) {
    this.made += 1;
    /** @type {DataChange} */
    const change = { id: `new ${this.made}`, kind: "insert", row: null, values: { ...values }, failure: null };
    this.changes.set(change.id, change);
    return change;
  }

  /**
   * Take what somebody wrote into a row; what is as it was is no change.
   * @param {DataRow} row @param {Record<string, string | null>} values @param {(name: string) => string | null} before
   */
  update(row, values, before) {
    const id = rowKey(row);
    const change = this.changes.get(id) ?? { id, kind: "update", row, values: {}, failure: null };
    for (const [name, value] of Object.entries(values)) {
      if (value === before(name)) delete change.values[name];
      else change.values[name] = value;
      if (change.failure?.columns.includes(name)) change.failure = null;
    }
    if (Object.keys(change.values).length) this.changes.set(id, /** @type {DataChange} */ (change));
    else this.changes.delete(id);
  }

  /** Have a row removed, or not any more. @param {DataRow} row */
  remove(row) {
    const id = rowKey(row);
    if (this.changes.get(id)?.kind === "delete") this.changes.delete(id);
    else this.changes.set(id, { id, kind: "delete", row, values: {}, failure: null });
  }

  /** Forget a change. @param {string} id */
  drop(id) {
    this.changes.delete(id);
  }

  /** Forget all changes. */
  clear() {
    this.changes.clear();
  }

  /** Go on from the row as it is now, with what was written. @param {DataChange} change */
  keepMine(change) {
    if (!change.failure?.now) return;
    change.row = change.failure.now;
    change.failure = null;
  }

  /** Take over why changes were not made. @param {string[]} ids In the order in which they were sent. @param {(DataFailure & {number: number | null})[]} failures */
  failed(ids, failures) {
    for (const change of this.changes.values()) change.failure = null;
    for (const { number, ...failure } of failures) {
      const change = number === null ? null : this.changes.get(ids[number]);
      if (change) change.failure = failure;
    }
  }

  /** Return the changes as they are sent. */
  sent() {
    return [...this.changes.values()].map(({ kind, row, values }) => ({
      kind,
      key: row?.key ?? {},
      values,
      revision: row?.revision ?? "",
    }));
  }

  /** Return how many rows are added, changed and removed, in words. */
  words() {
    const count = (kind) => [...this.changes.values()].filter((one) => one.kind === kind).length;
    const parts = [
      [count("insert"), "new"],
      [count("update"), "changed"],
      [count("delete"), "to be removed"],
    ];
    return parts
      .filter(([number]) => number)
      .map(([number, what]) => `${number} ${what}`)
      .join(", ");
  }
}

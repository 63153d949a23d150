// Rows of what is deployed: chosen by table, filtered and sorted on the server, changed in a grid, saved together.

import { dataBar, dataFoot, noRowsYet } from "./data_bar.js";
import { cellDetail } from "./data_detail.js";
import { DataGrid } from "./data_grid.js";
import { beginLooking, countWords, filtersOf, rowPlace, wholeSort } from "./data_looked.js";
import { exportRows, importRows } from "./data_transfer.js";
import { rowKey } from "./data_pages.js";
import { problemWords } from "./field.js";
import { fill, html } from "./dom.js";

/** @typedef {import("./data_looked.js").Looked} Looked */

/** @param {import("./store.js").Store} store @param {{showDeploy: () => void, showSample: () => void}} ways */
export function dataPanel(store, { showDeploy, showSample }) {
  return new DataPanel(store, showDeploy, showSample);
}

class DataPanel {
  /** @param {import("./store.js").Store} store @param {() => void} showDeploy @param {() => void} showSample */
  constructor(store, showDeploy, showSample) {
    this.store = store;
    this.showDeploy = showDeploy;
    this.showSample = showSample;
    /** @type {Map<string, Looked>} */
    this.looked = new Map();
    /** @type {Looked | null} */
    this.current = null;
    this.tables = /** @type {{name: string, is_table: boolean}[]} */ ([]);
    this.isStale = true;
    this.isWritable = true;
    /** The connection of the workspace that rows are looked at over, instead of the target. */
    this.connection = "";
    this.build();
    store.on("drawer", () => this.isOpen && this.open());
    store.on("selection", () => this.isOpen && this.follow());
    store.on("progress", (state) => {
      if (state.state !== "done" || !["Deploying", "Filling", "Migrating", "Applying"].includes(state.task)) return;
      this.isStale = true;
      if (this.isOpen) this.open();
    });
    store.on("settings", () => this.retarget());
    this.target = store.get("settings").target;
  }

  /** Where dialogs are shown. */
  get root() {
    return this.element.closest(".sd-root") ?? this.element;
  }

  exportAll() {
    const looked = this.current;
    if (!looked) return;
    exportRows(this.store, this.root, (intent) => this.send(intent), { name: looked.name, count: looked.count, filters: filtersOf(looked), sort: wholeSort(looked) });
  }

  get isOpen() {
    return this.store.view.drawer === "data";
  }

  build() {
    const send = (intent) => this.send(intent);
    const bar = dataBar({
      show: (name) => this.show(name),
      goTo: (name) => this.goTo(name),
      reread: () => this.reread(),
      unfilter: () => this.unfilter(),
      add: () => this.current?.grid?.add(),
      remove: () => this.current?.grid?.remove(),
      empty: () => this.current?.grid?.put(null),
      bring: () => this.current && importRows(this.store, this.root, send, this.current.table, () => this.reread()),
      take: () => this.exportAll(),
      sample: () => this.showSample(),
    });
    ({ picker: this.picker, places: this.places, words: this.words, plain: this.plain } = bar);
    ({ add: this.add, remove: this.remove, empty: this.empty, bring: this.bring, take: this.take } = bar);
    const foot = dataFoot({ save: () => this.save(), discard: () => this.discard() });
    ({ saveButton: this.saveButton, discardButton: this.discardButton } = foot);
    ({ pendingWords: this.pendingWords, detail: this.detail, element: this.foot } = foot);
    this.place = html("div", { class: "sd-data-place" });
    this.element = html("section", { class: "sd-panel sd-data", "aria-label": "Data" }, bar.element, this.place, this.foot);
  }

  /** Ask the kernel about rows in the place that is chosen. @param {import("./store.js").Intent} intent */
  send(intent) {
    return this.store.send(this.connection ? { ...intent, connection: this.connection } : intent);
  }

  // which table

  /** Offer the connections of a team's project, where rows may be as well. */
  async offerPlaces() {
    const answer = await this.store.send({ kind: "list_connections" }).catch(() => null);
    const names = (answer?.connections ?? []).map((one) => one.name);
    const options = [html("option", { value: "" }, "own database"), ...names.map((name) => html("option", { value: name }, name))];
    fill(this.places, ...options);
    this.places.value = names.includes(this.connection) ? this.connection : "";
    this.places.hidden = !names.length;
  }

  /** @param {string} name */
  goTo(name) {
    const waiting = [...this.looked.values()].filter((one) => one.pending.size).map((one) => one.name);
    if (waiting.length) {
      this.places.value = this.connection;
      this.tellHere(`save or discard the changes of ${waiting.join(", ")} first`);
      return;
    }
    this.connection = name;
    this.looked.clear();
    this.current = null;
    this.isStale = true;
    this.open();
  }

  async open() {
    if (!this.isStale && this.tables.length) {
      this.current?.grid?.draw();
      this.follow();
      return;
    }
    this.isStale = false;
    this.say("reading…");
    if (this.store.get("settings").has_connections) await this.offerPlaces();
    const answer = await this.send({ kind: "data_tables" }).catch((error) => this.refused(error));
    if (!answer) return;
    this.tables = answer.tables;
    this.isWritable = answer.is_writable;
    this.target = this.store.get("settings").target;
    if (answer.missing) {
      this.offer(answer.missing);
      return;
    }
    fill(
      this.picker,
      ...answer.tables.map((one) => html("option", { value: one.name }, one.is_table ? one.name : `${one.name} (view)`)),
    );
    for (const looked of this.looked.values()) if (!looked.pending.size) this.looked.delete(looked.name);
    const wanted = this.chosenName() ?? this.current?.name;
    await this.show(this.tables.some((one) => one.name === wanted) ? wanted : this.tables[0].name);
  }

  /** The table of the entity that is selected, if it is one of these. */
  chosenName() {
    const entity = this.store.current;
    if (!entity) return null;
    const names = [entity.qualified_name, `${entity.schema_name}.${entity.name}`, entity.name];
    return this.tables.find((one) => names.includes(one.name))?.name ?? null;
  }

  follow() {
    const name = this.chosenName();
    if (name && name !== this.current?.name) this.show(name);
  }

  retarget() {
    if (this.target === this.store.get("settings").target) return;
    this.target = this.store.get("settings").target;
    this.isStale = true;
    this.looked.clear();
    this.current = null;
    if (this.isOpen) this.open();
  }

  /** @param {string} name */
  async show(name) {
    this.picker.value = name;
    const known = this.looked.get(name);
    if (!known) {
      this.say("reading…");
      const answer = await this.send({ kind: "data_table", table: name }).catch((error) => this.refused(error));
      if (!answer || this.picker.value !== name) return;
      this.looked.set(name, beginLooking(name, answer.table, (question) => this.send(question).catch((error) => this.refused(error))));
    }
    this.current = this.looked.get(name) ?? null;
    this.drawGrid();
    this.count();
  }

  drawGrid() {
    const looked = this.current;
    if (!looked) return;
    const had = looked.grid?.element.contains(document.activeElement);
    looked.grid?.close();
    looked.grid = new DataGrid({
      table: looked.table,
      pages: looked.pages,
      pending: looked.pending,
      sort: looked.sort,
      filters: looked.filters,
      canWrite: () => this.mayWrite,
      label: (reference, key) => looked.labels.get(`${reference} ${JSON.stringify(key)}`) ?? null,
      sorted: (column) => this.sort(column),
      filtered: (column, text) => this.filter(column, text),
      find: (reference, text, within) =>
        this.send({ kind: "data_find", table: looked.name, reference, text, within }).then(
          (answer) => answer.found,
          (error) => this.refused(error),
        ),
      chosen: (reference, key, label) => label && looked.labels.set(`${reference} ${JSON.stringify(key)}`, label),
      changed: () => this.drawState(),
      moved: () => this.drawDetail(),
      tell: (words) => this.tellHere(words),
      save: () => this.save(),
    });
    fill(this.place, looked.grid.element);
    if (had) looked.grid.element.focus({ preventScroll: true });
    this.drawState();
  }

  // what is asked

  /** Rising, falling, as it comes. @param {string} column */
  sort(column) {
    const looked = this.current;
    if (!looked) return;
    const { sort } = looked;
    const isSame = sort?.column === column;
    looked.sort = isSame && sort?.descending ? null : { column, descending: Boolean(isSame) };
    this.again();
    this.tellHere(looked.sort ? `sorted by ${column}, ${looked.sort.descending ? "falling" : "rising"}` : "sorted by the key");
  }

  /** @param {string} column @param {string} text */
  filter(column, text) {
    const looked = this.current;
    if (!looked || (looked.filters[column] ?? "") === text.trim()) return;
    if (text.trim()) looked.filters[column] = text.trim();
    else delete looked.filters[column];
    this.again();
    this.count();
  }

  unfilter() {
    if (!this.current) return;
    this.current.filters = {};
    this.again();
    this.count();
  }

  /** Read the rows anew, and draw them from the first on. */
  again() {
    const looked = this.current;
    if (!looked) return;
    const column = looked.grid?.at.column ?? 0;
    const row = looked.grid?.at.row ?? -1;
    looked.pages.reset();
    this.drawGrid();
    if (looked.grid) looked.grid.at = { row: Math.min(row, 0), column };
  }

  reread() {
    if (!this.current) {
      this.isStale = true;
      this.open();
      return;
    }
    this.again();
    this.count();
  }

  async count() {
    const looked = this.current;
    if (!looked) return;
    const filters = filtersOf(looked);
    looked.count = "";
    this.drawState();
    const answer = await this.send({ kind: "data_count", table: looked.name, filters }).catch(() => null);
    if (!answer) return;
    looked.count = countWords(answer, filters.length > 0);
    this.drawState();
  }

  // changes

  get mayWrite() {
    return Boolean(this.store.get("settings").can_deploy && this.isWritable && this.current?.table.is_table);
  }

  async save() {
    const looked = this.current;
    if (!looked || !looked.pending.size) return;
    if (looked.grid && !looked.grid.editing.commit()) return;
    const ids = [...looked.pending.changes.keys()];
    const changes = looked.pending.sent();
    this.saveButton.disabled = true;
    const answer = await this.send({ kind: "data_save", table: looked.name, changes }).catch((error) => this.refused(error));
    this.saveButton.disabled = false;
    if (!answer) return;
    if (!answer.is_saved) {
      looked.pending.failed(ids, answer.failures);
      this.showFailure(looked, ids, answer.failures);
      return;
    }
    const isAdded = changes.some((one) => one.kind === "insert");
    changes.forEach((one, number) => {
      if (one.kind !== "insert") looked.pages.replace(rowKey(one), answer.rows[number]);
    });
    looked.pending.clear();
    if (isAdded) this.again();
    looked.grid?.drawNow();
    this.count();
    this.drawState();
    this.tellHere(`${changes.length} ${changes.length === 1 ? "change is" : "changes are"} saved`);
  }

  /** Go to the first cell that was refused. @param {Looked} looked @param {string[]} ids @param {any[]} failures */
  showFailure(looked, ids, failures) {
    const { grid, pending, pages, table } = looked;
    const first = failures.find((one) => one.number !== null) ?? failures[0];
    const id = first.number === null ? null : ids[first.number];
    const column = table.columns.findIndex((one) => one.name === first.columns[0]);
    const added = pending.added.findIndex((one) => one.id === id);
    const at = added >= 0 ? added : rowPlace(pages, id ?? "") + pending.added.length;
    if (grid && id !== null && at >= 0) grid.go(at, column < 0 ? grid.at.column : column);
    grid?.drawNow();
    this.drawState();
    this.store.emit("announce", `${first.what}. ${first.mend}`);
  }

  discard() {
    const looked = this.current;
    if (!looked) return;
    looked.grid?.editing.cancel();
    looked.pending.clear();
    looked.grid?.go(looked.grid.at.row, looked.grid.at.column);
    this.drawState();
  }

  // what is told

  /** Show how it stands. */
  drawState() {
    const looked = this.current;
    const pending = looked?.pending;
    const others = [...this.looked.values()].filter((one) => one !== looked && one.pending.size).map((one) => one.name);
    this.words.textContent = looked?.count ?? "";
    this.plain.hidden = !looked || !Object.keys(looked.filters).length;
    this.add.hidden = this.remove.hidden = this.empty.hidden = this.bring.hidden = !this.mayWrite;
    this.take.hidden = !looked;
    this.foot.hidden = !looked;
    const also = others.length ? `${pending?.size ? "; " : ""}not saved yet in ${others.join(", ")}` : "";
    this.pendingWords.textContent = `${pending?.words() ?? ""}${also}`;
    this.saveButton.hidden = this.discardButton.hidden = !pending?.size;
    looked?.grid?.draw();
    this.drawDetail();
  }

  /** Show what there is to say of the active cell. */
  drawDetail() {
    const grid = this.current?.grid;
    if (grid) fill(this.detail, ...cellDetail(grid, this.mayWrite, (isMine) => this.settle(isMine)));
    else fill(this.detail);
  }

  /** @param {boolean} isMine */
  settle(isMine) {
    const looked = this.current;
    const grid = looked?.grid;
    if (!looked || !grid) return;
    const { change } = grid.rowAt(grid.at.row);
    if (!change?.failure) return;
    const { now } = change.failure;
    if (isMine) looked.pending.keepMine(change);
    else looked.pending.drop(change.id);
    looked.pages.replace(change.id, now);
    grid.element.focus({ preventScroll: true });
    this.drawState();
  }

  /** @param {string} words */
  tellHere(words) {
    this.store.emit("announce", words);
    fill(this.detail, html("span", { class: "sd-hint" }, words));
  }

  /** @param {string} words */
  say(words) {
    if (!this.current) fill(this.place, html("p", { class: "sd-hint sd-data-empty" }, words));
  }

  /** Tell a refusal; returns `null`. @param {any} error */
  refused(error) {
    if (error?.problem?.code === "not_allowed") this.isWritable = false;
    if (!this.current) {
      fill(this.place, html("div", { class: "sd-problem sd-data-empty" }, problemWords(error)));
      this.foot.hidden = true;
    } else fill(this.detail, html("span", { class: "sd-data-failure" }, problemWords(error)));
    this.store.emit("announce", error?.problem?.what ?? String(error));
    return null;
  }

  /** Say that nothing is deployed yet, and offer to do that. @param {string} what */
  offer(what) {
    this.current = null;
    fill(this.picker);
    this.drawState();
    fill(this.place, noRowsYet(what, this.store.get("settings").can_deploy ? this.showDeploy : null));
  }
}

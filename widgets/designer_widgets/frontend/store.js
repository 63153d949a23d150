// What the page knows: the kernel's documents (read only), and what only this view knows, such as the selection.
// State comes from the kernel as traits; intent goes to the kernel as messages and is answered by id.

import { patched } from "./patch.js";

/**
 * @typedef {{what: string, where?: string, mend?: string, code?: string}} Problem
 * @typedef {Record<string, any> & {kind: string}} Intent
 */

/** Traits that hold the kernel's state. */
export const DOCUMENTS = ["picture", "design", "findings", "history", "progress", "ddl", "transfer", "migration", "settings", "laying", "arranging", "presence", "scenes"];

/** Those that are large: the kernel tells what has changed in them. */
const PATCHED = ["picture", "design", "findings", "ddl"];

/** Intents that nobody makes on purpose: their success says nothing about an earlier refusal. */
const QUIET = new Set(["save_picture", "read_sql", "judge_sql", "offer_types", "offer_providers", "read_script_part", "read_script_changes", "list_projects", "show", "watch_ddl", "cancel", "leave_import", "list_losses", "list_carried", "list_versions", "read_changes", "compare_states", "list_templates", "change_code", "list_connections", "data_tables", "data_table", "data_page", "data_count", "data_find", "data_file", "data_try", "data_part"]);

/** An intent that the kernel refused; the fields say what, where and how to mend it. */
export class IntentRefused extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.what);
    this.problem = problem;
  }
}

export class Store {
  /** @param {any} model anywidget's model of the widget. */
  constructor(model) {
    this.model = model;
    /** @type {Map<string, Set<(value: any) => void>>} */
    this.listeners = new Map();
    /** @type {Map<string, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
    this.waiting = new Map();
    this.sent = 0;
    /** Settled when the last intent has been answered. @type {Promise<any>} */
    this.last = Promise.resolve();
    this.prefix = Math.random().toString(36).slice(2, 8);
    /** What only this view knows. */
    this.view = {
      /** @type {Set<string>} */ entities: new Set(),
      /** @type {string | null} */ relationship: null,
      /** @type {string | null} */ attribute: null,
      tab: "attributes",
      drawer: /** @type {string | null} */ (null),
      scale: 1,
      /** The key of the part that is shown; empty for everything. */ scene: "",
      sides: { left: true, right: false },
    };
    /** The large documents as they are now; the model has them as they were when it was made. */
    this.documents = Object.fromEntries(PATCHED.map((name) => [name, model.get(name)]));
    this.seen = model.get("patch");
    this.stops = DOCUMENTS.map((name) => this.listen(`change:${name}`, () => this.changed(name)));
    this.stops.push(this.listen("change:patch", () => this.catchUp()));
    this.stops.push(this.listen("change:selected", () => this.adopt(this.get("selected"))));
    this.stops.push(this.listen("msg:custom", (message) => this.answer(message)));
  }

  /** Tell the kernel that this view has come, or has gone; it follows the project while there is one. @param {boolean} isHere */
  look(isHere) {
    const stamps = Object.fromEntries(PATCHED.map((name) => [name, this.documents[name]?.stamp ?? 0]));
    const id = `${this.prefix}-look-${isHere ? 1 : 0}`;
    this.model.send({ id, kind: "look", view: this.prefix, is_here: isHere, stamps });
  }

  /** Return one of the kernel's documents. @param {string} name */
  get(name) {
    const part = name === "picture" && this.view?.scene ? this.model.get("scenes")?.[this.view.scene] : null;
    return part ?? this.documents[name] ?? this.model.get(name);
  }

  /** The picture of the whole design, whatever this view shows. */
  get whole() {
    return this.documents.picture ?? {};
  }

  /** Take over a document that the kernel has told as a whole. @param {string} name */
  changed(name) {
    if (PATCHED.includes(name)) this.documents[name] = this.model.get(name);
    this.catchUp();
    this.emit(name, this.get(name));
  }

  /** Take over what has changed in documents; whoever has missed something asks for them as they are. */
  catchUp() {
    const patch = this.model.get("patch");
    if (patch === this.seen) return;
    this.seen = patch;
    const led = Object.entries(patch.documents ?? {});
    const fresh = led.filter(([name, { from }]) => this.documents[name]?.stamp === from);
    for (const [name, made] of fresh) this.documents[name] = { ...patched(this.documents[name], made), stamp: made.to };
    for (const [name] of fresh) this.emit(name, this.get(name));
    if (led.some(([name, { to }]) => (this.documents[name]?.stamp ?? 0) < to)) this.look(true);
  }

  get isReadOnly() {
    return Boolean(this.get("settings").read_only);
  }

  /**
   * Call back when something changes; returns the function that stops it.
   * @param {string} name
   * @param {(value: any) => void} callback
   */
  on(name, callback) {
    if (!this.listeners.has(name)) this.listeners.set(name, new Set());
    this.listeners.get(name)?.add(callback);
    return () => this.listeners.get(name)?.delete(callback);
  }

  /** @param {string} name @param {any} [value] */
  emit(name, value) {
    for (const callback of this.listeners.get(name) ?? []) callback(value);
  }

  /**
   * Send an intent; the promise holds the kernel's answer, or is refused with an `IntentRefused`. Intents are sent one
   * after the other, each with the revision that the one before it led to, so nobody conflicts with their own haste.
   * @param {Intent} intent @returns {Promise<any>}
   */
  send(intent) {
    if (intent.kind === "cancel" || intent.kind === "leave_import") return this.exchange(intent);
    const answer = this.last.then(() => this.exchange(intent));
    this.last = answer.catch(() => {});
    return answer;
  }

  /** @param {Intent} intent @returns {Promise<any>} */
  exchange(intent) {
    this.sent += 1;
    const id = `${this.prefix}-${this.sent}`;
    return new Promise((accept, reject) => {
      const resolve = (answer) => {
        if (!QUIET.has(intent.kind)) this.emit("accepted", intent.kind);
        accept(answer);
      };
      this.waiting.set(id, { resolve, reject });
      const scene = this.view.scene ? { scene: this.view.scene } : {};
      this.model.send({ id, revision: this.get("history").revision, ...scene, ...intent });
    });
  }

  /** Return the intent of an edit. @param {Record<string, any> & {kind: string}} edit @returns {Intent} */
  editing(edit) {
    return { kind: "edit", edit };
  }

  /**
   * Send an intent whose refusal is told in the status line.
   * @param {Intent} intent @returns {Promise<any>} `null` if it was refused.
   */
  async ask(intent) {
    try {
      return await this.send(intent);
    } catch (error) {
      this.tell(error);
      return null;
    }
  }

  /** Tell an error or a sentence in the status line and to screen readers. @param {any} message */
  tell(message) {
    if (message instanceof IntentRefused) this.emit("message", { severity: "error", ...message.problem });
    else if (message instanceof Error) this.emit("message", { severity: "error", what: message.message });
    else this.emit("message", { severity: "info", what: String(message) });
  }

  /**
   * Select entities, or one relationship, and tell every panel.
   * @param {{entities?: Iterable<string>, relationship?: string | null, attribute?: string | null,
   *   reveal?: boolean, origin?: string}} what
   */
  select({ entities = [], relationship = null, attribute = null, reveal = false, origin = "" }) {
    this.view.entities = new Set(entities);
    this.view.relationship = relationship;
    this.view.attribute = attribute;
    this.emit("selection", { reveal, origin });
    const chosen = [...this.view.entities, ...(relationship ? [relationship] : [])];
    if (JSON.stringify(chosen) !== JSON.stringify(this.get("selected"))) {
      this.model.set("selected", chosen);
      this.model.save_changes();
    }
  }

  /** Take over a selection that the kernel made. @param {string[]} chosen */
  adopt(chosen) {
    const mine = [...this.view.entities, ...(this.view.relationship ? [this.view.relationship] : [])];
    if (JSON.stringify(mine) === JSON.stringify(chosen)) return;
    const entities = chosen.filter((id) => this.entity(id));
    const relationship = chosen.find((id) => this.relationship(id)) ?? null;
    this.select({ entities, relationship, reveal: true, origin: "kernel" });
  }

  /** Show a tab of the inspector. @param {string} tab */
  showTab(tab) {
    this.view.tab = tab;
    this.emit("tab", tab);
  }

  /** Open or close the drawer below the canvas. @param {string | null} name */
  showDrawer(name) {
    this.view.drawer = name;
    this.emit("drawer", name);
  }

  /** @param {string} id */
  entity(id) {
    return this.get("design").entities?.find((entity) => entity.id === id) ?? null;
  }

  /** @param {string} id */
  relationship(id) {
    return this.get("design").relationships?.find((relationship) => relationship.id === id) ?? null;
  }

  /** The one selected entity, or `null`. */
  get current() {
    return this.view.entities.size === 1 ? this.entity([...this.view.entities][0]) : null;
  }

  /** Stop listening to the kernel. */
  close() {
    for (const stop of this.stops) stop();
    this.listeners.clear();
  }

  /** @param {string} event @param {(...values: any[]) => void} callback */
  listen(event, callback) {
    this.model.on(event, callback);
    return () => this.model.off(event, callback);
  }

  /** @param {any} message */
  answer(message) {
    const waiting = this.waiting.get(message?.id);
    if (!waiting) return;
    this.waiting.delete(message.id);
    if (message.error) waiting.reject(new IntentRefused(message.error));
    else this.when(message.revision ?? 0, () => waiting.resolve(message.ok));
  }

  /**
   * Call back once the kernel's documents are of a revision, or newer: an answer may overtake them.
   * @param {number} revision
   * @param {() => void} callback
   */
  when(revision, callback) {
    const isThere = () => (this.get("history").revision ?? 0) >= revision;
    if (isThere()) {
      callback();
      return;
    }
    const stop = this.on("history", () => {
      if (!isThere()) return;
      stop();
      callback();
    });
  }
}

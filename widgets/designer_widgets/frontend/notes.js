// Notes on the canvas: added, written, moved, made larger, coloured and removed where they stand.

import { button, fill, html, svg } from "./dom.js";
import { icon } from "./icons.js";
import { freePlace, snap, toScreen } from "./geometry.js";
import { sceneOf } from "./scenes.js";

/** @typedef {{id: string, text: string, lines: string[], colour: string, x: number, y: number, width: number, height: number}} Note */

const NOTE_COLOURS = [
  ["#f2d675", "Yellow"],
  ["#f0a07c", "Orange"],
  ["#e58fb1", "Pink"],
  ["#8fc7a1", "Green"],
  ["#7fb2e5", "Blue"],
  ["#a7b0bc", "Grey"],
];
const NEW_NOTE = { width: 220, height: 80 };
const ARROW_STEPS = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -10], ArrowDown: [0, 10] };

export class Notes {
  /** @param {import("./canvas.js").Canvas} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.store = canvas.store;
    this.layer = svg("g", { class: "sd-notes", role: "presentation" });
    canvas.viewport.insertBefore(this.layer, canvas.cardLayer);
    this.layer.addEventListener("pointerdown", (event) => this.down(event));
    this.layer.addEventListener("keydown", (event) => this.pressed(event));
    this.layer.addEventListener("dblclick", (event) => event.stopPropagation());
    canvas.surface.addEventListener("dblclick", (event) => this.doubleClick(event), true);
    canvas.surface.addEventListener("keydown", (event) => {
      if (event.key !== "t" || event.ctrlKey || event.metaKey || event.altKey || this.store.isReadOnly) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.add();
    }, true);
    this.store.on("drawn", () => this.draw());
    this.draw();
  }

  /** @returns {Note[]} */
  get notes() {
    return this.store.get("picture").notes ?? [];
  }

  draw() {
    const focused = /** @type {any} */ (document.activeElement)?.dataset?.note;
    const { note_text_size: size = 12, note_line_height: line = 17, note_padding: pad = 12 } = this.canvas.metrics;
    fill(
      this.layer,
      this.notes.map((note) => {
        const group = svg(
          "g",
          {
            class: "sd-note",
            role: "option",
            "aria-selected": "false",
            "aria-label": `Note: ${note.text || "empty"}`,
            tabindex: "0",
            transform: `translate(${note.x} ${note.y})`,
            data: { note: note.id },
          },
          svg("rect", { class: "sd-note-paper", width: note.width, height: note.height, rx: 6 }),
          svg(
            "text",
            { "font-size": size },
            note.lines.map((words, index) =>
              svg("tspan", { x: pad, y: pad + line * (index + 0.5) }, words),
            ),
          ),
          this.store.isReadOnly
            ? null
            : svg("path", {
                class: "sd-note-grip",
                d: `M${note.width - 14} ${note.height}L${note.width} ${note.height - 14}V${note.height}Z`,
                data: { grip: note.id },
              }),
        );
        group.style.setProperty("--sd-note-colour", note.colour);
        return group;
      }),
    );
    if (focused) this.focus(focused);
  }

  /** @param {string} id */
  focus(id) {
    const group = [...this.layer.children].find((one) => /** @type {any} */ (one).dataset.note === id);
    /** @type {any} */ (group)?.focus({ preventScroll: true });
  }

  /** @param {Event} event @returns {Note | null} */
  noteOf(event) {
    const group = /** @type {Element} */ (event.target).closest("[data-note]");
    const id = /** @type {any} */ (group)?.dataset.note;
    return this.notes.find((one) => one.id === id) ?? null;
  }

  // the pointer

  /** @param {PointerEvent} event */
  down(event) {
    const note = this.noteOf(event);
    if (!note || event.button !== 0) return;
    event.stopPropagation();
    event.preventDefault();
    this.focus(note.id);
    if (this.store.isReadOnly) return;
    const isResizing = Boolean(/** @type {Element} */ (event.target).closest("[data-grip]"));
    const isSecond = event.detail === 2 || (this.last?.id === note.id && event.timeStamp - this.last.at < 400);
    this.last = { id: note.id, at: event.timeStamp };
    if (isSecond && !isResizing) {
      this.write(note);
      return;
    }
    this.follow(event, note, isResizing);
  }

  /** Follow the pointer until the note is let go. @param {PointerEvent} start @param {Note} note @param {boolean} isResizing */
  follow(start, note, isResizing) {
    const group = /** @type {SVGGElement} */ (/** @type {Element} */ (start.target).closest("[data-note]"));
    const paper = /** @type {Element} */ (group.querySelector(".sd-note-paper"));
    const from = this.canvas.pointOf(start);
    let by = { x: 0, y: 0 };
    group.setPointerCapture(start.pointerId);
    const move = (event) => {
      const to = this.canvas.pointOf(event);
      by = { x: to.x - from.x, y: to.y - from.y };
      if (isResizing) {
        paper.setAttribute("width", String(Math.max(80, note.width + by.x)));
        paper.setAttribute("height", String(Math.max(40, note.height + by.y)));
      } else group.setAttribute("transform", `translate(${snap(note.x + by.x)} ${snap(note.y + by.y)})`);
    };
    const end = (event) => {
      group.removeEventListener("pointermove", move);
      group.removeEventListener("pointerup", end);
      group.removeEventListener("pointercancel", end);
      if (Math.hypot(by.x, by.y) * this.canvas.view.scale <= 4 || event.type === "pointercancel") this.draw();
      else if (isResizing) this.resize(note, note.width + by.x, note.height + by.y);
      else this.move(note, note.x + by.x, note.y + by.y);
    };
    group.addEventListener("pointermove", move);
    group.addEventListener("pointerup", end);
    group.addEventListener("pointercancel", end);
  }

  /** With Alt, a double click on empty canvas adds a note. @param {MouseEvent} event */
  doubleClick(event) {
    if (!event.altKey || this.store.isReadOnly) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    this.add(this.canvas.pointOf(event));
  }

  // keys

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const note = this.noteOf(event);
    if (!note || this.store.isReadOnly || event.ctrlKey || event.metaKey) return;
    const step = ARROW_STEPS[event.key];
    if (step && event.altKey) this.resize(note, note.width + step[0], note.height + step[1]);
    else if (step && event.shiftKey) this.move(note, note.x + step[0], note.y + step[1]);
    else if (event.key === "Enter" || event.key === "F2") this.write(note);
    else if (event.key === "Delete" || event.key === "Backspace") this.remove(note);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // what is done

  /** @param {Note} note @param {number} x @param {number} y */
  async move(note, x, y) {
    const positions = { [note.id]: { x: snap(x), y: snap(y) } };
    if (!(await this.store.ask(this.store.editing({ kind: "move_nodes", positions })))) this.draw();
  }

  /** @param {Note} note @param {number} width @param {number} height */
  resize(note, width, height) {
    const bounded = (size, least) => Math.min(2000, Math.max(least, snap(size)));
    return this.change(note, { width: bounded(width, 80), height: bounded(height, 40) });
  }

  /** @param {Note} note @param {Record<string, any>} changes */
  async change(note, changes) {
    const edit = { kind: "change_object", collection: "notes", object_id: note.id, changes };
    if (!(await this.store.ask(this.store.editing(edit)))) this.draw();
  }

  /** @param {Note} note */
  async remove(note) {
    await this.store.ask(this.store.editing({ kind: "remove_object", collection: "notes", object_id: note.id }));
    this.canvas.surface.focus({ preventScroll: true });
  }

  /** Begin a note; it is kept once something is written. @param {{x: number, y: number}} [at] */
  add(at) {
    const scene = sceneOf(this.store);
    if (scene && scene.what !== "diagram") {
      this.store.tell("Save this as a diagram first: a note stands on a diagram.");
      return;
    }
    const { width, height } = this.canvas.size;
    const { x, y, scale } = this.canvas.view;
    const taken = [...this.notes, ...[...this.canvas.cards.values()].map(({ card }) => card)];
    const centre = { x: (width / 2 - x) / scale - 110, y: (height / 2 - y) / scale - 40 };
    const point = at ?? freePlace(centre, NEW_NOTE, taken);
    this.write({ id: "", text: "", lines: [], colour: "", x: snap(point.x), y: snap(point.y), ...NEW_NOTE });
  }

  /** Write a note where it stands. @param {Note} note */
  write(note) {
    this.canvas.element.querySelector(".sd-note-edit")?.remove();
    const area = html("textarea", { "aria-label": "Text of the note", spellcheck: "true", maxlength: 10000 });
    area.value = note.text;
    let isDone = false;
    const leave = (isBack) => {
      isDone = true;
      stop();
      box.remove();
      if (!isBack) return;
      if (note.id) this.focus(note.id);
      else this.canvas.surface.focus({ preventScroll: true });
    };
    const keep = async (isBack) => {
      if (isDone) return;
      const text = area.value.trimEnd();
      leave(isBack);
      if (note.id) {
        if (text !== note.text) await this.change(note, { text });
        return;
      }
      if (!text) return;
      const answer = await this.store.ask({ kind: "add_note", x: note.x, y: note.y, text });
      if (answer && isBack) this.focus(answer.note_id);
    };
    const colours = NOTE_COLOURS.map(([colour, name]) => {
      const swatch = html("button", {
        type: "button",
        class: "sd-note-swatch",
        title: name,
        "aria-label": name,
        "aria-pressed": String(note.colour === colour),
        onclick: async () => {
          await keep(true);
          this.change(note, { colour });
        },
      });
      swatch.style.background = colour;
      return swatch;
    });
    const tools = html(
      "div",
      { class: "sd-note-tools" },
      note.id ? colours : null,
      note.id
        ? button({ icon: icon("remove", 14), title: "Delete the note", onclick: () => (leave(false), this.remove(note)) })
        : null,
      button({ label: "Done", title: "Keep the note (Ctrl + Enter, Esc)", kind: "primary", onclick: () => keep(true) }),
    );
    const box = html("div", { class: "sd-note-edit", role: "group", "aria-label": "Note" }, area, tools);
    const place = () => {
      const scale = Math.max(this.canvas.view.scale, 0.7);
      const corner = toScreen(this.canvas.view, note);
      box.style.left = `${Math.max(4, Math.min(corner.x, this.canvas.size.width - 200))}px`;
      box.style.top = `${Math.max(4, Math.min(corner.y, this.canvas.size.height - 120))}px`;
      area.style.width = `${Math.max(200, note.width * scale)}px`;
      area.style.fontSize = `${Math.max(12, 12 * scale)}px`;
      grow();
    };
    const grow = () => {
      const least = Math.max(72, note.height * Math.max(this.canvas.view.scale, 0.7));
      area.style.height = `${least}px`;
      const most = Math.max(72, this.canvas.size.height - box.offsetTop - 60);
      area.style.height = `${Math.min(most, Math.max(least, area.scrollHeight + 2))}px`;
    };
    area.addEventListener("input", grow);
    const stop = this.store.on("view", place);
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const isEnd = event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
      if (!isEnd) return;
      keep(true); // what was typed is never thrown away; undo takes it back
      event.preventDefault();
    });
    box.addEventListener("focusout", (event) => {
      if (!isDone && !box.contains(/** @type {Node | null} */ (event.relatedTarget))) keep(false);
    });
    this.canvas.element.append(box);
    place();
    area.focus();
  }
}

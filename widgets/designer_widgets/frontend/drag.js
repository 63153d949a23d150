// Gestures of the pointer on the canvas: pan, select, rubber band, move cards, connect two cards.

import { BendGrips } from "./bend_grips.js";
import { isOwnRow } from "./card_lines.js";
import { append, svg } from "./dom.js";
import { ChosenRows, lineGesture } from "./drawn_lines.js";
import { between, overlap, rowAt, rowMiddle, snap } from "./geometry.js";
import { rowGesture } from "./row_moves.js";

/**
 * @typedef {import("./canvas.js").Canvas} Canvas
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {{move: (event: PointerEvent) => void, drop: (event: PointerEvent) => void, cancel: () => void}} Gesture
 */

const MOVE_THRESHOLD = 4;

export class Gestures {
  /**
   * @param {Canvas} canvas
   * @param {{add: (at: Point) => void, rename: (cardId: string) => void, retype: (cardId: string, rowId: string) => void, open: () => void}} actions
   */
  constructor(canvas, actions) {
    this.canvas = canvas;
    this.store = canvas.store;
    this.actions = actions;
    /** @type {Gesture | null} */
    this.gesture = null;
    this.isSpaceDown = false;
    this.handles = new Handles(canvas);
    this.rows = new ChosenRows(canvas);
    this.bends = new BendGrips(canvas, (event) => this.down(event));
    const surface = canvas.surface;
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.moving(event));
    surface.addEventListener("pointerup", (event) => this.up(event));
    surface.addEventListener("pointercancel", () => this.cancel());
    surface.addEventListener("pointerleave", () => this.handles.hide());
    surface.addEventListener("dblclick", (event) => this.doubleClick(event));
    surface.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  get isReadOnly() {
    return this.store.isReadOnly;
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button > 1 || this.gesture) return;
    this.canvas.surface.setPointerCapture(event.pointerId);
    this.gesture = this.begin(event);
    event.preventDefault();
  }

  /** @param {PointerEvent} event @returns {Gesture} */
  begin(event) {
    const target = /** @type {Element} */ (event.target);
    if (event.button === 1 || this.isSpaceDown) return this.pan(event);
    if (target.closest("[data-grip]")) return this.bends.gesture(event, target);
    const handle = target.closest("[data-handle]");
    if (handle) return this.connect(event);
    const card = target.closest("[data-card]");
    if (card) return this.card(event, String(/** @type {any} */ (card).dataset.card), target);
    const edge = target.closest("[data-edge]");
    if (edge) return this.edge(String(/** @type {any} */ (edge).dataset.edge));
    return event.shiftKey ? this.rubberBand(event) : this.pan(event);
  }

  /** @param {PointerEvent} event */
  moving(event) {
    if (this.gesture) this.gesture.move(event);
    else if (!this.isReadOnly) this.handles.follow(event);
  }

  /** @param {PointerEvent} event */
  up(event) {
    const gesture = this.gesture;
    this.gesture = null;
    gesture?.drop(event);
  }

  cancel() {
    const gesture = this.gesture;
    this.gesture = null;
    gesture?.cancel();
  }

  /** Move the view. A click without movement clears the selection. @param {PointerEvent} start @returns {Gesture} */
  pan(start) {
    const { surface } = this.canvas;
    const view = { ...this.canvas.view };
    let moved = false;
    surface.classList.add("sd-panning");
    const end = () => surface.classList.remove("sd-panning");
    return {
      move: (event) => {
        const [dx, dy] = [event.clientX - start.clientX, event.clientY - start.clientY];
        moved ||= Math.hypot(dx, dy) > MOVE_THRESHOLD;
        if (moved) this.canvas.setView({ ...view, x: view.x + dx, y: view.y + dy });
      },
      drop: () => {
        end();
        if (moved || start.button === 1) return;
        this.store.select({});
        this.focusSurface();
      },
      cancel: end,
    };
  }

  focusSurface() {
    if (!this.canvas.surface.contains(document.activeElement)) this.canvas.surface.focus({ preventScroll: true });
  }

  /** Select what a rectangle touches. @param {PointerEvent} start @returns {Gesture} */
  rubberBand(start) {
    const from = this.canvas.pointOf(start);
    const before = new Set(this.store.view.entities);
    const band = svg("rect", { class: "sd-band" });
    append(this.canvas.overLayer, [band]);
    return {
      move: (event) => {
        const area = between(from, this.canvas.pointOf(event));
        for (const [name, value] of Object.entries(area)) band.setAttribute(name, String(value));
        const touched = [...this.canvas.cards.values()].filter(
          ({ card }) => overlap(card, area) && this.store.entity(card.id),
        );
        this.store.select({ entities: [...before, ...touched.map(({ card }) => card.id)] });
      },
      drop: () => band.remove(),
      cancel: () => band.remove(),
    };
  }

  /** Select a relationship. @param {string} edgeId @returns {Gesture} */
  edge(edgeId) {
    const relationship = this.canvas.edges.get(edgeId)?.edge.relationship_id ?? null;
    this.store.select({ relationship });
    this.focusSurface();
    return { move: () => {}, drop: () => {}, cancel: () => {} };
  }

  /**
   * Select a card, and move the selection with the pointer.
   * @param {PointerEvent} start
   * @param {string} id
   * @param {Element} target
   * @returns {Gesture}
   */
  card(start, id, target) {
    const rowId = /** @type {any} */ (target.closest("[data-row]"))?.dataset.row ?? null;
    const wasSelected = this.store.view.entities.has(id);
    const isAlone = wasSelected ? this.store.view.entities.size === 1 : this.store.view.entities.size === 0;
    if ((start.ctrlKey || start.metaKey) && rowId && isAlone && this.store.entity(id)) {
      this.rows.toggle(id, rowId);
    } else if (start.shiftKey || start.ctrlKey || start.metaKey) {
      const entities = new Set(this.store.view.entities);
      if (wasSelected) entities.delete(id);
      else entities.add(id);
      this.store.select({ entities, origin: "canvas" });
    } else if (!wasSelected) {
      this.store.select({ entities: [id], attribute: rowId, origin: "canvas" });
    }
    this.canvas.focusCard(id);
    if (this.isReadOnly) return this.still(id, rowId, start);
    return rowGesture(this, start, id, rowId) ?? this.move(start, id, rowId);
  }

  /** @param {string} id @param {string | null} rowId @param {PointerEvent} start @returns {Gesture} */
  still(id, rowId, start) {
    const drop = () => {
      if (!start.shiftKey) this.store.select({ entities: [id], attribute: rowId, origin: "canvas" });
    };
    return { move: () => {}, drop, cancel: () => {} };
  }

  /** @param {PointerEvent} start @param {string} id @param {string | null} rowId @returns {Gesture} */
  move(start, id, rowId) {
    const from = this.canvas.pointOf(start);
    const places = new Map();
    for (const chosen of new Set([id, ...this.store.view.entities])) {
      const known = this.canvas.cards.get(chosen);
      if (known) places.set(chosen, { x: known.card.x, y: known.card.y });
    }
    let moved = false;
    const put = (dx, dy) => {
      for (const [cardId, place] of places)
        this.canvas.moveCard(cardId, { x: snap(place.x + dx), y: snap(place.y + dy) });
      this.canvas.reconnect(places.keys());
    };
    return {
      move: (event) => {
        if (!moved && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) <= MOVE_THRESHOLD)
          return;
        if (!moved) this.canvas.surface.classList.add("sd-moving");
        moved = true;
        this.handles.hide();
        const to = this.canvas.pointOf(event);
        put(to.x - from.x, to.y - from.y);
      },
      drop: () => {
        this.canvas.surface.classList.remove("sd-moving");
        if (moved) this.drop(places);
        else if (!start.shiftKey && !start.ctrlKey && !start.metaKey) {
          this.store.select({ entities: [id], attribute: rowId, origin: "canvas" });
        }
      },
      cancel: () => {
        this.canvas.surface.classList.remove("sd-moving");
        this.canvas.draw();
      },
    };
  }

  /** Tell the kernel where cards were dropped; a refusal puts them back. @param {Map<string, Point>} places */
  async drop(places) {
    const positions = Object.fromEntries([...places.keys()].map((id) => [id, this.canvas.moved.get(id)]));
    if ((await this.store.ask({ kind: "move", positions })) === null) this.canvas.draw();
  }

  /** Draw a line to another card. @param {PointerEvent} start @returns {Gesture} */
  connect(start) {
    const place = this.handles.place;
    return place ? lineGesture(this, start, place) : this.pan(start);
  }

  /** @param {MouseEvent} event */
  doubleClick(event) {
    // the pointer was captured by the surface, so the event does not say what lies under it
    const target = document.elementFromPoint(event.clientX, event.clientY) ?? this.canvas.surface;
    const card = /** @type {any} */ (target.closest("[data-card]"));
    if (target.closest("[data-handle]")) return;
    if (card) {
      const row = /** @type {any} */ (target.closest("[data-row]"))?.dataset.row ?? null;
      if (target.closest("[data-part=header]") && !this.isReadOnly) this.actions.rename(card.dataset.card);
      else if (!this.isReadOnly && isOwnRow(this.store, card.dataset.card, row)) this.actions.retype(card.dataset.card, row);
      else this.actions.open();
    } else if (target.closest("[data-edge]")) this.actions.open();
    else if (!this.isReadOnly) this.actions.add(this.canvas.pointOf(event));
  }

  /**
   * The wheel pans; with Ctrl it zooms. Until the canvas is in use, the page keeps its wheel.
   * @param {WheelEvent} event
   */
  wheel(event) {
    const inUse =
      this.canvas.element.closest(".sd-root")?.contains(document.activeElement) ||
      this.store.get("settings").fills_page;
    if (!event.ctrlKey && !event.metaKey && !inUse) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 20 : 1;
    if (event.ctrlKey || event.metaKey) {
      this.canvas.zoom(Math.exp(-event.deltaY * unit * 0.0022), this.canvas.screenPointOf(event));
    } else {
      const [dx, dy] = event.shiftKey ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      const { x, y, scale } = this.canvas.view;
      this.canvas.setView({ scale, x: x - dx * unit, y: y - dy * unit });
    }
  }
}

/** Two dots beside the row under the pointer, from which a line can be drawn. */
class Handles {
  /** @param {Canvas} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {{card: string, row: string | null} | null} */
    this.place = null;
    const dot = (side) =>
      svg("circle", { class: "sd-handle", r: 6, data: { handle: side } }, svg("title", {}, "Drag to connect"));
    this.dots = [dot("left"), dot("right")];
    this.group = svg("g", { class: "sd-handles", visibility: "hidden" }, this.dots);
    append(canvas.overLayer, [this.group]);
  }

  hide() {
    this.place = null;
    this.group.setAttribute("visibility", "hidden");
  }

  /** @param {PointerEvent} event */
  follow(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("[data-handle]")) return;
    const point = this.canvas.pointOf(event);
    const card = this.canvas.cardAt(point);
    if (!card || !this.canvas.store.entity(card.id) || this.canvas.view.scale < 0.3) {
      this.hide();
      return;
    }
    const index = rowAt(card, point.y, this.canvas.metrics);
    const row = index >= 0 ? card.rows[index].id : null;
    const y = rowMiddle(card, row ?? "", this.canvas.metrics);
    this.place = { card: card.id, row };
    this.dots[0].setAttribute("cx", String(card.x));
    this.dots[1].setAttribute("cx", String(card.x + card.width));
    for (const dot of this.dots) dot.setAttribute("cy", String(y));
    this.group.setAttribute("visibility", "visible");
  }
}

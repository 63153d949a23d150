// What a chosen line can be dragged by: its corners and its pieces, with the pointer and with the keyboard.

import { clearTurns, common, dragged, gripsOf, lineThrough, movedTurns, tidyTurns, turnsOf } from "./bending.js";
import { button, fill, svg } from "./dom.js";
import { edgePoints, placeEdge } from "./edge.js";
import { GRID_STEP, distance, rowMiddle } from "./geometry.js";
import { icon } from "./icons.js";

/**
 * @typedef {import("./canvas.js").Canvas} Canvas
 * @typedef {import("./edge.js").Edge} Edge
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {import("./bending.js").Grip} Grip
 */

/** Grips are this large on the screen, whatever the scale. */
const GRIP_RADIUS = 5;
/** Pieces that are shorter on the screen have no grip of their own. */
const SHORT_PIECE = 30;
const SHORT_END_PIECE = 64;
/** From this scale on lines can be grasped. */
const GRASPABLE = 0.3;
/** Turns that a key has brought together are one at this distance. */
const TOGETHER = 0.5;
const GRIP_STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class BendGrips {
  /** @param {Canvas} canvas @param {(event: PointerEvent) => void} grasp Begins the gesture of a grip. */
  constructor(canvas, grasp) {
    this.canvas = canvas;
    this.store = canvas.store;
    // Chromium's Tab key stops at parts of an SVG that listen to the keyboard coming, unless they say otherwise
    this.group = svg("g", { class: "sd-bends", role: "group", tabindex: -1 });
    // beside the surface, which is a list of cards and nothing else
    this.layer = svg("svg", { class: "sd-bends-layer" }, this.group);
    this.layer.addEventListener("pointerdown", grasp);
    this.store.on("view", () => this.follow());
    /** @type {{edge: Edge, grip: Grip, element: SVGGElement}[]} */
    this.grips = [];
    /** What the keys have made of a line and the kernel does not know yet. @type {{edge: Edge, turns: number[], whole: number[], at: Point} | null} */
    this.pending = null;
    /** Where the grip was that has the keyboard: it gets it again when it is drawn anew. @type {Point | null} */
    this.last = null;
    for (const event of ["selection", "drawn", "scale", "settings"]) this.store.on(event, () => this.draw());
    this.store.on("focus-bends", () => this.focusFirst());
    this.group.addEventListener("keydown", (event) => this.pressed(/** @type {KeyboardEvent} */ (event)));
    this.group.addEventListener("keyup", () => this.commit());
    this.group.addEventListener("focusin", (event) => this.entered(/** @type {Element} */ (event.target)));
    this.group.addEventListener("focusout", () => this.left());
  }

  follow() {
    if (this.grips.length) this.group.setAttribute("transform", this.canvas.viewport.getAttribute("transform") ?? "");
  }

  /** The lines of the relationship that is chosen. @returns {Edge[]} */
  lines() {
    const chosen = this.store.view.relationship;
    if (!chosen || this.store.isReadOnly || this.canvas.view.scale < GRASPABLE) return [];
    return [...this.canvas.edges.values()].map(({ edge }) => edge).filter((edge) => edge.relationship_id === chosen);
  }

  draw() {
    if (this.pending) return;
    const hadKeyboard = this.group.contains(document.activeElement);
    this.grips = this.lines().flatMap((edge) => this.gripsOn(edge));
    const [line] = this.lines();
    const names = line ? `${this.canvas.title(line.source_card)} to ${this.canvas.title(line.target_card)}` : "";
    this.group.setAttribute("aria-label", `Bends of the line ${names}`);
    this.grips.forEach(({ element }, index) => {
      const words = `Bend ${index + 1} of ${this.grips.length}, ${names}`;
      element.setAttribute("aria-label", words);
      element.setAttribute("tabindex", hadKeyboard ? "0" : "-1");
    });
    fill(this.group, ...this.grips.map(({ element }) => element));
    this.layer.toggleAttribute("hidden", this.grips.length === 0);
    this.follow();
    if (hadKeyboard) this.focusNear();
    else if (this.canvas.surface.nextElementSibling !== this.layer) this.canvas.surface.after(this.layer);
  }

  /** @param {Edge} edge */
  gripsOn(edge) {
    const points = edgePoints(edge);
    if (points.length < 2) return [];
    const { scale } = this.canvas.view;
    const turns = edge.turns ?? turnsOf(points);
    const ends = this.ends(edge);
    if (!ends) return [];
    const whole = lineThrough(turns, ends.source, points[0].y, ends.target, points[points.length - 1].y);
    return gripsOf(turns, whole, this.canvas.metrics.stub)
      .filter(({ length, isCorner, isEnd }) => isCorner || length * scale > (isEnd ? SHORT_END_PIECE : SHORT_PIECE))
      .map((grip) => ({ edge, grip, element: this.dot(grip) }));
  }

  /** @param {Edge} edge */
  ends(edge) {
    const [source, target] = [edge.source_card, edge.target_card].map((id) => this.canvas.cards.get(id)?.card);
    return source && target ? { source, target } : null;
  }

  /** @param {Grip} grip */
  dot(grip) {
    const r = GRIP_RADIUS / this.canvas.view.scale;
    const { x, y } = grip.at;
    const [wide, high] = grip.across === "y" ? [1.7 * r, 0.7 * r] : [0.7 * r, 1.7 * r];
    const shape = grip.isCorner
      ? svg("circle", { cx: x, cy: y, r })
      : svg("rect", { x: x - wide, y: y - high, width: 2 * wide, height: 2 * high, rx: 0.7 * r });
    const reach = svg("circle", { class: "sd-bend-reach", cx: x, cy: y, r: 2.2 * r });
    const look = `sd-bend sd-bend-${grip.isCorner ? "corner" : grip.across}${grip.isEnd ? " sd-bend-end" : ""}`;
    return svg("g", { class: look, role: "button", data: { grip: "" } }, reach, shape);
  }

  // the pointer

  /** Drag what was grasped. @param {PointerEvent} start @param {Element} target */
  gesture(start, target) {
    const found = this.grips.find(({ element }) => element.contains(target));
    const from = this.canvas.pointOf(start);
    const focused = this.group.contains(document.activeElement);
    let turns = null;
    const put = (event) => {
      const to = this.canvas.pointOf(event);
      const at = { x: found.grip.at.x + to.x - from.x, y: found.grip.at.y + to.y - from.y };
      turns = this.show(found.edge, dragged(found.grip, at));
      this.last = at;
    };
    return {
      move: (event) => {
        if (!found || (!turns && distance(from, this.canvas.pointOf(event)) * this.canvas.view.scale < 3)) return;
        fill(this.group);
        put(event);
      },
      drop: () => {
        if (turns && found) this.send(found.edge, this.tidied(found.edge, turns), focused);
      },
      cancel: () => this.canvas.draw(),
    };
  }

  /** Show a line through turns before the kernel knows of them. @param {Edge} edge @param {number[]} turns */
  show(edge, turns) {
    const known = this.canvas.edges.get(edge.id);
    const ends = this.ends(edge);
    if (!known || !ends) return turns;
    const clear = clearTurns(turns, ends.source, ends.target, this.canvas.metrics.stub);
    const last = edge.points.length - 1;
    placeEdge(known.group, edge, lineThrough(clear, ends.source, edge.points[0][1], ends.target, edge.points[last][1]));
    this.canvas.bent.add(edge.id);
    known.text = "";
    return clear;
  }

  /** @param {Edge} edge @param {number[]} turns @param {number} [near] */
  tidied(edge, turns, near) {
    return tidyTurns(turns, edge.points[0][1], edge.points[edge.points.length - 1][1], near);
  }

  /** @param {Edge} edge @param {number[] | null} turns @param {boolean} keep Give the keyboard back to the grip. */
  async send(edge, turns, keep) {
    const answer = await this.store.ask({ kind: "bend_line", line_id: edge.id, turns });
    if (!answer) this.canvas.draw();
    this.draw();
    if (keep) this.focusNear();
  }

  // the keyboard

  focusFirst() {
    this.draw();
    if (this.grips.length) {
      this.grips[0].element.setAttribute("tabindex", "0");
      this.grips[0].element.focus({ preventScroll: true });
      this.store.emit("announce", "Bends: Tab goes on, arrows move, Delete takes a bend away, S straightens, Esc leaves");
    } else if (this.store.view.relationship) this.store.emit("announce", "Zoom in to bend this line");
    else this.store.emit("announce", "Choose a relationship with R first");
  }

  focusNear() {
    const { last } = this;
    const [nearest] = [...this.grips].sort((a, b) => (last ? distance(a.grip.at, last) - distance(b.grip.at, last) : 0));
    nearest?.element.setAttribute("tabindex", "0");
    nearest?.element.focus({ preventScroll: true });
  }

  /** @param {Element} target */
  entered(target) {
    const found = this.grips.find(({ element }) => element === target);
    if (found) this.last = found.grip.at;
    for (const { element } of this.grips) element.setAttribute("tabindex", "0");
  }

  left() {
    this.commit();
    requestAnimationFrame(() => {
      if (this.group.contains(document.activeElement)) return;
      for (const { element } of this.grips) element.setAttribute("tabindex", "-1");
    });
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const found = this.grips.find(({ element }) => element === document.activeElement);
    if (!found || event.altKey || event.ctrlKey || event.metaKey || event.key === "Tab") return;
    const step = GRIP_STEPS[event.key];
    if (step) this.nudge(found, step, event.shiftKey ? 1 : GRID_STEP);
    else if (event.key === "Delete" || event.key === "Backspace") this.take(found);
    else if (event.key === "s" || event.key === "S") this.send(found.edge, null, true);
    else if (event.key === "Escape") this.canvas.focusCard(this.canvas.focused ?? found.edge.source_card);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {{edge: Edge, grip: Grip, element: SVGGElement}} found @param {number[]} step @param {number} by */
  nudge({ edge, grip, element }, [dx, dy], by) {
    if ((dx && grip.x === null) || (dy && grip.y === null)) return;
    const from = this.pending?.at ?? grip.at;
    const at = { x: from.x + dx * by, y: from.y + dy * by };
    const base = this.pending && this.pending.edge === edge ? { ...grip, turns: this.pending.whole } : grip;
    const whole = dragged(base, at);
    this.pending = { edge, turns: this.show(edge, whole), whole, at };
    element.setAttribute("transform", `translate(${at.x - grip.at.x} ${at.y - grip.at.y})`);
    this.last = at;
  }

  /** Tell the kernel what the keys have done. */
  commit() {
    const pending = this.pending;
    this.pending = null;
    if (pending) this.send(pending.edge, this.tidied(pending.edge, pending.turns, TOGETHER), true);
  }

  /** Take the piece of a grip out of its line. @param {{edge: Edge, grip: Grip}} found */
  take({ edge, grip }) {
    const turns = edge.turns ?? turnsOf(edgePoints(edge));
    const at = grip.y ?? grip.x ?? 0;
    if (grip.isEnd || turns.length < 3) {
      this.store.emit("announce", "This bend belongs to the line");
      return;
    }
    const first = Math.min(Math.max(at - (at % 2 ? 0 : 1), 0), turns.length - 2);
    this.send(edge, turns.filter((_turn, index) => index !== first && index !== first + 1), true);
  }
}

/** Return the corners of a line laid by hand while its cards move. @param {Canvas} canvas @param {Edge} edge @returns {Point[] | null} */
export function bentLine(canvas, edge) {
  const turns = edge.turns;
  const [source, target] = [edge.source_card, edge.target_card].map((id) => canvas.cards.get(id)?.card);
  if (!turns?.length || !source || !target) return null;
  const told = canvas.store.get("picture").cards;
  const [was, been] = [source, target].map((card) => told.find((one) => one.id === card.id) ?? card);
  const by = { x: common(source.x - was.x, target.x - been.x), y: common(source.y - was.y, target.y - been.y) };
  const clear = clearTurns(movedTurns(turns, by), source, target, canvas.metrics.stub);
  const [from, to] = [rowMiddle(source, edge.source_row, canvas.metrics), rowMiddle(target, edge.target_row, canvas.metrics)];
  return lineThrough(clear, source, from, target, to);
}

/** A button that gives a relationship's lines back to the router, if a person has laid one. @param {Canvas} canvas @param {any} relationship */
export function straightenButton(canvas, relationship) {
  const bent = [...canvas.edges.values()].map(({ edge }) => edge).filter((edge) => edge.relationship_id === relationship.id && edge.turns?.length);
  if (bent.length === 0) return null;
  return button({
    icon: icon("arrange", 13),
    label: "Straighten",
    title: "Let the designer lay this line again",
    data: { focus: "bar.straighten" },
    onclick: async () => {
      for (const edge of bent) await canvas.store.ask({ kind: "bend_line", line_id: edge.id, turns: null });
      canvas.surface.focus({ preventScroll: true }); // the button has gone
    },
  });
}

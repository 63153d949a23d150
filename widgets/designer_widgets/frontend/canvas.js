// The ER canvas: draws the picture, keeps the view (pan and zoom), and shows the selection.
// Gestures are in drag.js, keys in canvas_keys.js; geometry comes from the kernel.

import { bentLine } from "./bend_grips.js";
import { fill, html, oncePerFrame, svg } from "./dom.js";
import { drawCard, spokenCard } from "./card.js";
import { showDetail } from "./detail.js";
import { drawEdge, edgePoints, placeEdge } from "./edge.js";
import {
  connector,
  contains,
  fitView,
  revealView,
  rowMiddle,
  toDiagram,
  toScreen,
  viewOn,
  zoomAt,
} from "./geometry.js";
import { focusCard, keepFocusable, showSelection } from "./selection.js";

/** A diagram that fits at this scale, or has more cards, begins as a whole; others begin near enough to read. */
const LEGIBLE = 0.45;
const READING = 0.7;
const MANY_CARDS = 60;

/**
 * @typedef {import("./card.js").Card} Card
 * @typedef {import("./edge.js").Edge} Edge
 * @typedef {import("./geometry.js").View} View
 * @typedef {import("./geometry.js").Point} Point
 * @typedef {{card: Card, told: Card, group: SVGGElement, text: string, ties: number, look: string, row: string,
 *   content: SVGGElement | null, contents: Record<string, SVGGElement>}} DrawnCard
 * @typedef {{edge: Edge, told: Edge, group: SVGGElement, text: string, names: string, look: string}} DrawnEdge
 */

export class Canvas {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    /** @type {View} */
    this.view = { x: 40, y: 40, scale: 1 };
    /** What is drawn: `told` is as the kernel told it, `card` as it stands here. @type {Map<string, DrawnCard>} */
    this.cards = new Map();
    /** @type {Map<string, DrawnEdge>} */
    this.edges = new Map();
    /** @type {Map<string, string[]>} Edges that touch a card, by the card's id. */
    this.edgesOfCard = new Map();
    /** Places of cards that were moved here and are not yet known to the kernel. @type {Map<string, Point>} */
    this.moved = new Map();
    /** Edges that are not where the kernel laid them, while a card moves. @type {Set<string>} */
    this.bent = new Set();
    /** @type {string | null} The card that the Tab key reaches. */
    this.focused = null;
    /** @type {SVGGElement | null} */
    this.reached = null;
    this.isFitted = false;
    /** Counts the changes of where cards stand. */
    this.moves = 0;
    /** How much of cards was drawn last, also before they were drawn anew. */
    this.level = "";
    this.size = { width: 0, height: 0 };
    /** How much of the canvas lies under something. */
    this.covered = () => ({ left: 0, right: 0, bottom: 0 });
    this.build();
    this.drawView = oncePerFrame(() => this.applyView());
  }

  build() {
    this.areaLayer = svg("g", { class: "sd-areas", role: "presentation" });
    this.edgeLayer = svg("g", { class: "sd-edges", role: "presentation", "aria-hidden": "true" });
    this.cardLayer = svg("g", { class: "sd-cards", role: "presentation" });
    this.overLayer = svg("g", { class: "sd-over", role: "presentation", "aria-hidden": "true" });
    this.viewport = svg(
      "g",
      { class: "sd-viewport", role: "presentation" },
      this.areaLayer,
      this.edgeLayer,
      this.cardLayer,
      this.overLayer,
    );
    this.surface = svg(
      "svg",
      { class: "sd-surface", role: "listbox", "aria-multiselectable": "true", "aria-label": "Diagram", tabindex: -1 },
      this.viewport,
    );
    this.empty = html("div", { class: "sd-empty", hidden: true });
    this.element = html("div", { class: "sd-canvas" }, this.surface, this.empty);
  }

  get metrics() {
    return this.store.get("picture").metrics ?? {};
  }

  /** Take the size of the surface; asking for it in each frame would lay the page out in each frame. */
  measure() {
    this.size = { width: this.surface.clientWidth, height: this.surface.clientHeight };
  }

  // drawing

  /** Draw the kernel's picture; what has not changed is left alone. */
  draw() {
    const picture = this.store.get("picture");
    if (!picture.cards) return;
    if (this.size.width === 0) this.measure(); // before anything is to be laid out; later on an observer tells
    this.drawAreas(picture.areas);
    this.drawCards(picture.cards, picture.edges);
    this.moved.clear();
    this.drawEdges(picture.edges);
    this.bent.clear();
    fill(this.empty, ...this.emptyWords());
    this.empty.hidden = picture.cards.length > 0;
    if (!this.isFitted && this.size.width > 0) this.begin();
    showDetail(this);
    this.keepFocusable();
    this.showSelection();
    this.store.emit("drawn");
    this.placeView();
  }

  emptyWords() {
    if (this.store.isReadOnly) return [html("p", {}, "This design has no entities yet.")];
    return [
      html("p", { class: "sd-empty-title" }, "An empty canvas"),
      html("p", {}, "Double-click anywhere to add the first entity, or press ", html("kbd", {}, "N"), "."),
    ];
  }

  drawAreas(areas) {
    if (areas === this.drawnAreas) {
      for (const group of this.areaLayer.children) group.removeAttribute("transform"); // of one that was dragged
      return;
    }
    this.drawnAreas = areas;
    fill(this.areaLayer);
    for (const area of areas) {
      const group = svg(
        "g",
        { class: "sd-area", data: { area: area.id } },
        svg("rect", { x: area.x, y: area.y, width: area.width, height: area.height, rx: 14 }),
        svg("text", { x: area.x + 18, y: area.y + 22, "font-size": this.metrics.area_title_size }, area.title),
      );
      if (area.colour) group.style.setProperty("--sd-area-colour", area.colour);
      this.areaLayer.append(group);
    }
  }

  /** @param {Card[]} cards @param {Edge[]} edges */
  drawCards(cards, edges) {
    const seen = new Set();
    for (const card of cards) {
      seen.add(card.id);
      const known = this.cards.get(card.id);
      if (known?.told === card && known.card.x === card.x && known.card.y === card.y) continue;
      const { group } = known?.told === card ? known : this.drawCard(card, known);
      const now = /** @type {DrawnCard} */ (this.cards.get(card.id));
      if (!["x", "y", "width", "height", "colour"].every((name) => known?.card[name] === card[name])) this.moves += 1;
      now.card = { ...card };
      now.told = card;
      group.setAttribute("transform", `translate(${card.x} ${card.y})`);
    }
    this.moves += this.cards.size - seen.size;
    this.forget(this.cards, seen);
    this.tie(edges);
    for (const known of this.cards.values()) {
      const ties = this.edgesOfCard.get(known.card.id)?.length ?? 0;
      if (known.ties === ties) continue;
      known.ties = ties;
      known.group.setAttribute("aria-label", spokenCard(known.card, ties));
    }
  }

  /** Draw a card, unless it is drawn as it is told. @param {Card} card @param {DrawnCard | undefined} known @returns {DrawnCard} */
  drawCard(card, known) {
    const text = JSON.stringify({ ...card, x: 0, y: 0 });
    if (known?.text === text) return known;
    const hadFocus = known?.group.contains(document.activeElement);
    const group = drawCard(card);
    if (known) known.group.replaceWith(group);
    else this.cardLayer.append(group);
    const made = { card, told: card, group, text, ties: -1, look: "", row: "", content: null, contents: {} };
    this.cards.set(card.id, made);
    if (hadFocus) group.focus({ preventScroll: true });
    return made;
  }

  /** Note which edges touch a card. @param {Edge[]} edges */
  tie(edges) {
    this.edgesOfCard.clear();
    for (const { id, source_card: source, target_card: target } of edges) {
      for (const card of source === target ? [source] : [source, target]) {
        const ids = this.edgesOfCard.get(card);
        if (ids) ids.push(id);
        else this.edgesOfCard.set(card, [id]);
      }
    }
  }

  /** @param {Edge[]} edges */
  drawEdges(edges) {
    const seen = new Set();
    for (const told of edges) {
      seen.add(told.id);
      const [source, target] = [this.title(told.source_card), this.title(told.target_card)];
      const names = `${source}\n${target}`;
      const known = this.edges.get(told.id);
      const isBent = this.bent.has(told.id);
      if (known?.told === told && known.names === names && !isBent && told.points.length) continue;
      const edge = told.points.length ? told : { ...told, points: this.plainLine(told) };
      const text = JSON.stringify([edge, source, target]);
      if (known?.text === text) {
        known.told = told;
        if (isBent) placeEdge(known.group, edge, edgePoints(edge));
        continue;
      }
      const group = drawEdge(edge, source, target);
      if (known) known.group.replaceWith(group);
      else this.edgeLayer.append(group);
      this.edges.set(edge.id, { edge, told, group, text, names, look: "" });
    }
    this.forget(this.edges, seen);
  }

  /** @param {Map<string, {group: Element}>} map @param {Set<string>} seen */
  forget(map, seen) {
    for (const [id, { group }] of map) {
      if (seen.has(id)) continue;
      const hadKeyboard = group.contains(document.activeElement);
      group.remove();
      map.delete(id);
      if (hadKeyboard) this.surface.focus({ preventScroll: true });
    }
  }

  /** @param {string} cardId */
  title(cardId) {
    return this.cards.get(cardId)?.card.title ?? "";
  }

  // cards that move under the pointer

  /** Move a card before the kernel knows; its lines follow. @param {string} id @param {Point} place */
  moveCard(id, place) {
    const known = this.cards.get(id);
    if (!known) return;
    known.card.x = place.x;
    known.card.y = place.y;
    this.moved.set(id, place);
    this.moves += 1;
    known.group.setAttribute("transform", `translate(${place.x} ${place.y})`);
  }

  /** A simple line for an edge that the kernel has not laid yet. @param {Edge} edge @returns {[number, number][]} */
  plainLine(edge) {
    const [source, target] = [edge.source_card, edge.target_card].map((id) => this.cards.get(id)?.card);
    if (!source || !target) return [];
    const from = rowMiddle(source, edge.source_row, this.metrics);
    const to = rowMiddle(target, edge.target_row, this.metrics);
    return connector(source, from, target, to, this.metrics.stub).map(({ x, y }) => [x, y]);
  }

  /** Lay simple lines for the edges that touch cards. @param {Iterable<string>} cardIds */
  reconnect(cardIds) {
    const touched = new Set([...cardIds].flatMap((id) => this.edgesOfCard.get(id) ?? []));
    for (const id of touched) {
      const known = this.edges.get(id);
      const source = this.cards.get(known?.edge.source_card ?? "")?.card;
      const target = this.cards.get(known?.edge.target_card ?? "")?.card;
      if (!known || !source || !target) continue;
      const from = rowMiddle(source, known.edge.source_row, this.metrics);
      const to = rowMiddle(target, known.edge.target_row, this.metrics);
      this.bent.add(id);
      const laid = bentLine(this, known.edge);
      placeEdge(known.group, known.edge, laid ?? connector(source, from, target, to, this.metrics.stub));
    }
  }

  // the view

  /** @param {View} view */
  setView(view) {
    this.view = view;
    this.drawView();
  }

  applyView() {
    showDetail(this);
    this.placeView();
  }

  placeView() {
    const { x, y, scale } = this.view;
    this.viewport.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    let dot = 20 * scale;
    while (dot < 7) dot *= 5;
    // not by custom properties: those are inherited, and every card would be styled anew
    this.element.style.backgroundSize = `${dot}px ${dot}px`;
    this.element.style.backgroundPosition = `${x}px ${y}px`;
    if (this.store.view.scale !== scale) {
      this.store.view.scale = scale;
      this.store.emit("scale", scale);
    }
    this.store.emit("view");
  }

  fit() {
    const { width, height } = this.size;
    if (width <= 0 || height <= 0) return;
    const bounds = this.cards.size ? this.store.get("picture").bounds : null;
    this.isFitted = true; // also an empty one: the first card stays where it was put
    this.setView(bounds ? fitView(bounds, width, height, 12, 1) : { x: 0, y: 0, scale: 1 });
  }

  /** The first view: everything, or what is connected most where everything would be too small to read. */
  begin() {
    this.fit();
    const bounds = this.store.get("picture").bounds;
    if (!bounds || this.cards.size > MANY_CARDS || this.view.scale >= LEGIBLE) return;
    const ties = (id) => this.edgesOfCard.get(id)?.length ?? 0;
    const [busiest] = [...this.cards.values()].sort((a, b) => ties(b.card.id) - ties(a.card.id));
    const { width, height } = this.size;
    this.setView(viewOn(bounds, busiest.card, width, height, READING));
  }

  /** Keep the selected card in view after the canvas has become smaller. */
  showChosen() {
    const [only] = this.store.view.entities;
    if (!this.isFitted || this.store.view.entities.size !== 1 || !this.cards.has(only)) return;
    this.measure();
    const known = this.cards.get(only);
    if (known && this.size.width > 0) this.setView(this.viewShowing(this.view, known.card));
  }

  /** Return a view moved just far enough to show a card, beside what covers the canvas. @param {View} view @param {Card} card */
  viewShowing(view, card) {
    const { left, right, bottom } = this.covered();
    const { width, height } = this.size;
    const moved = revealView({ ...view, x: view.x - left }, card, width - left - right, height - bottom);
    return { ...moved, x: moved.x + left };
  }

  /** Zoom around a point of the screen, or the middle. @param {number} factor @param {Point} [at] */
  zoom(factor, at) {
    const { width, height } = this.size;
    this.setView(zoomAt(this.view, at ?? { x: width / 2, y: height / 2 }, factor));
  }

  /** Bring a card into view. @param {string} id */
  reveal(id) {
    const known = this.cards.get(id);
    if (!known || this.size.width <= 0) return;
    const readable =
      this.view.scale < 0.5 ? zoomAt(this.view, toScreen(this.view, known.card), 0.8 / this.view.scale) : this.view;
    this.setView(this.viewShowing(readable, known.card));
  }

  /** Return where a pointer is in the diagram. @param {{clientX: number, clientY: number}} event @returns {Point} */
  pointOf(event) {
    return toDiagram(this.view, this.screenPointOf(event));
  }

  /** @param {{clientX: number, clientY: number}} event @returns {Point} */
  screenPointOf(event) {
    const box = this.surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** Return the topmost card at a point of the diagram. @param {Point} point */
  cardAt(point) {
    const all = [...this.cards.values()].filter(({ card }) => contains(card, point));
    return all.length ? all[all.length - 1].card : null;
  }

  // selection and focus

  showSelection() {
    showSelection(this);
  }

  /** Exactly one card can be reached with Tab. */
  keepFocusable() {
    keepFocusable(this);
  }

  /** Give a card the keyboard. @param {string} id */
  focusCard(id) {
    focusCard(this, id);
  }
}

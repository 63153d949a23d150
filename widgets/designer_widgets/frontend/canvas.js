// The ER canvas: draws the picture, keeps the view (pan and zoom), and shows the selection.
// Gestures are in drag.js, keys in canvas_keys.js; geometry comes from the kernel.

import { fill, html, oncePerFrame, svg } from "./dom.js";
import { drawCard, spokenCard } from "./card.js";
import { setShown, showDetail } from "./detail.js";
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

/** A diagram that fits at this scale, or has more cards, begins as a whole; others begin near enough to read. */
const LEGIBLE = 0.45;
const READING = 0.7;
const MANY_CARDS = 60;

/**
 * @typedef {import("./card.js").Card} Card
 * @typedef {import("./edge.js").Edge} Edge
 * @typedef {import("./geometry.js").View} View
 * @typedef {import("./geometry.js").Point} Point
 */

export class Canvas {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    /** @type {View} */
    this.view = { x: 40, y: 40, scale: 1 };
    /** @type {Map<string, {card: Card, group: SVGGElement, text: string}>} */
    this.cards = new Map();
    /** @type {Map<string, {edge: Edge, group: SVGGElement, text: string}>} */
    this.edges = new Map();
    /** @type {Map<string, string[]>} Edges that touch a card, by the card's id. */
    this.edgesOfCard = new Map();
    /** Places of cards that were moved here and are not yet known to the kernel. @type {Map<string, Point>} */
    this.moved = new Map();
    /** Edges that are not where the kernel laid them, while a card moves. @type {Set<string>} */
    this.bent = new Set();
    /** @type {string | null} The card that the Tab key reaches. */
    this.focused = null;
    this.isFitted = false;
    /** How much of cards was drawn last, also before they were drawn anew. */
    this.level = "";
    /** The same, but empty where titles have yet to be sized. */
    this.detail = "";
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
    this.detail = "";
    this.moved.clear();
    this.bent.clear();
    this.drawAreas(picture.areas);
    this.drawCards(picture.cards, picture.edges);
    this.drawEdges(picture.edges);
    this.measure();
    fill(this.empty, ...this.emptyWords());
    this.empty.hidden = picture.cards.length > 0;
    if (!this.isFitted && this.size.width > 0) this.begin();
    this.keepFocusable();
    this.showSelection();
    this.store.emit("drawn");
    this.applyView();
  }

  emptyWords() {
    if (this.store.isReadOnly) return [html("p", {}, "This design has no entities yet.")];
    return [
      html("p", { class: "sd-empty-title" }, "An empty canvas"),
      html("p", {}, "Double-click anywhere to add the first entity, or press ", html("kbd", {}, "N"), "."),
    ];
  }

  drawAreas(areas) {
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
      const text = JSON.stringify({ ...card, x: 0, y: 0 });
      let known = this.cards.get(card.id);
      if (!known || known.text !== text) {
        const hadFocus = known?.group.contains(document.activeElement);
        const group = drawCard(card, this.metrics);
        if (known) known.group.replaceWith(group);
        else this.cardLayer.append(group);
        known = { card, group, text };
        this.cards.set(card.id, known);
        if (hadFocus) group.focus({ preventScroll: true });
      }
      known.card = { ...card };
      known.group.setAttribute("transform", `translate(${card.x} ${card.y})`);
    }
    this.forget(this.cards, seen);
    this.edgesOfCard.clear();
    for (const edge of edges) {
      for (const id of new Set([edge.source_card, edge.target_card])) {
        if (!this.edgesOfCard.has(id)) this.edgesOfCard.set(id, []);
        this.edgesOfCard.get(id)?.push(edge.id);
      }
    }
    for (const { card, group } of this.cards.values()) {
      group.setAttribute("aria-label", spokenCard(card, this.edgesOfCard.get(card.id)?.length ?? 0));
    }
  }

  /** @param {Edge[]} edges */
  drawEdges(edges) {
    const seen = new Set();
    for (const told of edges) {
      const edge = told.points.length ? told : { ...told, points: this.plainLine(told) };
      seen.add(edge.id);
      const [source, target] = [this.title(edge.source_card), this.title(edge.target_card)];
      const text = JSON.stringify([edge, source, target]);
      const known = this.edges.get(edge.id);
      if (known?.text === text) {
        placeEdge(known.group, edge, edgePoints(edge));
        continue;
      }
      const group = drawEdge(edge, source, target);
      if (known) known.group.replaceWith(group);
      else this.edgeLayer.append(group);
      this.edges.set(edge.id, { edge, group, text });
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
      placeEdge(known.group, known.edge, connector(source, from, target, to, this.metrics.stub));
    }
  }

  // the view

  /** @param {View} view */
  setView(view) {
    this.view = view;
    this.drawView();
  }

  applyView() {
    const { x, y, scale } = this.view;
    this.viewport.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    const dot = scale < 0.35 ? 100 * scale : 20 * scale;
    // not by custom properties: those are inherited, and every card would be styled anew
    this.element.style.backgroundSize = `${dot}px ${dot}px`;
    this.element.style.backgroundPosition = `${x}px ${y}px`;
    showDetail(this);
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
    const { entities, relationship, attribute } = this.store.view;
    const near = new Set();
    for (const { edge, group } of this.edges.values()) {
      const chosen = relationship !== null && edge.relationship_id === relationship;
      const touches = entities.has(edge.source_card) || entities.has(edge.target_card);
      group.classList.toggle("sd-selected", chosen);
      group.classList.toggle("sd-near", touches);
      if (chosen || touches) this.edgeLayer.append(group);
      if (chosen || touches) near.add(edge.source_card).add(edge.target_card);
    }
    for (const [id, { group }] of this.cards) {
      const chosen = entities.has(id);
      group.classList.toggle("sd-selected", chosen);
      group.classList.toggle("sd-near", !chosen && near.has(id));
      group.setAttribute("aria-selected", String(chosen));
      for (const row of /** @type {NodeListOf<SVGGElement>} */ (group.querySelectorAll(".sd-row"))) {
        row.classList.toggle("sd-selected", row.dataset.row === attribute);
      }
    }
    const hasSelection = entities.size > 0 || relationship !== null;
    this.surface.classList.toggle("sd-has-selection", hasSelection && near.size > 0);
    if (entities.size === 1) this.focused = [...entities][0];
    this.keepFocusable();
  }

  /** Exactly one card can be reached with Tab. */
  keepFocusable() {
    if (!this.focused || !this.cards.has(this.focused)) this.focused = this.cards.keys().next().value ?? null;
    for (const [id, { group }] of this.cards) group.setAttribute("tabindex", id === this.focused ? "0" : "-1");
    this.surface.setAttribute("tabindex", this.cards.size ? "-1" : "0");
  }

  /** Give a card the keyboard. @param {string} id */
  focusCard(id) {
    const known = this.cards.get(id);
    if (!known) return;
    this.focused = id;
    this.keepFocusable();
    setShown(known.group, true);
    known.group.focus({ preventScroll: true });
  }
}

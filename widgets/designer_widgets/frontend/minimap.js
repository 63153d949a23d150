// The minimap: where the view is in the whole diagram; it hides while everything shows.

import { fill, svg } from "./dom.js";
import { around, fitView, grown, overlap, toDiagram, toScreen, visible } from "./geometry.js";

const MAP_WIDTH = 168;
const MAP_HEIGHT = 112;
/** Fewer cards than this are found without a map. */
const FEW_CARDS = 9;

/** @param {import("./canvas.js").Canvas} canvas */
export function minimap(canvas) {
  const cards = svg("g", {});
  const frame = svg("rect", { class: "sd-map-frame", rx: 2 });
  // everything that it shows is in the list of entities and in the diagram
  const element = svg(
    "svg",
    { class: "sd-map", width: MAP_WIDTH, height: MAP_HEIGHT, "aria-hidden": "true" },
    cards,
    frame,
  );
  canvas.element.append(element);
  let map = { x: 0, y: 0, scale: 1 };
  /** The cards as they stand, and around what. */
  let all = /** @type {import("./card.js").Card[]} */ ([]);
  let bounds = /** @type {import("./geometry.js").Rectangle | null} */ (null);
  let [seen, drawn] = [-1, -1];

  const look = () => {
    if (seen === canvas.moves) return;
    seen = canvas.moves;
    all = [...canvas.cards.values()].map(({ card }) => card);
    bounds = around(all);
  };
  const drawCards = () => {
    if (drawn === seen) return;
    drawn = seen;
    map = fitView(grown(bounds, 40), MAP_WIDTH, MAP_HEIGHT, 6, 1, 0);
    fill(
      cards,
      ...all.map((card) => {
        const rect = svg("rect", { class: "sd-map-card", ...placed(card), rx: 1 });
        if (card.colour) rect.style.fill = card.colour;
        return rect;
      }),
    );
  };
  const placed = (area) => {
    const corner = toScreen(map, area);
    return {
      x: corner.x,
      y: corner.y,
      width: Math.max(1.5, area.width * map.scale),
      height: Math.max(1.5, area.height * map.scale),
    };
  };
  const draw = () => {
    const { width, height } = canvas.size;
    const shown = visible(canvas.view, width, height);
    look();
    const isAll =
      !bounds ||
      (overlap(bounds, shown) &&
        bounds.x >= shown.x &&
        bounds.y >= shown.y &&
        bounds.x + bounds.width <= shown.x + shown.width &&
        bounds.y + bounds.height <= shown.y + shown.height);
    element.style.display = isAll || canvas.cards.size < FEW_CARDS || width < 420 || height < 260 ? "none" : "";
    if (isAll) return;
    drawCards();
    for (const [name, value] of Object.entries(placed(shown))) frame.setAttribute(name, String(value));
  };
  const go = (event) => {
    const box = element.getBoundingClientRect();
    const at = toDiagram(map, { x: event.clientX - box.left, y: event.clientY - box.top });
    const { scale } = canvas.view;
    canvas.setView({ scale, x: canvas.size.width / 2 - at.x * scale, y: canvas.size.height / 2 - at.y * scale });
  };
  element.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    element.onpointermove = go;
    go(event);
  });
  element.addEventListener("pointerup", () => {
    element.onpointermove = null;
  });
  canvas.store.on("view", draw);
}

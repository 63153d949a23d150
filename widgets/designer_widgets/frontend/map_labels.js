// Names over a diagram that is seen from afar, as on a map: areas first, then the cards that are connected most.

import { append, fill, svg } from "./dom.js";
import { keptInside, placeNames } from "./map_names.js";

/** Sizes on the screen, whatever the scale is. */
const AREA_NAME = 14;
const CARD_NAME = 10.5;

/**
 * Name what is seen from afar; what has not changed since the last time is left alone.
 * @param {import("./canvas.js").Canvas} canvas
 */
export function nameFromAfar(canvas) {
  const map = mapOf(canvas);
  const isFar = canvas.level === "far";
  if (!isFar) {
    if (map.key !== "") fill(map.layer);
    map.key = "";
    return;
  }
  const { scale } = canvas.view;
  const picture = canvas.store.get("picture");
  const key = `${scale} ${[...canvas.store.view.entities].join()}`;
  if (map.key === key && map.picture === picture) return;
  Object.assign(map, { key, picture });
  const names = placeNames([...areaNames(picture.areas ?? [], scale), ...cardNames(canvas, picture.areas ?? [])]);
  fill(
    map.layer,
    ...names.map(({ text, size, x, y, colour }) => {
      const name = svg("text", { x, y, "font-size": size, class: colour ? "sd-map-area" : "sd-map-name" }, text);
      if (colour) name.style.setProperty("--sd-area-colour", colour);
      return name;
    }),
  );
}

/** @param {any} canvas */
function mapOf(canvas) {
  if (!canvas.map) {
    canvas.map = { layer: svg("g", { class: "sd-map-names" }), key: "", picture: null };
    canvas.store.on("selection", () => nameFromAfar(canvas));
  }
  if (!canvas.map.layer.parentNode) append(canvas.overLayer, [canvas.map.layer]);
  return canvas.map;
}

/** Titles of areas stand on their upper border. @param {any[]} areas @param {number} scale */
function areaNames(areas, scale) {
  return areas
    .filter((area) => area.title)
    .map((area) => {
      const size = Math.min(AREA_NAME / scale, (1.5 * area.width) / area.title.length);
      return { text: area.title, size, x: area.x + area.width / 2, y: area.y, colour: area.colour || "currentColor" };
    });
}

/** Names of cards, the selected first and then those with the most lines. @param {import("./canvas.js").Canvas} canvas @param {any[]} areas */
function cardNames(canvas, areas) {
  const { entities } = canvas.store.view;
  const weight = (id) => (entities.has(id) ? 1e6 : 0) + (canvas.edgesOfCard.get(id)?.length ?? 0);
  const frames = new Map(areas.map((area) => [area.id, area]));
  return [...canvas.cards.values()]
    .map(({ card }) => ({ card, weight: weight(card.id) }))
    .sort((one, other) => other.weight - one.weight)
    .map(({ card }) => {
      const name = { text: card.title, size: CARD_NAME / canvas.view.scale, x: card.x + card.width / 2, y: card.y + card.height / 2 };
      return keptInside(name, frames.get(card.area_id));
    });
}

// Who else is looking at a team's project: their initials in the bar, and their colour and name on what they have chosen.

import { append, fill, html, svg } from "./dom.js";
import { counted, textWidth } from "./text.js";

const SHOWN_PEOPLE = 5;
const TAG_FONT = "11px system-ui, sans-serif";

/** @typedef {{key: string, who: string, initials: string, colour: string, chosen: string[]}} Person */

/**
 * Show who else is there, in the bar and on the canvas.
 * @param {import("./store.js").Store} store @param {import("./canvas.js").Canvas} canvas @param {HTMLElement} bar
 */
export function presenceOf(store, canvas, bar) {
  const list = html("ul", { class: "sd-people", "aria-label": "Who else is looking", hidden: true });
  bar.append(list);
  const layer = svg("g", { class: "sd-others" });
  append(canvas.overLayer, [layer]);
  /** @returns {Person[]} */
  const people = () => store.get("presence")?.people ?? [];
  let known = new Set(people().map((one) => one.key));

  const drawList = () => {
    const there = people();
    list.hidden = there.length === 0;
    fill(list, ...there.slice(0, SHOWN_PEOPLE).map((one) => badge(store, one)), overflow(there.slice(SHOWN_PEOPLE)));
  };
  const drawChosen = () => {
    layer.replaceChildren();
    const tags = new Map();
    for (const person of people())
      for (const id of person.chosen) {
        const card = canvas.cards.get(id)?.card;
        if (!card) continue;
        append(layer, mark(card, person, tags.get(id) ?? 0));
        tags.set(id, (tags.get(id) ?? 0) + 1);
      }
    if (!layer.parentNode) append(canvas.overLayer, [layer]);
  };
  const tellNews = () => {
    const now = people();
    const come = now.filter((one) => !known.has(one.key)).map((one) => one.who);
    known = new Set(now.map((one) => one.key));
    if (come.length) store.emit("announce", `${come.join(", ")} ${come.length > 1 ? "are" : "is"} looking too`);
  };
  store.on("presence", () => {
    tellNews();
    drawList();
    drawChosen();
  });
  store.on("drawn", drawChosen);
  store.on("design", drawList);
  drawList();
  drawChosen();
}

/** @param {import("./store.js").Store} store @param {Person} person */
function badge(store, person) {
  const names = person.chosen.map((id) => store.entity(id)?.qualified_name).filter(Boolean);
  const words = names.length ? `${person.who}, at ${names.slice(0, 3).join(", ")}${names.length > 3 ? " and more" : ""}` : person.who;
  const button = html(
    "button",
    {
      type: "button",
      class: "sd-person",
      title: words,
      "aria-label": words,
      disabled: names.length === 0,
      onclick: () => store.select({ entities: person.chosen.filter((id) => store.entity(id)), reveal: true }),
    },
    person.initials,
  );
  button.style.background = person.colour;
  return html("li", {}, button);
}

/** @param {Person[]} more */
function overflow(more) {
  if (more.length === 0) return null;
  const words = `${counted(more.length, "other")}: ${more.map((one) => one.who).join(", ")}`;
  return html("li", { class: "sd-person-more", title: words, "aria-label": words }, `+${more.length}`);
}

/** Return a frame around a card, and a tag with a name above it; several stand side by side. */
function mark(card, person, index) {
  const width = textWidth(person.who, TAG_FONT) + 12;
  const frame = svg("rect", { x: card.x - 4 - 2 * index, y: card.y - 4 - 2 * index, width: card.width + 8 + 4 * index, height: card.height + 8 + 4 * index, rx: 8, class: "sd-other-frame" });
  const tag = svg(
    "g",
    { transform: `translate(${card.x - 4 + index * 24} ${card.y - 22})`, class: "sd-other-tag" },
    svg("rect", { width, height: 16, rx: 4 }),
    svg("text", { x: 6, y: 8.5, "font-size": 11 }, person.who),
  );
  frame.style.stroke = person.colour;
  /** @type {any} */ (tag.firstChild).style.fill = person.colour;
  return [frame, tag];
}

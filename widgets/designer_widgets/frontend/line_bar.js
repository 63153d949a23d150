// The bar at a chosen relationship's line: both ends, what happens on delete and on update, its name, removal.

import { straightenButton } from "./bend_grips.js";
import { REFERENTIAL_ACTIONS } from "./cardinality.js";
import { button, fill, html } from "./dom.js";
import { choice, problemLine, sendFrom, textInput } from "./field.js";
import { besidePlace, middle, toScreen } from "./geometry.js";
import { icon } from "./icons.js";
import { endChanges } from "./line_ends.js";

const ENDS = ["1", "0..1", "0..N", "1..N", "N"];

/** Show the bar while a relationship is chosen, until Esc closes it. @param {import("./canvas.js").Canvas} canvas */
export function lineBar(canvas) {
  const { store } = canvas;
  const element = html("div", { class: "sd-line-bar", role: "toolbar", hidden: true });
  const row = html("div", { class: "sd-line-bar-row" });
  const problem = problemLine(row);
  element.append(row, problem);
  canvas.surface.after(element);
  let shown = "";
  let isClosed = false;

  const send = (changes) => {
    const relationship_id = store.view.relationship;
    return sendFrom(store, row, store.editing({ kind: "change_relationship", relationship_id, changes }));
  };
  const draw = () => {
    const relationship = store.relationship(store.view.relationship ?? "");
    const edge = [...canvas.edges.values()].find((one) => one.edge.relationship_id === relationship?.id);
    element.hidden = !relationship || !edge || store.isReadOnly || isClosed;
    if (element.hidden) {
      if (element.contains(document.activeElement)) canvas.surface.focus({ preventScroll: true });
      shown = "";
      return;
    }
    const [source, target] = [relationship.source_entity_id, relationship.target_entity_id].map((id) => store.entity(id)?.name ?? "?");
    const isBent = [...canvas.edges.values()].some((one) => one.edge.relationship_id === relationship.id && one.edge.turns?.length);
    const text = JSON.stringify([relationship, source, target, isBent]);
    if (text !== shown) {
      const focus = /** @type {any} */ (document.activeElement)?.dataset?.focus;
      const hadFocus = element.contains(document.activeElement);
      if (JSON.parse(shown || "[{}]")[0].id !== relationship.id) problem.hidden = true;
      element.setAttribute("aria-label", `Relationship ${source} to ${target}`);
      fill(row, ...barParts(store, relationship, source, target, send, straightenButton(canvas, relationship)));
      shown = text;
      if (hadFocus) /** @type {any} */ (row.querySelector(`[data-focus="${focus}"]`) ?? row.querySelector("select"))?.focus();
    }
    place(edge.edge);
  };
  const place = (edge) => {
    const { left, right, bottom } = canvas.covered();
    const size = { width: element.offsetWidth, height: element.offsetHeight };
    const room = { x: left + 8, y: 8, width: canvas.element.clientWidth - left - right - 16, height: canvas.element.clientHeight - bottom - 16 };
    const at = toScreen(canvas.view, middle(edge.points.map(([x, y]) => ({ x, y }))));
    const { x, y } = besidePlace(at, size, room, [...canvas.cards.values()].map(({ card }) => screenBox(canvas, card)));
    element.style.left = `${x}px`;
    element.style.top = `${y}px`;
  };
  store.on("selection", () => {
    isClosed = false;
    draw();
  });
  for (const event of ["drawn", "view", "sides"]) store.on(event, draw);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    const relationship = store.relationship(store.view.relationship ?? "");
    isClosed = true;
    draw();
    if (canvas.focused ?? relationship) canvas.focusCard(canvas.focused ?? relationship.source_entity_id);
  });
}

/** Where a card is on the screen. @param {import("./canvas.js").Canvas} canvas @param {import("./geometry.js").Rectangle} card */
function screenBox(canvas, card) {
  const { scale } = canvas.view;
  return { ...toScreen(canvas.view, card), width: card.width * scale, height: card.height * scale };
}

/** @param {import("./store.js").Store} store @param {any} relationship @param {string} source @param {string} target @param {(changes: any) => any} send @param {Node | null} straighten */
function barParts(store, relationship, source, target, send, straighten) {
  const pick = (name, label, value, options, changes) => {
    const control = choice({ value, label, options, commit: (chosen) => send(changes(chosen)) });
    control.title = label;
    control.dataset.focus = `bar.${name}`;
    return control;
  };
  const endOf = (end, entity) =>
    pick(end, `How many of ${entity}`, relationship[`${end}_cardinality`], ENDS, (value) => endChanges(relationship, end, value));
  const actions = (event) => REFERENTIAL_ACTIONS.map(([value]) => /** @type {[string, string]} */ ([value, `${event}: ${value.toLowerCase()}`]));
  const action = (name, label, event) =>
    pick(name, label, relationship[name], actions(event), (value) => ({ [name]: value }));
  const name = textInput({ value: relationship.name ?? "", label: "Name of the relationship", placeholder: "name", commit: (text) => send({ name: text.trim() || null }) });
  name.dataset.focus = "bar.name";
  const remove = button({
    icon: icon("remove", 13),
    title: "Remove the relationship",
    onclick: async () => {
      if (await store.ask({ kind: "remove", entity_ids: [], relationship_ids: [relationship.id] })) store.select({});
    },
  });
  return [
    html("span", { class: "sd-line-bar-end" }, source),
    endOf("source", source),
    html("span", { "aria-hidden": "true" }, "—"),
    endOf("target", target),
    html("span", { class: "sd-line-bar-end" }, target),
    action("on_delete_action", "When the parent is deleted", "delete"),
    action("on_update_action", "When its key changes", "update"),
    name,
    straighten,
    button({ icon: icon("panelRight", 13), title: "All of the relationship, in the inspector", onclick: () => store.emit("open-inspector") }),
    remove,
  ];
}

/** Choose the next relationship of a card; Tab leads to its bar. @param {import("./canvas.js").Canvas} canvas @param {string | null} cardId */
export function stepRelationship(canvas, cardId) {
  const { store } = canvas;
  const ids = (canvas.edgesOfCard.get(cardId ?? "") ?? []).map((id) => canvas.edges.get(id)?.edge.relationship_id);
  const all = [...new Set(ids)].filter((id) => id && store.relationship(id));
  if (all.length === 0) {
    store.emit("announce", "No relationships");
    return;
  }
  const next = all[(all.indexOf(store.view.relationship ?? "") + 1) % all.length] ?? null;
  store.select({ relationship: next, origin: "canvas" });
  if (cardId) canvas.focusCard(cardId);
  const { source_entity_id: source, target_entity_id: target } = store.relationship(next ?? "");
  store.emit("announce", `${store.entity(source)?.name} to ${store.entity(target)?.name}; Tab changes it`);
}

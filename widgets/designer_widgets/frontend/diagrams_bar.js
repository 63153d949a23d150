// The bar over the canvas: what is seen, and what can be done with saved diagrams.

import { showPopover } from "./dialog.js";
import { button, fill, html } from "./dom.js";
import { checkBox, choice, field, sendFrom, textInput } from "./field.js";
import { icon } from "./icons.js";
import { focusOnSelection, isShown, sceneOf, showScene, waysBetweenSelected } from "./scenes.js";

const FARTHEST = 5;
const LINE_WORDS = [
  ["relationship", "Relationships"],
  ["inherits", "Inheritance"],
  ["tenant", "Tenants"],
];

/**
 * @param {import("./store.js").Store} store @param {import("./canvas.js").Canvas} canvas
 */
export function diagramsBar(store, canvas) {
  const choose = html("select", { class: "sd-seen-choice", "aria-label": "Diagram", onchange: () => chosen() });
  const reach = html("input", { type: "range", min: 0, max: FARTHEST, step: 1, "aria-label": "Distance of the focus" });
  const steps = html("output", { class: "sd-seen-steps" });
  const slider = html("label", { class: "sd-seen-reach" }, html("span", {}, "Distance"), reach, steps);
  const focus = button({ label: "Focus", title: "Show only what is around the selection", onclick: () => focusOnSelection(store, canvas) });
  const ways = button({ label: "Path", title: "Show the shortest ways between the two selected entities", onclick: () => waysBetweenSelected(store, canvas) });
  const own = html("div", { class: "sd-seen-own" });
  const element = html(
    "div",
    { class: "sd-seen", role: "toolbar", "aria-label": "What is seen" },
    choose,
    slider,
    focus,
    ways,
    own,
  );
  const does = diagramActions(store, canvas, element);

  const chosen = async () => {
    const key = choose.value;
    if (key === "part") return;
    const what = key ? { what: "diagram", diagram_id: key } : { what: "all" };
    await showScene(store, canvas, /** @type {any} */ (what));
    draw();
  };
  reach.addEventListener("input", () => {
    steps.textContent = reach.value;
    const scene = sceneOf(store);
    if (scene?.what !== "focus") return;
    const wanted = { what: "focus", entity_ids: scene.entity_ids, distance: Number(reach.value) };
    showScene(store, canvas, /** @type {any} */ (wanted));
  });

  /** What is drawn of the choices and the actions: most edits change nothing of them. */
  const said = { choices: "", own: "" };
  const drawChoices = (scene) => {
    const diagrams = store.get("design").diagrams ?? [];
    const isPart = scene && scene.what !== "diagram";
    const options = [["", "Everything"], ...diagrams.map((one) => [one.id, one.name])];
    if (isPart) options.push(["part", scene.name[0].toUpperCase() + scene.name.slice(1)]);
    const now = JSON.stringify(options);
    if (now !== said.choices) fill(choose, ...options.map(([value, words]) => html("option", { value }, words)));
    said.choices = now;
    choose.value = isPart ? "part" : (scene?.diagram_id ?? "");
  };
  const drawOwn = (scene) => {
    const isSaved = scene?.what === "diagram";
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.does;
    const act = (name, label, title, onclick, disabled = false) =>
      button({ label, title, onclick, disabled, data: { does: name } });
    const chosenIds = [...store.view.entities];
    const shownIds = isSaved ? chosenIds.filter((id) => isShown(store, id)) : [];
    const now = JSON.stringify([store.isReadOnly, isSaved, chosenIds.length === shownIds.length, shownIds.length === 0]);
    if (now === said.own) return;
    said.own = now;
    if (store.isReadOnly) return fill(own);
    fill(
      own,
      act("save", isSaved ? "Save a copy…" : "Save as diagram…", "Save what is seen as a new diagram", does.save),
      ...(isSaved
        ? [
            act("add", "Add", "Show the selected entities on this diagram", does.add, chosenIds.length === shownIds.length),
            act("take", "Take out", "Show the selected entities on this diagram no more; the design keeps them", does.take, shownIds.length === 0),
            act("edit", "Edit…", "Name of this diagram, and what it shows of cards and lines", () => does.edit()),
          ]
        : []),
    );
    if (focused) /** @type {HTMLElement | null} */ (own.querySelector(`[data-does=${focused}]`))?.focus();
  };
  const draw = () => {
    const scene = sceneOf(store);
    drawChoices(scene);
    slider.hidden = scene?.what !== "focus";
    if (scene?.what === "focus") {
      reach.value = String(scene.distance);
      steps.textContent = String(scene.distance);
    }
    focus.setAttribute("aria-pressed", String(scene?.what === "focus"));
    ways.setAttribute("aria-pressed", String(scene?.what === "ways"));
    drawSelection();
  };
  const drawSelection = () => {
    focus.disabled = store.view.entities.size === 0;
    ways.disabled = store.view.entities.size !== 2;
    drawOwn(sceneOf(store));
  };
  for (const name of ["picture", "design", "settings", "scene"]) store.on(name, draw);
  store.on("selection", drawSelection);
  draw();
  return { element, ...does };
}

/** What can be done with diagrams. @param {import("./store.js").Store} store @param {import("./canvas.js").Canvas} canvas @param {HTMLElement} bar */
function diagramActions(store, canvas, bar) {
  const scene = () => sceneOf(store);
  const changing = (id, changes) =>
    store.editing({ kind: "change_object", collection: "diagrams", object_id: id, changes });
  const place = () => {
    const left = bar.querySelector(".sd-seen-own")?.getBoundingClientRect().left ?? 0;
    return { x: left - canvas.element.getBoundingClientRect().left, y: 24 };
  };
  const actions = {
    save: () => {
      const here = scene();
      const value = here?.what === "diagram" ? `${here.name} copy` : (here?.name ?? "");
      askName(canvas, place(), "Save as diagram", value, "Save", async (input) => {
        const answer = await sendFrom(store, input, { kind: "save_diagram", name: input.value.trim() });
        if (answer) await showScene(store, canvas, { what: "diagram", diagram_id: answer.diagram_id });
        return Boolean(answer);
      });
    },
    rename: (here = scene()) => {
      if (here?.what !== "diagram") return;
      askName(canvas, place(), "Rename diagram", here.name, "Rename", (input) =>
        sendFrom(store, input, changing(here.diagram_id, { name: input.value.trim() })).then(Boolean),
      );
    },
    remove: async (here = scene()) => {
      if (here?.what !== "diagram") return;
      const done = await store.ask(
        store.editing({ kind: "remove_object", collection: "diagrams", object_id: here.diagram_id }),
      );
      if (done) store.tell(`The diagram ${here.name} is deleted; its entities stay. Undo brings it back.`);
      canvas.surface.focus({ preventScroll: true });
    },
    add: () => {
      const added = [...store.view.entities].filter((id) => !isShown(store, id));
      return store.ask({ kind: "show_members", added });
    },
    take: () => {
      const removed = [...store.view.entities].filter((id) => isShown(store, id));
      return store.ask({ kind: "show_members", removed });
    },
    edit: (here = scene()) => {
      if (here?.what !== "diagram") return;
      const change = (control, changes) => sendFrom(store, control, changing(here.diagram_id, changes));
      const lines = new Set(here.lines);
      const ticks = LINE_WORDS.map(([kind, words]) => {
        const tick = checkBox({
          value: lines.has(kind),
          label: words,
          commit: (isOn, control) => {
            if (isOn) lines.add(kind);
            else lines.delete(kind);
            change(control, { lines: LINE_WORDS.map(([one]) => one).filter((one) => lines.has(one)) });
          },
        });
        return html("label", { class: "sd-tick" }, tick, words);
      });
      const detail = choice({
        value: here.detail,
        label: "Rows of cards",
        options: [
          ["all", "All attributes"],
          ["keys", "Keys and references"],
          ["names", "Names of entities alone"],
        ],
        commit: (value, control) => change(control, { detail: value }),
      });
      const name = textInput({
        value: here.name,
        label: "Name of the diagram",
        maxlength: 200,
        commit: (text, control) => change(control, { name: text.trim() }),
      });
      const remove = button({
        icon: icon("remove", 14),
        label: "Delete the diagram",
        kind: "danger",
        onclick: () => {
          close();
          actions.remove(here);
        },
      });
      const close = showPopover(canvas.element, place(), {
        title: "Diagram",
        body: [
          field("Name", name),
          field("Rows of cards", detail),
          html("fieldset", { class: "sd-names" }, html("legend", {}, "Lines"), ticks),
          html("div", { class: "sd-buttons" }, button({ label: "Done", kind: "primary", onclick: () => close() }), remove),
        ],
      });
    },
  };
  return actions;
}

/**
 * Ask for a name beside the bar.
 * @param {import("./canvas.js").Canvas} canvas @param {{x: number, y: number}} at
 * @param {(input: any) => Promise<boolean>} accept Whether the name was taken.
 */
function askName(canvas, at, title, value, label, accept) {
  const input = html("input", { type: "text", value, maxlength: 200, autocomplete: "off", spellcheck: "false" });
  const done = async () => {
    if (input.value.trim() === "") {
      input.focus();
      return;
    }
    if (await accept(input)) close();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") done();
  });
  const close = showPopover(canvas.element, at, {
    title,
    body: [field("Name", input), html("div", { class: "sd-buttons" }, button({ label, kind: "primary", onclick: done }))],
  });
  input.select();
}

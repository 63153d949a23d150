// What of a design is seen: the bar of diagrams, the palette, notes, areas, presenting and printing, put together.

import { Areas } from "./areas.js";
import { layoutCommands } from "./arranging.js";
import { diagramsBar } from "./diagrams_bar.js";
import { button, html } from "./dom.js";
import { frameCommands, partEntries } from "./frame_commands.js";
import { icon } from "./icons.js";
import { Notes } from "./notes.js";
import { openPalette } from "./palette.js";
import { showPictureDialog } from "./picture_dialog.js";
import { present, printPicture } from "./presenting.js";
import { CARRIED_ENTITY, focusOnSelection, followScenes, isShown, sceneOf, showScene, waysBetweenSelected } from "./scenes.js";

/**
 * @param {import("./store.js").Store} store @param {HTMLElement} root @param {import("./canvas.js").Canvas} canvas
 * @param {any} actions What the other panels can do.
 */
export function seeing(store, root, canvas, actions) {
  followScenes(store, canvas);
  const bar = diagramsBar(store, canvas);
  const notes = new Notes(canvas);
  new Areas(canvas);
  const does = {
    present: () => present(store, root, canvas),
    print: () => printPicture(store, root),
    picture: () => showPictureDialog(store, root, canvas),
    note: () => notes.add(),
    area: () => newArea(store),
    palette: () => openPalette(store, root, canvas, () => commandsOf(store, canvas, actions, bar, does)),
  };
  const people = html("div", {});
  bar.element.append(
    drawingButtons(store, does),
    html(
      "div",
      { class: "sd-seen-more" },
      people,
      button({
        icon: icon("search"),
        label: "Go to…",
        title: "Go to, or do anything (Ctrl + K)",
        "aria-haspopup": "dialog",
        onclick: does.palette,
      }),
      button({ icon: icon("expand"), title: "Present the canvas alone", onclick: does.present }),
      button({ icon: icon("print"), title: "Print what is seen", onclick: does.print }),
      button({ icon: icon("download"), title: "Save a picture of what is seen", "aria-haspopup": "dialog", onclick: does.picture }),
    ),
  );
  root.addEventListener("keydown", (event) => openedByKeys(event, does.palette), true);
  takeEntities(store, canvas);
  return { element: bar.element, people, ...does };
}

/** Return the buttons of what stands beside entities. @param {import("./store.js").Store} store @param {{note: () => any, area: () => any}} does */
function drawingButtons(store, does) {
  const group = html(
    "div",
    { class: "sd-seen-own", role: "group", "aria-label": "Notes and areas" },
    button({ icon: icon("note"), title: "New note (T)", onclick: does.note }),
    button({ icon: icon("area"), title: "New area around the selected entities", onclick: does.area }),
  );
  const draw = () => (group.hidden = store.isReadOnly);
  store.on("settings", draw);
  draw();
  return group;
}

/** Put the selection into a new area. @param {import("./store.js").Store} store */
async function newArea(store) {
  const chosen = [...store.view.entities];
  if (chosen.length) await store.ask({ kind: "set_area", entity_ids: chosen, is_new: true });
  else store.tell("Select the entities of the new area first: hold Shift and drag around them.");
}

/** @param {KeyboardEvent} event @param {() => void} open */
function openedByKeys(event, open) {
  const isWanted = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!isWanted || !["k", "p"].includes(event.key.toLowerCase())) return;
  event.preventDefault();
  event.stopPropagation();
  open();
}

/** Take entities that are dragged from the list onto the canvas. @param {import("./store.js").Store} store @param {import("./canvas.js").Canvas} canvas */
function takeEntities(store, canvas) {
  const isOne = (event) => event.dataTransfer?.types.includes(CARRIED_ENTITY) && !store.isReadOnly;
  const mark = (isOver) => canvas.element.classList.toggle("sd-taking", isOver);
  canvas.element.addEventListener("dragover", (event) => {
    if (!isOne(event)) return;
    event.preventDefault();
    mark(true);
  });
  canvas.element.addEventListener("dragleave", () => mark(false));
  canvas.element.addEventListener("drop", async (event) => {
    mark(false);
    if (!isOne(event)) return;
    event.preventDefault();
    const id = event.dataTransfer.getData(CARRIED_ENTITY);
    if (!store.entity(id)) return;
    if (!sceneOf(store) || isShown(store, id)) canvas.reveal(id);
    else {
      const { x, y } = canvas.pointOf(event);
      await store.ask({ kind: "show_members", added: [id], x: Math.round(x), y: Math.round(y) });
    }
    store.select({ entities: [id], origin: "canvas" });
  });
}

/** Return the commands of the palette, those that can be given now. */
function commandsOf(store, canvas, actions, bar, does) {
  const chosen = [...store.view.entities];
  const scene = sceneOf(store);
  const isSaved = scene?.what === "diagram";
  const command = (title, run, keys = "", isPossible = true) => ({ title, kind: "command", keys, run, isPossible });
  const writing = [
    command("New entity", () => actions.add(), "N"),
    command("New relationship", () => actions.relate(), "C"),
    command("New note", does.note, "T", !scene || isSaved),
    command("Rename the entity", () => actions.rename(chosen[0]), "F2", chosen.length === 1),
    command("Remove what is selected", actions.remove, "Delete", chosen.length > 0 || store.view.relationship !== null),
    command(`Undo ${store.get("history").undo_label}`.trim(), actions.undo, "Ctrl + Z", store.get("history").can_undo),
    command(`Redo ${store.get("history").redo_label}`.trim(), actions.redo, "Ctrl + Shift + Z", store.get("history").can_redo),
    command("Arrange the diagram anew", actions.arrange),
    ...layoutCommands(store, command),
    command("Put the selection into a new area", does.area, "", chosen.length > 0),
    command("Save as diagram", bar.save),
    command("Show the selection on this diagram", bar.add, "", isSaved && chosen.some((id) => !isShown(store, id))),
    command("Take the selection out of this diagram", bar.take, "", isSaved && chosen.some((id) => isShown(store, id))),
    command("Edit this diagram", () => bar.edit(), "", isSaved),
    command("Rename this diagram", () => bar.rename(), "", isSaved),
    command("Delete this diagram", () => bar.remove(), "", isSaved),
    command("Import", () => actions.importing()),
  ];
  const looking = [
    command("Show everything on the screen", actions.fit, "0"),
    command("Zoom in", () => actions.zoom(1.25), "+"),
    command("Zoom out", () => actions.zoom(1 / 1.25), "−"),
    command("Focus on the selection", () => focusOnSelection(store, canvas), "", chosen.length > 0),
    command("Path between the two selected", () => waysBetweenSelected(store, canvas), "", chosen.length === 2),
    command("Leave this diagram", () => showScene(store, canvas, { what: "all" }), "", Boolean(scene)),
    command("Show or hide the entity list", () => actions.toggle("left")),
    command("Show or hide the inspector", () => actions.toggle("right")),
    command("Open the inspector", actions.open, "Enter"),
    command("Export", () => actions.exporting(), "", Boolean(store.get("settings").notations)),
    ...frameCommands(store, actions, command),
    ...partEntries(store, actions).map((one) => ({ ...one, isPossible: true })),
    command("Show or hide lines by kind", () => /** @type {any} */ (bar.element.querySelector("[title='Show or hide lines by kind']"))?.click()),
    command("Present the canvas alone", does.present),
    command("Print", does.print),
    command("Save as picture: SVG, PNG", does.picture),
    command("Keys", actions.help, "?"),
  ];
  return [...(store.isReadOnly ? [] : writing), ...looking].filter((one) => one.isPossible);
}

// The designer: puts the panels together. anywidget calls `render` for every view of the widget.

import { html } from "./dom.js";
import { arrangingBar, pinMarks } from "./arranging.js";
import { Canvas } from "./canvas.js";
import { retypeAttribute, typeAttributes } from "./card_lines.js";
import { carriedPanel } from "./carried.js";
import { listenToKeys, KEY_HELP } from "./canvas_keys.js";
import { clipboardOf } from "./clipboard.js";
import { connectionsPanel } from "./connections.js";
import { contextMenu } from "./context_menu.js";
import { dataPanel } from "./data_panel.js";
import { ddlPanel } from "./ddl.js";
import { deployPanel } from "./deploy.js";
import { Gestures } from "./drag.js";
import { showDialog } from "./dialog.js";
import { entityList } from "./entity_list.js";
import { showExport } from "./export_dialog.js";
import { findingsPanel } from "./findings.js";
import { firstSteps } from "./first_steps.js";
import { freePlace } from "./geometry.js";
import { historyPanel } from "./history.js";
import { keepKeys } from "./host_keys.js";
import { showImport } from "./import_dialog.js";
import { inspector } from "./inspector.js";
import { lineBar } from "./line_bar.js";
import { lossPanel } from "./loss_report.js";
import { legendOf, looks } from "./looks.js";
import { migratePanel } from "./migrate.js";
import { minimap } from "./minimap.js";
import { navigatorOf } from "./navigator.js";
import { showPictureDialog } from "./picture_dialog.js";
import { presenceOf } from "./presence.js";
import { queryPanel } from "./query_panel.js";
import { relateFrom } from "./relationship_builder.js";
import { renameCard } from "./rename.js";
import { rowChoice } from "./row_choice.js";
import { rowKeys } from "./row_moves.js";
import { tellNotHere } from "./scenes.js";
import { samplePanel } from "./sample.js";
import { seeing } from "./seeing.js";
import { sidesOf } from "./sides.js";
import { statusBar } from "./status.js";
import { Store } from "./store.js";
import { followTheme } from "./theme.js";
import { toolbar } from "./toolbar.js";
import { transferPanel } from "./transfer_panel.js";
import { drawerOf } from "./drawer.js";

/**
 * Show the designer; where another project takes the place of this one, views begin anew.
 * @param {{model: any, el: HTMLElement}} context
 */
function render(context) {
  let stop = show(context);
  const again = () => {
    const hadFocus = context.el.contains(document.activeElement);
    stop();
    stop = show(context);
    if (hadFocus) /** @type {any} */ (context.el.querySelector(".sd-surface"))?.focus({ preventScroll: true });
  };
  context.model.on("change:project", again);
  return () => {
    context.model.off("change:project", again);
    stop();
  };
}

/** @param {{model: any, el: HTMLElement}} context @returns {() => void} */
function show({ model, el }) {
  const store = new Store(model);
  const root = html("div", {
    class: "sd-root",
    dir: "ltr", // its words are English, and pictures and SQL run from the left; names run as their letters do
    lang: "en",
    "aria-label": "Schema designer",
    role: "region",
  });
  keepKeys(root);
  const canvas = new Canvas(store);
  const actions = actionsOf(store, canvas, root, () => sides, () => drawer);
  const gestures = new Gestures(canvas, actions);
  listenToKeys(canvas, gestures, actions);
  lineBar(canvas);
  arrangingBar(canvas);
  pinMarks(canvas);
  rowKeys(canvas, root);
  rowChoice(canvas, root, gestures.rows);
  const stopClipboard = clipboardOf(canvas, root);
  minimap(canvas);
  firstSteps(store, root, canvas, actions);
  const list = entityList(store);
  const navigator = navigatorOf(store, canvas, list, actions);
  const side = inspector(store, actions);
  const drawer = drawerOf(store, {
    findings: findingsPanel(store),
    ddl: ddlPanel(store),
    query: queryPanel(store),
    deploy: deployPanel(store, actions),
    data: dataPanel(store, { showDeploy: actions.deploy, showSample: () => store.showDrawer("sample") }),
    sample: samplePanel(store),
    migrate: migratePanel(store),
    history: historyPanel(store),
    transfer: transferPanel(store, actions),
    carried: carriedPanel(store),
    losses: lossPanel(store),
    connections: connectionsPanel(store),
  }, actions);
  const status = statusBar(store);
  const seen = seeing(store, root, canvas, { ...actions, navigator });
  looks(canvas, root, seen.element);
  contextMenu(canvas, root, { ...actions, navigator }, seen);
  const middle = html("main", { class: "sd-middle" }, seen.element, canvas.element, drawer.element);
  root.append(
    toolbar(store, actions).element,
    html("div", { class: "sd-body" }, list.element, middle, side.element),
    status.element,
  );
  el.append(root);
  el.classList.add("sd-host");

  const sides = sidesOf(
    store,
    root,
    { left: list.element, right: side.element },
    { isBusy: () => Boolean(gestures.gesture), shown: () => canvas.showChosen() },
  );
  canvas.covered = sides.covered;
  presenceOf(store, canvas, seen.people);
  applySettings(store, root);
  store.on("settings", () => applySettings(store, root));
  store.on("picture", () => canvas.draw());
  store.on("selection", ({ reveal, origin }) => {
    canvas.showSelection();
    if (reveal && origin !== "canvas" && store.view.entities.size) canvas.reveal([...store.view.entities][0]);
  });
  store.on("open-inspector", () => actions.open());
  store.on("focus-card", (id) => canvas.focusCard(id));
  const stopTheme = followTheme(root);
  const stopKeys = globalKeys(store, root, actions, list);
  const sizes = new ResizeObserver(() => {
    const before = canvas.size.height;
    canvas.measure();
    const by = before && canvas.size.height ? (canvas.size.height - before) / 2 : 0; // what was in the middle stays there
    if (canvas.isFitted) canvas.setView({ ...canvas.view, y: canvas.view.y + by });
    else canvas.draw();
    if (by < 0) canvas.showChosen();
  });
  sizes.observe(canvas.element);
  canvas.draw();
  store.adopt(store.get("selected") ?? []);
  store.look(true);
  // a page that is closed cannot say so, and others are told who looks at a team's project
  const presence = setInterval(() => store.get("presence")?.people && store.look(true), 60_000);
  drawer.restore();
  return () => {
    clearInterval(presence);
    store.look(false);
    sizes.disconnect();
    sides.close();
    stopKeys();
    stopTheme();
    stopClipboard();
    status.close();
    store.close();
    root.remove();
  };
}

/** @param {Store} store @param {HTMLElement} root */
function applySettings(store, root) {
  const settings = store.get("settings");
  root.classList.toggle("sd-read-only", Boolean(settings.read_only));
  root.classList.toggle("sd-canvas-only", Boolean(settings.canvas_only));
  root.classList.toggle("sd-alone", Boolean(settings.panel));
  root.dataset.alone = settings.panel ?? "";
  root.style.setProperty("--sd-height", settings.height || "720px");
}

/**
 * What the panels, the pointer and the keys can do.
 * @param {Store} store
 * @param {Canvas} canvas
 * @param {HTMLElement} root
 * @param {() => {toggle: (side: "left" | "right") => void, open: () => void}} sides
 * @param {() => {toggle: () => void}} drawer
 */
function actionsOf(store, canvas, root, sides, drawer) {
  const add = async (at) => {
    const taken = [
      ...[...canvas.cards.values()].map(({ card }) => card),
      ...(at ? [] : (store.get("picture").areas ?? [])),
    ];
    const point = at ?? freePlace(middleOf(canvas), { width: 180, height: 70 }, taken);
    const answer = await store.ask({ kind: "add_entity", x: Math.round(point.x), y: Math.round(point.y) });
    if (!answer) return;
    store.select({ entities: [answer.entity_id], origin: "canvas" });
    store.showTab("attributes");
    canvas.reveal(answer.entity_id);
    requestAnimationFrame(() =>
      renameCard(canvas, answer.entity_id, () => typeAttributes(canvas, answer.entity_id)),
    );
  };
  const remove = async () => {
    const { entities, relationship } = store.view;
    if (entities.size === 0 && relationship === null) return;
    const answer = await store.ask({
      kind: "remove",
      entity_ids: [...entities],
      relationship_ids: relationship ? [relationship] : [],
    });
    if (!answer) return;
    store.select({});
    canvas.surface.focus({ preventScroll: true });
  };
  const picture = () => showPictureDialog(store, root, canvas, "png");
  return {
    add: (at) => add(at),
    remove,
    undo: () => store.ask({ kind: "undo" }),
    redo: () => store.ask({ kind: "redo" }),
    rename: (id) => renameCard(canvas, id),
    attributes: (id) => typeAttributes(canvas, id),
    retype: (id, row) => retypeAttribute(canvas, id, row),
    open: () => {
      sides().open();
      store.emit("focus-inspector");
    },
    relate: (id) => relateFrom(store, root, id ?? store.current?.id ?? null),
    arrange: async () => {
      const answer = await store.ask({ kind: "arrange" });
      if (answer && !answer.is_under_way) canvas.fit();
    },
    fit: () => canvas.fit(),
    zoom: (factor) => canvas.zoom(factor),
    toggle: (where) => (where === "bottom" ? drawer().toggle() : sides().toggle(where)),
    help: () => showHelp(root, legendOf(canvas)),
    deploy: () => store.showDrawer("deploy"),
    importing: (fromTarget = false) =>
      showImport(store, root, { fromTarget, done: (way, added, told) => afterImport(store, canvas, way, added, told) }),
    exporting: (notation) => showExport(store, root, picture, notation),
    picture,
  };
}

/**
 * Show what was imported, or say where it is; returns whether it was told.
 * @param {Store} store @param {Canvas} canvas @param {string} way @param {number} added @param {string} told
 */
function afterImport(store, canvas, way, added, told) {
  if (way === "replace") canvas.fit();
  return way !== "replace" && added > 0 && tellNotHere(store, canvas, told);
}

/** @param {Canvas} canvas */
function middleOf(canvas) {
  const { width, height } = canvas.size;
  const { x, y, scale } = canvas.view;
  return { x: (width / 2 - x) / scale - 90, y: (height / 2 - y) / scale - 40 };
}

/** @param {HTMLElement} root @param {Node} legend */
function showHelp(root, legend) {
  if (root.querySelector(".sd-veil")) return; // one dialog at a time
  showDialog(root, {
    title: "Keys and marks",
    size: "wide",
    body: [
      legend,
      ...KEY_HELP.map(([title, rows]) =>
        html(
          "table",
          { class: "sd-keys" },
          html("caption", {}, title),
          html(
            "tbody",
            {},
            rows.map(([keys, words]) =>
              html("tr", {}, html("th", { scope: "row" }, html("kbd", {}, keys)), html("td", {}, words)),
            ),
          ),
        ),
      ),
      html(
        "p",
        { class: "sd-hint" },
        "With the pointer: double-click the canvas to add an entity, a title to rename it. Drag from the dots beside a row to another card, to one of its rows, back to its own, or to empty space to connect them; M or Alt makes it many to many, and Ctrl-clicked rows go together. Double-click a row to edit it; drag a chosen row to move it. Shift-drag selects many. Ctrl and the wheel zoom.",
      ),
    ],
  });
}

/**
 * Keys that hold everywhere in the designer. None of them, and no letter, reaches the page around it.
 * @param {Store} store @param {HTMLElement} root @param {any} actions @param {{focusSearch: () => void}} list
 */
function globalKeys(store, root, actions, list) {
  const listen = (event) => {
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(/** @type {Element} */ (event.target).tagName);
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (isCommand && key === "z" && !isTyping && !store.isReadOnly) (event.shiftKey ? actions.redo : actions.undo)();
    else if (isCommand && key === "y" && !isTyping && !store.isReadOnly) actions.redo();
    else if (isCommand && key === "s") store.tell("Every change is saved at once.");
    else if (key === "/" && !isTyping && !isCommand) {
      if (!store.view.sides.left) actions.toggle("left");
      list.focusSearch();
    }
    else {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  root.addEventListener("keydown", listen);
  return () => root.removeEventListener("keydown", listen);
}

export default { render };

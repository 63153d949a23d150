// The bar at the top: undo and redo, entities, view, and the drawers.

import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @param {import("./store.js").Store} store
 * @param {{undo: () => void, redo: () => void, add: () => void, relate: () => void, remove: () => void,
 *   arrange: () => void, fit: () => void, zoom: (factor: number) => void, deploy: () => void, help: () => void,
 *   importing: () => void, exporting: () => void, toggle: (side: "left" | "right" | "bottom") => void}} actions
 */
export function toolbar(store, actions) {
  const undo = button({ icon: icon("undo"), title: "Undo", onclick: actions.undo });
  const redo = button({ icon: icon("redo"), title: "Redo", onclick: actions.redo });
  const remove = button({ icon: icon("remove"), title: "Remove what is selected", onclick: actions.remove });
  const relate = button({
    icon: icon("link"),
    label: "Relationship",
    title: "New relationship",
    onclick: () => actions.relate(),
  });
  const title = html("div", { class: "sd-title" });
  const changing = [
    buttonGroup("History", undo, redo),
    buttonGroup(
      "Draw",
      button({
        icon: icon("add"),
        label: "Entity",
        title: "New entity",
        kind: "primary",
        onclick: () => actions.add(),
      }),
      relate,
      remove,
    ),
  ];
  const viewing = buttonGroup(
    "View",
    button({ icon: icon("zoomOut"), title: "Zoom out", onclick: () => actions.zoom(1 / 1.25) }),
    button({ icon: icon("zoomIn"), title: "Zoom in", onclick: () => actions.zoom(1.25) }),
    button({ icon: icon("fit"), title: "Show everything", onclick: actions.fit }),
  );
  const arrange = button({
    icon: icon("arrange"),
    title: "Arrange the diagram anew (can be undone)",
    onclick: actions.arrange,
  });
  const importing = button({
    icon: icon("import"),
    label: "Import",
    title: "Import…",
    "aria-haspopup": "dialog",
    onclick: () => actions.importing(),
  });
  const exporting = button({
    icon: icon("export"),
    label: "Export",
    title: "Export…",
    "aria-haspopup": "dialog",
    onclick: () => actions.exporting(),
  });
  const drawers = html("div", { class: "sd-group", role: "group", "aria-label": "Panels" });
  const element = html("header", { class: "sd-toolbar", role: "toolbar", "aria-label": "Designer" });

  const drawerButton = (name, label, iconName) =>
    html(
      "button",
      {
        type: "button",
        class: "sd-button sd-button-plain",
        "aria-pressed": String(store.view.drawer === name),
        "aria-label": label,
        title: label,
        onclick: () => store.showDrawer(store.view.drawer === name ? null : name),
      },
      icon(iconName),
      html("span", {}, label),
    );
  const sideButton = (side, title, iconName) =>
    button({
      icon: icon(iconName),
      title,
      "aria-pressed": String(store.view.sides[side]),
      onclick: () => actions.toggle(side),
      data: { side },
    });
  const drawSides = () => {
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (drawers.querySelectorAll("[data-side]")))
      one.setAttribute("aria-pressed", String(store.view.sides[one.dataset.side ?? ""]));
  };
  const drawDrawers = () => {
    const settings = store.get("settings");
    fill(
      drawers,
      drawerButton("ddl", "DDL", "code"),
      drawerButton("query", "Query", "table"),
      settings.can_deploy ? drawerButton("deploy", "Deploy", "deploy") : null,
      drawerButton("history", "History", "clock"),
      sideButton("left", "Show or hide the entity list", "panelLeft"),
      button({
        icon: icon("panelBottom"),
        title: "Show or hide the panels below",
        "aria-pressed": String(Boolean(store.view.drawer)),
        onclick: () => actions.toggle("bottom"),
      }),
      sideButton("right", "Show or hide the inspector", "panelRight"),
      html(
        "button",
        {
          type: "button",
          class: "sd-button sd-button-plain",
          title: "Keys",
          "aria-label": "Keys",
          onclick: actions.help,
        },
        "?",
      ),
    );
  };
  const drawHistory = () => {
    const history = store.get("history");
    undo.disabled = !history.can_undo;
    redo.disabled = !history.can_redo;
    undo.title = history.undo_label ? `Undo: ${history.undo_label}` : "Undo";
    redo.title = history.redo_label ? `Redo: ${history.redo_label}` : "Redo";
  };
  const drawSelection = () => {
    remove.disabled = store.view.entities.size === 0 && store.view.relationship === null;
  };
  const drawTitle = () => {
    const design = store.get("design");
    fill(
      title,
      html("strong", {}, design.name ?? ""),
      html("span", {}, store.get("settings").read_only ? "read only" : "PostgreSQL"),
    );
    title.title = design.description ?? "";
  };
  const draw = () => {
    fill(
      element,
      title,
      ...(store.isReadOnly ? [] : changing),
      viewing,
      store.isReadOnly ? null : buttonGroup("Layout", arrange),
      html("div", { class: "sd-stretch" }),
      store.get("settings").notations
        ? buttonGroup("Other notations", ...(store.isReadOnly ? [exporting] : [importing, exporting]))
        : null,
      drawers,
    );
  };
  store.on("history", drawHistory);
  store.on("selection", drawSelection);
  store.on("design", drawTitle);
  store.on("drawer", drawDrawers);
  store.on("sides", drawSides);
  store.on("settings", () => {
    draw();
    drawDrawers();
  });
  draw();
  drawTitle();
  drawHistory();
  drawSelection();
  drawDrawers();
  return { element };
}

/** @param {string} name @param {...Node} buttons */
function buttonGroup(name, ...buttons) {
  return html("div", { class: "sd-group", role: "group", "aria-label": name }, buttons);
}

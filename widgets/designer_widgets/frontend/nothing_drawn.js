// What panels that work on entities say while there is none: what to do next, with buttons that do it.

import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";

const NEED_ENTITIES = new Set(["findings", "ddl", "migrate", "deploy", "data", "query", "sample"]);

/** @param {import("./store.js").Store} store @param {{add: () => any, importing: () => any}} actions */
export function nothingDrawn(store, actions) {
  const element = html("div", { class: "sd-nothing", role: "note", hidden: true });
  const draw = () => {
    const isEmpty = (store.get("design").entities ?? []).length === 0;
    const isShown = isEmpty && NEED_ENTITIES.has(store.view.drawer ?? "");
    if (element.hidden === !isShown) return;
    element.hidden = !isShown;
    fill(element, ...(isShown ? words() : []));
  };
  const words = () => [
    html("span", {}, "Nothing is drawn yet, so there is nothing here to work on."),
    ...(store.isReadOnly
      ? []
      : [
          button({ icon: icon("add", 14), label: "New entity", title: "Draw the first entity", kind: "mend", onclick: () => actions.add() }),
          store.get("settings").notations
            ? button({ icon: icon("import", 14), label: "Import…", title: "Bring a design in", kind: "mend", onclick: () => actions.importing() })
            : null,
        ]),
  ];
  for (const event of ["design", "drawer", "settings"]) store.on(event, draw);
  draw();
  return element;
}

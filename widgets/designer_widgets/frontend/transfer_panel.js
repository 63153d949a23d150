// Ways in and out of a design in one place: what it can be brought in from, and what it can be written as.

import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";

/** @param {import("./store.js").Store} store @param {{importing: (fromTarget?: boolean) => void, exporting: (notation?: string) => void, picture: () => void}} actions */
export function transferPanel(store, actions) {
  const element = html("section", { class: "sd-panel sd-transfer", "aria-label": "Import and export" });
  const way = (title, words, iconName, run) =>
    html(
      "li",
      {},
      html(
        "button",
        { type: "button", class: "sd-way", onclick: run },
        icon(iconName, 18),
        html("span", {}, html("b", {}, title), html("span", { class: "sd-hint" }, words)),
      ),
    );
  const incoming = () => [
    html("h4", {}, "Bring in"),
    html(
      "ul",
      { class: "sd-ways" },
      way("A file or a text", "A script, a dump, DBML, a design file, CSV or Parquet; looked at before it counts", "import", () => actions.importing()),
      store.get("settings").can_deploy
        ? way("The database as it is now", "What was changed there comes into the design; what is drawn stays", "refresh", () => actions.importing(true))
        : null,
    ),
  ];
  const draw = () => {
    const notations = store.get("settings").notations ?? [];
    fill(
      element,
      ...(store.isReadOnly ? [] : incoming()),
      html("h4", {}, "Write as"),
      html(
        "ul",
        { class: "sd-ways" },
        notations.map(({ name, label, suffix }) =>
          way(label, `To look at, copy or keep as a file ${suffix}`, "export", () => actions.exporting(name)),
        ),
        way("PNG picture", "For what takes no SVG: choose what it shows and how large", "download", actions.picture),
      ),
    );
  };
  store.on("settings", draw);
  draw();
  return { element };
}

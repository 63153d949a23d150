// Around the rows: above them which rows and what can be done, under them what is not saved yet, and what stands in
// their place where there are none.

import { button, html } from "./dom.js";
import { choice } from "./field.js";
import { icon } from "./icons.js";

/**
 * The bar above the rows.
 * @param {Record<"reread" | "unfilter" | "add" | "remove" | "empty" | "bring" | "take" | "sample", () => void>
 *   & {show: (name: string) => void, goTo: (name: string) => void}} hands
 */
export function dataBar(hands) {
  const act = (name, words, title, onclick) => button({ icon: icon(name, 14), label: words, title, onclick });
  const picker = choice({ value: "", label: "Table", options: [], commit: hands.show });
  const places = choice({ value: "", label: "Where the rows are", options: [], commit: hands.goTo });
  places.hidden = true;
  const words = html("span", { class: "sd-data-words", role: "status" });
  const add = act("add", "Row", "Add a row (Ctrl+Enter)", hands.add);
  const remove = act("remove", "Remove", "Remove the row of the active cell, or take that back (Ctrl+Delete)", hands.remove);
  const empty = button({ label: "NULL", title: "Write NULL into the active cell (Delete); Backspace writes empty text", onclick: hands.empty });
  const plain = button({ icon: icon("close", 12), label: "Filters", title: "Take all filters away", onclick: hands.unfilter });
  const bring = act("import", "Import…", "Add rows from a file", hands.bring);
  const take = act("export", "Export…", "Write the rows that are filtered to a file", hands.take);
  const element = html(
    "div",
    { class: "sd-data-bar" },
    places,
    picker,
    button({ icon: icon("refresh", 14), title: "Read the rows again", onclick: hands.reread }),
    words,
    plain,
    html("span", { class: "sd-stretch" }),
    add,
    remove,
    empty,
    bring,
    take,
    act("wand", "Sample rows", "Plan believable rows, and fill the tables with them", hands.sample),
  );
  return { element, picker, places, words, add, remove, empty, plain, bring, take };
}

/** The bar under the rows. @param {{save: () => void, discard: () => void}} hands */
export function dataFoot({ save, discard }) {
  const saveButton = button({ icon: icon("ok", 14), label: "Save", kind: "primary", title: "Save all changes of this table in one transaction (Ctrl+S)", onclick: save });
  const discardButton = button({ label: "Discard", title: "Forget all changes of this table", onclick: discard });
  const pendingWords = html("span", { class: "sd-data-pending-words" });
  const detail = html("div", { class: "sd-data-detail", role: "status" });
  const element = html("div", { class: "sd-data-foot" }, pendingWords, saveButton, discardButton, detail);
  return { element, saveButton, discardButton, pendingWords, detail };
}

/** What stands where rows will be. @param {string} what Why there are none. @param {(() => void) | null} deploy */
export function noRowsYet(what, deploy) {
  return html(
    "div",
    { class: "sd-data-empty" },
    html("p", {}, html("strong", {}, "There are no rows to look at yet.")),
    html("p", { class: "sd-hint" }, `${what[0].toUpperCase()}${what.slice(1)}.`),
    deploy ? button({ icon: icon("deploy", 14), label: "Deploy…", kind: "primary", onclick: deploy }) : null,
  );
}

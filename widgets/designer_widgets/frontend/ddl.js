// The SQL that the design stands for, in colours; of everything, or of what is selected.

import { ddlScope } from "./ddl_scope.js";
import { DdlText, wholeText } from "./ddl_text.js";
import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";
import { counted } from "./text.js";

/** @param {import("./store.js").Store} store */
export function ddlPanel(store) {
  const code = html("code", {});
  const text = html("pre", { class: "sd-sql", tabindex: "0", "aria-label": "SQL of the design" }, code);
  const words = html("span", { class: "sd-drawer-words" });
  const copy = button({
    icon: icon("copy"),
    label: "Copy",
    title: "Copy the SQL",
    onclick: () => copyText(store, scope.text() ?? wholeText(store.get("ddl").blocks ?? []), code),
  });
  const shown = new DdlText(code);
  const search = sqlSearch(shown);
  const scope = ddlScope(store, [words, search.element, text]);
  const element = html(
    "section",
    { class: "sd-panel sd-ddl", "aria-label": "DDL" },
    html("div", { class: "sd-panel-bar" }, scope.select, words, search.element, copy),
    text,
    scope.element,
  );
  store.on("show-sql", scope.show);

  const draw = () => {
    const ddl = store.get("ddl");
    if (store.view.drawer !== "ddl") return;
    element.classList.toggle("sd-stale", ddl.revision !== store.get("history").revision);
    if (ddl.error) {
      fill(
        words,
        icon("error", 13),
        [ddl.error.where, ddl.error.what].filter(Boolean).join(": "),
        ddl.error.mend ? html("span", { class: "sd-mend" }, ` ${ddl.error.mend}`) : null,
      );
      return;
    }
    words.textContent = ddl.blocks?.length ? `${ddl.statements} statements in one transaction` : "Writing the SQL…";
    if (!ddl.blocks || ddl.blocks === shown.blocks) return;
    shown.draw(ddl.blocks);
    search.draw();
  };
  const follow = () => {
    const entity = store.view.drawer === "ddl" ? store.current : null;
    const at = entity ? positionOf(shown.text, entity.qualified_name) : -1;
    if (at >= 0) shown.scrollTo(at);
  };
  store.on("selection", follow);
  store.on("ddl", draw);
  store.on("history", draw);
  store.on("drawer", (name) => {
    store.ask({ kind: "watch_ddl", is_open: name === "ddl" }).then(follow);
    draw();
  });
  return { element };
}

/**
 * A search within the SQL: Enter goes to the next place, Shift and Enter to the one before.
 * @param {DdlText} shown
 */
function sqlSearch(shown) {
  const input = html("input", {
    type: "search",
    "aria-label": "Find in the SQL",
    placeholder: "Find",
    spellcheck: "false",
  });
  const count = html("span", { class: "sd-find-count", "aria-live": "polite" });
  let places = /** @type {number[]} */ ([]);
  let at = -1;
  const find = () => {
    places = input.value ? placesOf(shown.text, input.value) : [];
    at = -1;
    count.textContent = input.value ? (places.length ? counted(places.length, "place") : "nothing found") : "";
  };
  const go = (step) => {
    if (places.length === 0) return;
    at = (at + step + places.length) % places.length;
    count.textContent = `${at + 1} of ${places.length}`;
    shown.scrollTo(places[at]);
    shown.mark(places[at], input.value.length);
  };
  const next = button({ icon: icon("down", 12), title: "Find the next", onclick: () => go(1) });
  const before = button({
    icon: icon("up", 12),
    title: "Find the one before",
    onclick: () => go(at < 0 ? 0 : -1),
  });
  input.addEventListener("input", () => {
    find();
    go(1);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape" && input.value) {
      input.value = "";
      find();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { element: html("div", { class: "sd-find", role: "search" }, input, count, before, next), draw: find };
}

/**
 * Return where a text stands in another one, whatever their case.
 * @param {string} sql @param {string} wanted
 */
export function placesOf(sql, wanted) {
  const places = [];
  const [all, one] = [sql.toLowerCase(), wanted.toLowerCase()];
  for (let at = one ? all.indexOf(one) : -1; at >= 0; at = all.indexOf(one, at + one.length)) places.push(at);
  return places;
}

/**
 * Return where a table is created in a script, or -1.
 * @param {string} sql
 * @param {string} name Qualified, or in the default schema.
 */
export function positionOf(sql, name) {
  const bare = name
    .split(".")
    .map((part) => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`))
    .join(".");
  const escaped = bare.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return sql.search(new RegExp(`^CREATE TABLE (?:[\\w"]+\\.)?${escaped} `, "m"));
}

/**
 * Put a text on the clipboard; where the page may not, select it for the user.
 * @param {import("./store.js").Store} store @param {string} text @param {Element} code
 */
async function copyText(store, text, code) {
  try {
    await navigator.clipboard.writeText(text);
    store.tell("The SQL is on the clipboard.");
  } catch {
    window.getSelection()?.selectAllChildren(code);
    store.tell("The browser keeps the clipboard closed; the SQL is selected, copy it with Ctrl + C.");
  }
}

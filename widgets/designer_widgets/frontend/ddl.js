// The SQL that the design stands for, in colours; of everything, or of what is selected.

import { button, fill, html } from "./dom.js";
import { sqlPieces } from "./highlight.js";
import { icon } from "./icons.js";

const COLOURED_LENGTH = 300_000;

/** @param {import("./store.js").Store} store */
export function ddlPanel(store) {
  const code = html("code", {});
  const text = html("pre", { class: "sd-sql", tabindex: "0", "aria-label": "SQL of the design" }, code);
  const words = html("span", { class: "sd-drawer-words" });
  const copy = button({
    icon: icon("copy"),
    label: "Copy",
    title: "Copy the SQL",
    onclick: () => copyText(store, store.get("ddl").text ?? ""),
  });
  const element = html(
    "section",
    { class: "sd-panel sd-ddl", "aria-label": "SQL" },
    html("div", { class: "sd-panel-bar" }, words, copy),
    text,
  );
  let shown = "";

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
    words.textContent = ddl.text ? `${ddl.statements} statements in one transaction` : "Writing the SQL…";
    if (ddl.text === shown) return;
    shown = ddl.text ?? "";
    if (shown.length > COLOURED_LENGTH) code.textContent = shown;
    else
      fill(
        code,
        ...sqlPieces(shown).map((piece) =>
          piece.kind === "plain" ? piece.text : html("span", { class: `sd-sql-${piece.kind}` }, piece.text),
        ),
      );
  };
  const follow = () => {
    const entity = store.current;
    const at = entity ? positionOf(shown, entity.qualified_name) : -1;
    const scroller = element.parentElement;
    if (at < 0 || !scroller) return;
    const lines = shown.slice(0, at).split("\n").length - 1;
    scroller.scrollTop = text.offsetTop + lines * (code.offsetHeight / shown.split("\n").length) - 40;
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
 * @param {import("./store.js").Store} store @param {string} text
 */
async function copyText(store, text) {
  try {
    await navigator.clipboard.writeText(text);
    store.tell("The SQL is on the clipboard.");
  } catch {
    const code = document.querySelector(".sd-sql code");
    if (code) window.getSelection()?.selectAllChildren(code);
    store.tell("The browser keeps the clipboard closed; the SQL is selected, copy it with Ctrl + C.");
  }
}

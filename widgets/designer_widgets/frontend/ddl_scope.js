// What of the SQL is shown: all of it, that of the selection, or what has changed since the design was last deployed.

import { button, fill, html } from "./dom.js";
import { sqlPieces } from "./highlight.js";
import { icon } from "./icons.js";
import { counted } from "./text.js";

const SCOPES = [
  ["whole", "Whole design"],
  ["selection", "Selection"],
  ["changes", "Changes since deployed"],
  ["changes-selection", "Changes of the selection"],
];
const LINE_SIGNS = { added: "+", removed: "−", same: " ", "left out": "⋯" };
const SPOKEN = { added: "new: ", removed: "gone: " };
const READ_WAIT = 200;

/**
 * The choice of what is shown, and where it is shown if it is not all.
 * @param {import("./store.js").Store} store @param {HTMLElement[]} whole What is hidden while not all is shown.
 */
export function ddlScope(store, whole) {
  const select = html("select", { class: "sd-ddl-scope", "aria-label": "Which SQL" });
  const words = html("p", { class: "sd-hint sd-ddl-words", role: "status" });
  const place = html("div", {});
  const element = html("div", { class: "sd-ddl-part", hidden: true }, words, place);
  let shown = "";
  let asked = 0;
  let timer = 0;

  const scope = () => select.value || "whole";
  const offer = () => {
    const kept = scope();
    const canAsk = Boolean(store.get("settings").can_deploy);
    const there = SCOPES.filter(([name]) => canAsk || !name.startsWith("changes"));
    fill(select, ...there.map(([value, title]) => html("option", { value }, title)));
    select.value = there.some(([name]) => name === kept) ? kept : "whole";
  };
  const draw = () => {
    const isWhole = scope() === "whole";
    element.hidden = isWhole;
    for (const one of whole) one.hidden = !isWhole;
    if (!isWhole && store.view.drawer === "ddl") read();
  };
  const read = async () => {
    const chosen = scope().endsWith("selection") ? [...store.view.entities] : [];
    if (scope().endsWith("selection") && chosen.length === 0) return none("Choose an entity, on the canvas or in the list, to see its SQL.");
    asked += 1;
    const mine = asked;
    const isPart = scope() === "selection";
    const answer = await store
      .send({ kind: isPart ? "read_script_part" : "read_script_changes", entity_ids: chosen })
      .catch((error) => ({ problem: error.problem ?? { what: String(error) } }));
    if (mine !== asked || scope() === "whole") return;
    if (answer.problem) return none([answer.problem.what, answer.problem.mend].filter(Boolean).join(": "));
    if (isPart) return showPart(answer);
    return showChanges(answer);
  };
  const none = (text, ...ways) => {
    shown = "";
    words.textContent = text;
    fill(place, ways.length ? html("div", { class: "sd-buttons sd-ddl-ways" }, ways) : null);
  };
  const showPart = ({ text, statements }) => {
    shown = text;
    words.textContent = counted(statements, "statement");
    fill(place, html("pre", { class: "sd-sql", tabindex: "0", "aria-label": "SQL of the selection" }, html("code", {}, coloured(text))));
  };
  const showChanges = ({ since, missing, pieces, left_out: leftOut }) => {
    if (missing)
      return none(
        `${missing[0].toUpperCase()}${missing.slice(1)}. Deploy, and what you change afterwards is shown here.`,
        button({ icon: icon("deploy"), label: "Deploy…", kind: "primary", onclick: () => store.showDrawer("deploy") }),
      );
    if (pieces.length === 0) return none(`Nothing has changed: the SQL is ${since}.`);
    shown = pieces.map((piece) => piece.map(([what, text]) => `${LINE_SIGNS[what] === "−" ? "-" : LINE_SIGNS[what]} ${text}`).join("\n")).join("\n\n");
    words.textContent = `${counted(pieces.length + leftOut, "object")} changed; before: ${since}.`;
    fill(
      place,
      html(
        "div",
        { class: "sd-sql sd-ddl-changes", tabindex: "0", role: "group", "aria-label": "What has changed in the SQL" },
        pieces.map((piece) => html("div", { class: "sd-ddl-piece" }, piece.map(line))),
        leftOut ? html("p", { class: "sd-hint" }, `and ${counted(leftOut, "more object")}`) : null,
      ),
      html("div", { class: "sd-buttons sd-ddl-ways" }, button({ icon: icon("deploy"), label: "Plan the way there…", title: "See the statements that would change the database", kind: "mend", onclick: () => store.showDrawer("migrate") })),
    );
  };
  const later = () => {
    clearTimeout(timer);
    if (scope() !== "whole" && store.view.drawer === "ddl") timer = window.setTimeout(read, READ_WAIT);
  };
  select.addEventListener("change", draw);
  store.on("selection", () => scope().endsWith("selection") && later());
  store.on("history", later);
  store.on("settings", offer);
  store.on("drawer", (name) => name === "ddl" && draw());
  offer();
  draw();
  return {
    select,
    element,
    /** The text that is shown in the place of the whole, or `null`. */
    text: () => (scope() === "whole" ? null : shown),
    /** Show something else. @param {string} name */
    show: (name) => {
      select.value = name;
      draw();
    },
  };
}

/** @param {string} text */
function coloured(text) {
  return sqlPieces(text).map((piece) => (piece.kind === "plain" ? piece.text : html("span", { class: `sd-sql-${piece.kind}` }, piece.text)));
}

/** @param {[string, string]} line */
function line([what, text]) {
  return html(
    "div",
    { class: `sd-ddl-line sd-ddl-${what.replace(" ", "-")}` },
    html("span", { class: "sd-ddl-sign", "aria-hidden": "true" }, LINE_SIGNS[what]),
    SPOKEN[what] ? html("span", { class: "sd-out-of-sight" }, SPOKEN[what]) : null,
    coloured(text),
  );
}

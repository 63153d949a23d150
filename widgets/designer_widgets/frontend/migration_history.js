// What a target remembers: the migrations that were applied to it, and what was changed there behind our back.

import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";

/** @param {import("./store.js").Store} store @param {(intent: any) => any} go */
export function historyView(store, go) {
  const body = html("div", {});
  const element = html(
    "section",
    { class: "sd-section" },
    html(
      "header",
      {},
      html("h4", {}, "History of the target"),
      button({
        icon: icon("refresh", 13),
        label: "Read",
        title: "Read what was applied to the target, and what was changed there since",
        "data-works": "true",
        onclick: () => go({ kind: "read_history" }),
      }),
    ),
    body,
  );
  const draw = () => {
    const { history, drift } = store.get("migration");
    fill(body, drift ? driftView(drift, go) : null, history ? historyTable(history, go) : null);
  };
  draw();
  return { element, draw };
}

/** @param {any} drift @param {(intent: any) => any} go */
function driftView(drift, go) {
  if (drift.is_clean) return html("p", { class: "sd-fine-line sd-ok" }, icon("ok", 13), drift.words);
  const way = (label, kind, title) =>
    button({ label, title, "data-works": "true", onclick: () => go({ kind }) });
  return html(
    "div",
    { class: "sd-outcome sd-warning", role: "group", "aria-label": "Drift" },
    icon("warning"),
    html(
      "div",
      {},
      html("strong", {}, drift.words),
      html("ul", { class: "sd-facts" }, drift.differences.map((one) => html("li", { class: "sd-fact" }, one))),
      html(
        "div",
        { class: "sd-buttons" },
        way("Adopt", "adopt_drift", "Take it into the design"),
        way("Revert…", "revert_drift", "Plan the way back to what was applied"),
        way("Ignore", "ignore_drift", "Do not tell of it any more"),
      ),
    ),
  );
}

/** @param {any[]} history @param {(intent: any) => any} go */
function historyTable(history, go) {
  if (!history.length) return html("p", { class: "sd-hint" }, "Nothing was applied here yet.");
  return html(
    "div",
    {},
    html(
      "table",
      { class: "sd-table sd-wide" },
      html(
        "thead",
        {},
        html(
          "tr",
          {},
          ["version", "name", "applied", "by", "seconds", "state"].map((name) => html("th", { scope: "col" }, name)),
        ),
      ),
      html("tbody", {}, history.map(historyRow)),
    ),
    html(
      "div",
      { class: "sd-buttons" },
      button({
        icon: icon("undo", 13),
        label: "Roll back the last…",
        title: "Plan the way back from the last migration; it is proved and applied as any other",
        "data-works": "true",
        onclick: () => go({ kind: "roll_back" }),
      }),
    ),
  );
}

/** @type {Record<string, string>} */
const STATES = { noted: "noted", down: "undid another", revert: "led back" };

/** @param {any} record */
function historyRow(record) {
  const state = !record.success ? "failed" : record.rolled_back_at ? "rolled back" : STATES[record.direction] ?? "applied";
  const cells = [
    record.version || "",
    record.name,
    String(record.applied_at ?? "").slice(0, 19).replace("T", " "),
    record.by ?? "",
    Number(record.duration ?? 0).toFixed(1),
    state,
  ];
  return html("tr", { title: record.error || "" }, cells.map((cell) => html("td", {}, cell)));
}

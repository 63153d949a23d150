// A loss report: what became of each object, by outcome and by words; the kernel sends it page by page.

import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";
import { counted } from "./text.js";

/** The outcomes, the gravest first, with how they look and what they mean. @type {[string, string, string][]} */
export const OUTCOMES = [
  ["refused", "error", "not in the design"],
  ["changed", "warning", "there, but not the same"],
  ["opaque", "info", "carried along as it is, but not drawn"],
  ["kept", "ok", "modelled, exactly"],
];

/** Return "263 kept, 23 opaque". @param {Record<string, number>} counts */
export function lossWords(counts) {
  const words = [...OUTCOMES]
    .reverse()
    .filter(([name]) => counts[name])
    .map(([name]) => `${counts[name].toLocaleString("en")} ${name}`);
  return words.join(", ") || "nothing";
}

/**
 * Return a loss report with filters and a search. `draw()` asks for it anew.
 * @param {import("./store.js").Store} store @param {"import" | "project" | "export"} of
 */
export function lossReport(store, of) {
  const chosen = new Set();
  let entries = [];
  let asked = 0;
  const filters = html("div", { class: "sd-loss-filters", role: "group", "aria-label": "Show outcomes" });
  const search = html("input", {
    type: "search",
    "aria-label": "Search the loss report",
    placeholder: "Search objects and reasons",
    spellcheck: "false",
  });
  const body = html("tbody", {});
  const words = html("div", { class: "sd-hint", role: "status" });
  const table = html(
    "table",
    { class: "sd-table sd-losses" },
    html("caption", { class: "sd-live" }, "Loss report"),
    html(
      "thead",
      {},
      html(
        "tr",
        {},
        ["outcome", "kind", "object", "reason"].map((name) => html("th", { scope: "col" }, name)),
      ),
    ),
    body,
  );
  const more = button({ label: "Show more", onclick: () => load(entries.length) });
  const element = html(
    "div",
    { class: "sd-loss-report" },
    html("div", { class: "sd-loss-bar" }, filters, search),
    words,
    html("div", { class: "sd-loss-table" }, table),
    html("div", { class: "sd-buttons" }, more),
  );

  const load = async (offset) => {
    asked += 1;
    const mine = asked;
    const page = await store.ask({
      kind: "list_losses",
      of,
      outcomes: [...chosen],
      search: search.value.slice(0, 200),
      offset,
    });
    if (!page || mine !== asked) return;
    entries = offset ? [...entries, ...page.entries] : page.entries;
    drawFilters(page.counts);
    const rows = page.entries.map(lossRow);
    if (offset) body.append(...rows);
    else fill(body, ...rows);
    table.hidden = page.total === 0;
    more.parentElement.hidden = entries.length >= page.total;
    words.textContent =
      page.total === 0
        ? "Nothing fits."
        : `${counted(page.total, "object")}${entries.length < page.total ? `, the first ${entries.length} are shown` : ""}`;
  };
  const drawFilters = (counts) => {
    if (filters.childElementCount) {
      for (const one of filters.children) one.setAttribute("aria-pressed", String(chosen.has(one.dataset.outcome)));
      return;
    }
    fill(
      filters,
      ...OUTCOMES.filter(([name]) => counts[name]).map(([name, look, meaning]) =>
        html(
          "button",
          {
            type: "button",
            class: `sd-button sd-chip sd-${look}`,
            title: meaning,
            "aria-pressed": String(chosen.has(name)),
            data: { outcome: name },
            onclick: () => {
              if (chosen.has(name)) chosen.delete(name);
              else chosen.add(name);
              load(0);
            },
          },
          icon(look, 12),
          html("span", {}, `${counts[name].toLocaleString("en")} ${name}`),
        ),
      ),
    );
  };
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => load(0), 200);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !search.value) return;
    search.value = "";
    load(0);
    event.stopPropagation();
  });
  return {
    element,
    draw: () => {
      filters.replaceChildren();
      return load(0);
    },
  };
}

/** @param {string[]} entry */
function lossRow([outcome, kind, object, reason]) {
  const look = OUTCOMES.find(([name]) => name === outcome)?.[1] ?? "info";
  return html(
    "tr",
    {},
    html("td", { class: `sd-loss-outcome sd-${look}` }, outcome),
    html("td", {}, kind),
    html("td", { class: "sd-code" }, object),
    html("td", { class: "sd-loss-reason" }, reason),
  );
}

/** The report of the project's last import, as a panel of the drawer. @param {import("./store.js").Store} store */
export function lossPanel(store) {
  const report = lossReport(store, "project");
  const element = html("section", { class: "sd-panel sd-padded", "aria-label": "Import report" }, report.element);
  let shown = -1;
  const draw = () => {
    const revision = store.get("history").revision ?? 0;
    if (store.view.drawer !== "losses" || shown === revision) return;
    shown = revision;
    report.draw();
  };
  store.on("drawer", draw);
  store.on("history", draw);
  return { element };
}

// Deploying and filling: what will happen, how far it is, and what came of it.

import { button, fill, html } from "./dom.js";
import { checkBox, choice, field, sendFrom } from "./field.js";
import { icon } from "./icons.js";
import { targetChoice } from "./target.js";
import { counted } from "./text.js";

/** Work of the panel that migrates. */
export const MIGRATING = new Set(["Planning", "Proving", "Applying", "Reading the history"]);

/** Work that is told in a place of its own. */
const ELSEWHERE = new Set(["Importing", "Comparing", "Comparing rows", "Testing", "Querying", "Explaining", ...MIGRATING]);

/** @type {[string, string][]} */
const SCALES = [
  ["0.1", "a few rows"],
  ["1", "a demo"],
  ["10", "ten times a demo"],
  ["100", "a hundred times"],
];

/** @param {import("./store.js").Store} store @param {{importing: (fromTarget: boolean) => void}} actions */
export function deployPanel(store, actions) {
  const target = html("span", { class: "sd-target" });
  const choosing = targetChoice(store);
  const problem = html("div", { class: "sd-problem", hidden: true });
  const start = (intent) => sendFrom(store, form, intent);
  const allowMissing = checkBox({ value: false, label: "Leave out what the server lacks" });
  const deploy = button({
    icon: icon("deploy"),
    label: "Deploy",
    kind: "primary",
    onclick: () => start({ kind: "deploy", allow_missing: allowMissing.checked }),
  });
  const scale = choice({ value: "1", label: "How much data", options: SCALES });
  const seed = html("input", { type: "number", value: "7", min: "0", "aria-label": "Seed", class: "sd-narrow" });
  const replace = checkBox({ value: false, label: "Replace the rows that are there" });
  const load = button({
    icon: icon("fill"),
    label: "Fill",
    title: "Fill with sample data",
    onclick: () => startFill(replace.checked),
  });
  const startFill = (isReplacing) =>
    start({ kind: "fill", scale: Number(scale.value), seed: Number(seed.value), replace: isReplacing });
  const ways = {
    allow_missing: ["Deploy the rest without it", () => start({ kind: "deploy", allow_missing: true })],
    replace: ["Replace these rows…", () => startFill(true)],
  };
  const form = html(
    "div",
    { class: "sd-deploy-forms" },
    html(
      "div",
      { class: "sd-deploy-form" },
      html("h3", {}, "Deploy"),
      html("p", { class: "sd-hint" }, "Create everything in ", target, ", in one transaction: all of it or nothing."),
      choosing.element,
      html("label", { class: "sd-tick" }, allowMissing, "Leave out what the server lacks"),
      html(
        "div",
        { class: "sd-buttons" },
        deploy,
        store.isReadOnly
          ? null
          : button({
              icon: icon("refresh"),
              label: "Refresh from it…",
              title: "Refresh the design from the database…",
              "aria-haspopup": "dialog",
              onclick: () => actions.importing(true),
            }),
      ),
    ),
    html(
      "div",
      { class: "sd-deploy-form" },
      html("h3", {}, "Sample data"),
      html("div", { class: "sd-row-of-fields" }, field("How much", scale), field("Seed", seed)),
      html("label", { class: "sd-tick" }, replace, "Replace the rows that are there"),
      html("p", { class: "sd-hint" }, "Before any row is removed, you are asked."),
      load,
    ),
  );
  form.problemLine = problem;
  const progress = html("div", { class: "sd-progress" });
  const result = html("div", { class: "sd-result" });
  const element = html(
    "section",
    { class: "sd-panel sd-deploy", "aria-label": "Deploy and fill" },
    form,
    problem,
    progress,
    result,
  );

  const draw = () => {
    const state = store.get("progress");
    const isBusy = state.state === "running";
    deploy.disabled = isBusy;
    load.disabled = isBusy;
    target.textContent = store.get("settings").target ?? "";
    choosing.draw();
    const isOurs = !ELSEWHERE.has(state.task);
    const shown = isOurs ? state : { state: "idle" };
    drawProgress(store, progress, shown);
    drawResult(store, result, shown, ways);
    if (shown.state !== "idle") reveal(element.parentElement, state.state === "running" ? progress : result);
  };
  store.on("progress", draw);
  store.on("settings", draw);
  draw();
  return { element };
}

/**
 * Scroll a panel so far that a part of it shows; the page around it stays.
 * @param {Element | null} scroller
 * @param {Element} part
 */
function reveal(scroller, part) {
  if (!scroller) return;
  scroller.scrollTop += part.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 6;
}

/** @param {import("./store.js").Store} store @param {Element} place @param {any} state */
export function drawProgress(store, place, state) {
  if (state.state !== "running") {
    fill(place);
    return;
  }
  const part = state.total ? state.done / state.total : 0;
  if (!place.querySelector("progress")) {
    fill(
      place,
      html("div", { class: "sd-progress-words" }),
      html("progress", { max: "1", "aria-label": state.task }),
      button({
        icon: icon("stop", 13),
        label: "Cancel",
        title: "Cancel; nothing will have changed",
        onclick: () => store.ask({ kind: "cancel" }),
      }),
    );
  }
  const bar = place.querySelector("progress");
  if (state.total) bar.value = part;
  else bar.removeAttribute("value");
  place.querySelector("button").disabled = part >= 1; // too late: it is ending
  place.querySelector(".sd-progress-words").textContent = [
    state.task,
    state.label,
    state.total && part < 1 ? `${Math.round(part * 100)} %` : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

/**
 * @param {import("./store.js").Store} store @param {Element} place @param {any} state
 * @param {Record<string, any[]>} ways
 */
export function drawResult(store, place, state, ways) {
  const { error, result } = state;
  if (state.state === "running" || state.state === "idle") fill(place);
  else if (error) drawError(place, state, ways[error.way_out]);
  else if (result?.ask) fill(place, question(store, result.ask));
  else if (result) {
    fill(
      place,
      html("div", { class: "sd-outcome sd-ok", role: "status" }, icon("ok"), html("strong", {}, result.words)),
      result.notes?.map((note) => html("p", { class: "sd-hint" }, note)),
      result.rows ? resultTable(result) : null,
    );
  }
}

/**
 * Tell why work failed, or that it was cancelled; with a way out of it, if there is one.
 * @param {Element} place @param {any} state @param {any[]} [way]
 */
export function drawError(place, state, [label, go] = []) {
  const { error } = state;
  fill(
    place,
    html(
      "div",
      { class: `sd-outcome sd-${state.state === "cancelled" ? "warning" : "error"}`, role: "alert" },
      icon(state.state === "cancelled" ? "warning" : "error"),
      html(
        "div",
        {},
        html("strong", {}, [error.where, error.what].filter(Boolean).join(": ")),
        error.mend ? html("div", { class: "sd-mend" }, error.mend) : null,
        error.statement ? html("pre", { class: "sd-sql" }, error.statement) : null,
        label ? html("div", { class: "sd-buttons" }, button({ label, onclick: go })) : null,
      ),
    ),
  );
}

/**
 * Ask before rows are removed, or another server than the embedded one is touched.
 * @param {import("./store.js").Store} store @param {any} ask
 */
function question(store, ask) {
  const removes = ask.rows.length > 0;
  const rows = counted(ask.total, "row");
  const what = removes
    ? `This removes ${rows} from ${counted(ask.rows.length, "table")} of ${ask.target}`
    : ask.what === "fill"
      ? `This adds rows to ${ask.target}`
      : `This creates tables in ${ask.target}`;
  const go = removes ? `Remove ${rows} and fill` : ask.what === "fill" ? "Fill it" : "Deploy there";
  return html(
    "div",
    { class: "sd-outcome sd-warning sd-question", role: "alert" },
    icon("warning"),
    html(
      "div",
      {},
      html("strong", {}, what),
      ask.is_embedded ? null : html("div", { class: "sd-mend" }, "It is not the embedded server: others may use it."),
      removes ? resultTable(ask) : null,
      html(
        "div",
        { class: "sd-buttons" },
        button({
          label: go,
          kind: removes ? "danger" : "plain",
          onclick: () => store.ask({ kind: "confirm", key: ask.key }),
        }),
        button({ label: "Leave it as it is", onclick: () => store.ask({ kind: "cancel" }) }),
      ),
    ),
  );
}

/** @param {any} result */
function resultTable({ rows, total }) {
  return html(
    "table",
    { class: "sd-table" },
    html(
      "thead",
      {},
      html("tr", {}, html("th", { scope: "col" }, "table"), html("th", { scope: "col", class: "sd-number" }, "rows")),
    ),
    html(
      "tbody",
      {},
      rows.map(([name, count]) =>
        html("tr", {}, html("td", {}, name), html("td", { class: "sd-number" }, count.toLocaleString("en"))),
      ),
    ),
    html(
      "tfoot",
      {},
      html(
        "tr",
        {},
        html("th", { scope: "row" }, counted(rows.length, "table")),
        html("td", { class: "sd-number" }, total.toLocaleString("en")),
      ),
    ),
  );
}

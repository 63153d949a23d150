// Sample data: the plan as a table that can be edited, rows as they would be, filling, and whether it is as promised.

import { drawProgress, drawResult } from "./deploy.js";
import { button, fill, html } from "./dom.js";
import { checkBox, choice, field, keepFocus, sendFrom, textInput } from "./field.js";
import { icon } from "./icons.js";
import { reportView } from "./sample_report.js";
import { columnsTable, previewTable, tablesTable } from "./sample_tables.js";

/** Work that this panel tells of. */
const SAMPLING = new Set(["Filling", "Comparing rows"]);

/** @type {[string, string][]} */
const MODES = [
  ["refuse", "only into empty tables"],
  ["replace", "instead of the rows that are there"],
  ["append", "beside the rows that are there"],
  ["top up", "up to the planned numbers"],
];

/** @param {import("./store.js").Store} store */
export function samplePanel(store) {
  /** @type {{plan: any, table: any, chosen: string | null, start: number, revision: number | null,
   *   isChanging: boolean}} */
  const known = { plan: null, table: null, chosen: null, start: 0, revision: null, isChanging: false };
  const words = html("p", { class: "sd-sample-words", role: "status" });
  const notes = html("div", {});
  const tables = html("div", { class: "sd-sample-tables" });
  const detail = html("div", { class: "sd-sample-detail" });
  const progress = html("div", { class: "sd-progress" });
  const result = html("div", { class: "sd-result" });
  const problem = html("div", { class: "sd-problem", hidden: true });
  const seed = textInput({
    value: "0",
    label: "Seed",
    class: "sd-narrow",
    inputmode: "numeric",
    disabled: store.isReadOnly,
    "data-focus": "sample-seed",
    commit: (value, input) => hint(input, null, null, { seed: Number(value) }),
  });
  const mode = choice({ value: "refuse", label: "Where rows go", options: MODES });
  const isEmptyShown = checkBox({ value: false, label: "Tables without rows too", commit: () => drawTables() });
  const load = button({
    icon: icon("fill"),
    label: "Fill",
    title: "Fill the target by this plan",
    kind: "primary",
    onclick: () => sendFrom(store, element, { kind: "fill", mode: mode.value }),
  });
  const compare = button({
    icon: icon("ok"),
    label: "As promised?",
    title: "Compare what was filled with what the plan promised",
    onclick: () => sendFrom(store, element, { kind: "report_sample" }),
  });
  const element = html(
    "section",
    { class: "sd-panel sd-sample", "aria-label": "Sample data" },
    html(
      "div",
      { class: "sd-sample-head" },
      field("Seed", seed),
      field("Rows go", mode),
      html("div", { class: "sd-buttons" }, load, compare),
      html("label", { class: "sd-tick" }, isEmptyShown, "Tables without rows too"),
    ),
    words,
    problem,
    progress,
    result,
    notes,
    html("div", { class: "sd-sample-body" }, tables, detail),
  );
  element.problemLine = problem;

  /** Change what the design says of sample data. @param {any} control @param {any} changes */
  const hint = async (control, table, column, changes) => {
    known.isChanging = true;
    const place = control.problemLine ? control : element;
    const answer = await sendFrom(store, place, { kind: "hint_sample", table, column, changes });
    known.isChanging = false;
    if (answer === null) {
      control.value = control.committed = control.before ?? control.value;
      return;
    }
    take(answer.plan);
    if (known.chosen) await look(known.chosen, known.start);
  };

  const take = (plan) => {
    known.plan = plan;
    known.revision = store.get("history").revision;
    problem.hidden = true;
    seed.before = String(plan.seed);
    if (document.activeElement !== seed || seed.value === seed.committed) seed.value = seed.committed = seed.before;
    words.textContent = plan.words;
    words.title = plan.rests_on;
    fill(notes, ...plan.notes.map((note) => html("p", { class: "sd-hint" }, note)));
    drawTables();
  };

  const ask = async () => {
    words.textContent = known.plan ? words.textContent : "Planning…";
    const answer = await sendFrom(store, element, { kind: "plan_sample" });
    if (answer?.plan) take(answer.plan);
    else words.textContent = "";
    if (answer?.plan && known.chosen) await look(known.chosen, known.start);
  };

  const look = async (name, start = 0) => {
    known.chosen = name;
    known.start = start;
    const answer = await sendFrom(store, element, { kind: "preview_sample", table: name, start });
    if (!answer?.table) return;
    known.table = answer.table;
    drawTables();
    keepFocus(detail, () =>
      fill(
        detail,
        previewTable(known.table, (at) => look(name, at)),
        columnsTable(known.table, known.plan.providers, { isReadOnly: store.isReadOnly, change: hint }),
      ),
    );
  };

  const drawTables = () => {
    if (!known.plan) return;
    const shown = known.plan.tables.filter((table) => table.rows || isEmptyShown.checked);
    const options = { chosen: known.chosen, isReadOnly: store.isReadOnly, hints: known.plan.hints };
    keepFocus(tables, () => fill(tables, tablesTable(shown, { ...options, look, change: hint })));
  };

  const draw = () => {
    const state = store.get("progress");
    load.disabled = compare.disabled = state.state === "running" || !store.get("settings").can_deploy;
    const shown = SAMPLING.has(state.task) ? state : { state: "idle" };
    drawProgress(store, progress, shown);
    if (shown.result?.report) fill(result, reportView(shown.result.report));
    else drawResult(store, result, shown, { replace: ["Replace these rows…", () => replaceRows()] });
  };
  const replaceRows = () => sendFrom(store, element, { kind: "fill", mode: "replace" });

  const isOpen = () => store.view.drawer === "sample";
  store.on("drawer", () => {
    if (isOpen() && known.revision !== store.get("history").revision) ask();
  });
  store.on("design", () => {
    if (isOpen() && known.plan && !known.isChanging && known.revision !== store.get("history").revision) ask();
  });
  store.on("progress", draw);
  store.on("settings", draw);
  draw();
  return { element };
}

// Rows in and out of files: a file's columns are laid beside the table's and tried first; what is filtered is exported.

import { drawProgress } from "./deploy.js";
import { showDialog } from "./dialog.js";
import { button, fill, html } from "./dom.js";
import { checkBox, choice, problemWords } from "./field.js";
import { icon } from "./icons.js";

/**
 * @typedef {import("./store.js").Intent} Intent
 * @typedef {(intent: Intent) => Promise<any>} Ask Asks the kernel about rows.
 */

/** Bytes that are sent at once. */
const PART_BYTES = 1_500_000;
const LARGEST_FILE = 64_000_000;
const ROW_FILES = ".csv,.tsv,.json,.jsonl,.parquet,.xlsx";

/** @type {[string, string][]} */
const EXPORT_FORMATS = [
  ["csv", "CSV"],
  ["json", "JSON"],
  ["parquet", "Parquet"],
  ["xlsx", "Excel"],
];

/** Return bytes as base64. @param {Uint8Array} bytes */
function base64Of(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(text);
}

/** Hand a file to the browser. @param {Blob} blob @param {string} name */
function handOut(blob, name) {
  const link = html("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * Import rows from a file into a table.
 * @param {import("./store.js").Store} store @param {Element} root @param {Ask} send @param {any} table @param {() => void} done
 */
export function importRows(store, root, send, table, done) {
  /** @type {{key: string, count: number, columns: {name: string, values: (string | null)[], target: string | null}[]} | null} */
  let file = null;
  const picker = html("input", { type: "file", accept: ROW_FILES, "aria-label": "File of rows", "data-first": "", onchange: () => choose() });
  const words = html("p", { class: "sd-hint", role: "status" }, "CSV, JSON, Parquet or an Excel workbook, up to 64 MB. Nothing is added yet.");
  const mapping = html("div", { class: "sd-data-mapping" });
  const outcome = html("div", { role: "status" });
  const progress = html("div", { class: "sd-progress" });
  const load = button({ icon: icon("import", 14), label: "Add the rows", kind: "primary", onclick: () => start() });
  load.disabled = true;
  const targets = table.columns.filter((one) => !one.is_computed).map((one) => one.name);

  const choose = async () => {
    const [given] = picker.files;
    file = null;
    load.disabled = true;
    fill(mapping);
    fill(outcome);
    if (!given) return;
    if (given.size > LARGEST_FILE) return tell(new Error("the file has more than 64 MB; divide it into several"));
    words.textContent = "reading…";
    try {
      file = await sendFile(given);
      words.textContent = `${file?.count.toLocaleString("en")} rows in ${given.name}. Choose where each column goes.`;
      drawMapping();
      await attempt();
    } catch (error) {
      tell(error);
    }
  };
  const sendFile = async (given) => {
    const bytes = new Uint8Array(await given.arrayBuffer());
    let answer = null;
    for (let at = 0; at === 0 || at < bytes.length; at += PART_BYTES) {
      answer = await send({
        kind: "data_file",
        table: table.name,
        name: given.name,
        part: base64Of(bytes.subarray(at, at + PART_BYTES)),
        key: answer?.key ?? null,
        is_last: at + PART_BYTES >= bytes.length,
      });
    }
    return answer;
  };
  const drawMapping = () =>
    fill(
      mapping,
      html(
        "table",
        { class: "sd-table", "aria-label": "Where the columns of the file go" },
        html("thead", {}, html("tr", {}, ["In the file", "First values", "Goes to"].map((one) => html("th", { scope: "col" }, one)))),
        html(
          "tbody",
          {},
          (file?.columns ?? []).map((one) =>
            html(
              "tr",
              {},
              html("th", { scope: "row" }, one.name),
              html("td", { class: "sd-data-samples" }, one.values.map((value) => value ?? "NULL").join(" · ")),
              html(
                "td",
                {},
                choice({
                  value: one.target ?? "",
                  label: `Where ${one.name} goes`,
                  options: [["", "left out"], ...targets],
                  commit: (value) => {
                    one.target = value || null;
                    attempt();
                  },
                }),
              ),
            ),
          ),
        ),
      ),
    );
  const chosen = () => Object.fromEntries((file?.columns ?? []).filter((one) => one.target).map((one) => [one.name, one.target]));
  const attempt = async () => {
    load.disabled = true;
    try {
      const answer = await send({ kind: "data_try", table: table.name, key: file?.key, mapping: chosen() });
      const good = !answer.refused;
      fill(
        outcome,
        html("p", { class: good ? "sd-ok" : "sd-warning" }, icon(good ? "ok" : "warning", 14), ` Of the first ${answer.tried.toLocaleString("en")} rows ${good ? "all fit" : `${answer.refused} are refused`}.`),
        reasons(answer),
      );
      load.disabled = answer.added === 0;
    } catch (error) {
      tell(error);
    }
  };
  const reasons = (answer) =>
    answer.reasons.length
      ? html(
          "ul",
          { class: "sd-data-reasons" },
          answer.reasons.slice(0, 8).map((one) => html("li", {}, `row ${one.number}${one.where ? `, ${one.where}` : ""}: ${one.what}`)),
        )
      : null;
  const tell = (error) => fill(outcome, html("div", { class: "sd-problem" }, problemWords(error)));
  const start = async () => {
    load.disabled = true;
    try {
      await send({ kind: "data_load", table: table.name, key: file?.key, mapping: chosen() });
    } catch (error) {
      tell(error);
    }
  };
  const stop = store.on("progress", (state) => {
    if (state.task !== "Importing rows") return;
    drawProgress(store, progress, state);
    if (state.state === "failed" || state.state === "cancelled") {
      tell({ message: [state.error?.where, state.error?.what, state.error?.mend].filter(Boolean).join(": ") });
      load.disabled = false;
    }
    if (state.state !== "done") return;
    const { result } = state;
    fill(
      outcome,
      html("p", {}, html("strong", {}, `${result.words}.`)),
      result.refused ? button({ icon: icon("download", 14), label: "Download what was refused", onclick: () => refused(result.key) }) : null,
      reasons(result),
    );
    done();
  });
  const refused = async (key) => {
    const answer = await store.send({ kind: "data_rejected", key }).catch(tell);
    if (answer?.text) handOut(new Blob([answer.text], { type: "text/csv" }), answer.file);
  };
  showDialog(root, {
    title: `Import rows into ${table.name}`,
    body: [picker, words, mapping, outcome, progress],
    actions: [load],
    size: "large",
    isSticky: true,
    closed: stop,
  });
}

/**
 * Export the rows that are filtered.
 * @param {import("./store.js").Store} store @param {Element} root @param {Ask} send
 * @param {{name: string, count: string, filters: any[], sort: any[]}} asked
 */
export function exportRows(store, root, send, { name, count, filters, sort }) {
  const format = choice({ value: "csv", label: "Format", options: EXPORT_FORMATS, "data-first": "" });
  const isSafe = checkBox({ value: true, label: "Safe for spreadsheets" });
  const outcome = html("div", { role: "status" });
  const progress = html("div", { class: "sd-progress" });
  const go = button({ icon: icon("download", 14), label: "Export", kind: "primary", onclick: () => start() });
  const start = async () => {
    go.disabled = true;
    fill(outcome);
    const wanted = { kind: "data_export", table: name, format: format.value, filters, sort, formula_safe: isSafe.checked };
    await send(wanted).catch(tell);
  };
  const tell = (error) => {
    go.disabled = false;
    fill(outcome, html("div", { class: "sd-problem" }, problemWords(error)));
  };
  const fetchAll = async ({ key, size, file, words }) => {
    /** @type {Uint8Array[]} */
    const parts = [];
    for (let offset = 0; offset < size; ) {
      const answer = await store.send({ kind: "data_part", key, offset });
      parts.push(Uint8Array.from(atob(answer.part), (letter) => letter.charCodeAt(0)));
      offset = answer.next;
    }
    handOut(new Blob(/** @type {any} */ (parts)), file);
    go.disabled = false;
    fill(outcome, html("p", {}, `${words} to ${file}.`));
  };
  const stop = store.on("progress", (state) => {
    if (state.task !== "Exporting rows") return;
    drawProgress(store, progress, state);
    if (state.state === "done") fetchAll(state.result).catch(tell);
    else if (state.error) tell({ message: [state.error.what, state.error.mend].filter(Boolean).join(": ") });
  });
  showDialog(root, {
    title: `Export rows of ${name}`,
    body: [
      html("p", { class: "sd-hint" }, `${count || "All rows"}, in the order that is shown.`),
      html("label", { class: "sd-inline-field" }, "Format ", format),
      html("label", { class: "sd-tick" }, isSafe, "Let no text begin as a spreadsheet's formula does (CSV and Excel)"),
      outcome,
      progress,
    ],
    actions: [go],
    closed: stop,
  });
}

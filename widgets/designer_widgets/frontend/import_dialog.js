// Importing, in steps: choose a source, read it, look at what would become of it, and only then change the design.

import { button, fill, html, uniqueId } from "./dom.js";
import { showDialog } from "./dialog.js";
import { keepFocus } from "./field.js";
import { icon } from "./icons.js";
import { countChips, refreshSection, scriptSection, suggestionSection } from "./import_preview.js";
import { sourceForm } from "./import_source.js";
import { lossReport } from "./loss_report.js";

/** What can be done with what was read, with the words of the button that does it. */
const WAYS = {
  replace: ["Replace the design", "What is drawn now gives way to it. One step; Undo brings it back."],
  add: ["Add to the design", "What is drawn now stays, and this comes beside it."],
  refresh: ["Refresh the design", "What both have stays as it is drawn; the rest follows what was read."],
};

const DONE = {
  replace: "Imported. Undo brings the former design back.",
  add: "Added. Undo takes it out again.",
  refresh: "The design is refreshed. Undo takes it back.",
};

/** Whether what was read can stand beside the design. @param {any} transfer @returns {boolean} */
const canAdd = (transfer) => Boolean(transfer.add?.is_new) && transfer.add.clashes.length === 0;

/**
 * Show the import dialog; with `fromTarget`, begin by comparing the design with the database that it is deployed to.
 * `done` is called when it is taken, with the way and how many entities are new, and may tell it in other words.
 * @param {import("./store.js").Store} store @param {HTMLElement} root
 * @param {{fromTarget?: boolean, done?: (way: string, added: number, told: string) => boolean}} [options]
 */
export function showImport(store, root, { fromTarget = false, done } = {}) {
  const form = fromTarget ? null : sourceForm(store);
  const report = lossReport(store, "import");
  const content = html("div", { class: "sd-import" });
  const waiting = html("div", { class: "sd-import-wait", hidden: true });
  const words = html("div", { class: "sd-live", role: "status", "aria-live": "polite" });
  const problem = html("div", { class: "sd-import-problem", role: "alert" });
  /** @type {{step: "source" | "preview", isWaiting: boolean, key: string, way: string, isChosen: boolean, shown: any, focus: string}} */
  const state = { step: "source", isWaiting: false, key: "", way: "replace", isChosen: false, shown: null, focus: "" };

  const first = button({ label: "Read it", kind: "primary", onclick: () => start(form?.read() ?? null) });
  form?.element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement) || event.target.type !== "text") return;
    event.preventDefault(); // or what has the keyboard next would be pressed as well
    first.click();
  });
  const back = button({ label: "Another source", onclick: () => toSource() });
  const cancel = button({ label: "Cancel", onclick: () => close() });
  const take = button({ label: "Replace the design", kind: "primary", onclick: () => confirm() });

  /** Begin reading; what comes of it arrives as progress. */
  const start = async (intent) => {
    if (!intent) return;
    fill(problem);
    wait(true);
    try {
      await store.send(intent);
      follow();
    } catch (error) {
      wait(false);
      tellProblem(error.problem ?? { what: String(error) }, false);
    }
  };
  const wait = (isWaiting) => {
    if (isWaiting) state.focus = /** @type {any} */ (document.activeElement)?.dataset?.focus ?? "";
    state.isWaiting = isWaiting;
    waiting.hidden = !isWaiting;
    content.inert = isWaiting;
    if (isWaiting && !waiting.childElementCount) fill(waiting, ...waitingParts());
    if (isWaiting) waiting.querySelector("button")?.focus();
    else fill(waiting);
    buttons();
  };
  const waitingParts = () => {
    const line = html("div", { class: "sd-progress-words" }, "Reading…");
    const bar = html("progress", { max: "1", "aria-label": "Progress" });
    waiting.show = ({ task, label, done: steps, total }) => {
      line.textContent = [task, label, total ? `${steps} of ${total}` : ""].filter(Boolean).join(" · ");
      if (total) bar.value = steps / total;
      else bar.removeAttribute("value");
    };
    return [line, bar, button({ icon: icon("stop", 13), label: "Stop", onclick: () => store.ask({ kind: "leave_import" }) })];
  };
  const follow = () => {
    if (!state.isWaiting) return;
    const progress = store.get("progress");
    if (progress.state === "running") waiting.show?.(progress);
    else if (progress.state === "failed" || progress.state === "cancelled") {
      wait(false);
      tellProblem(progress.error, progress.state === "cancelled");
    } else if (progress.state === "done") arrive();
  };
  const arrive = () => {
    const transfer = store.get("transfer");
    if (!transfer.key) return;
    wait(false);
    state.step = "preview";
    state.key = transfer.key;
    draw(transfer);
  };
  const tellProblem = (error, isCalm) => {
    if (!error) return;
    const look = isCalm ? "warning" : "error";
    fill(
      problem,
      html("span", { class: `sd-${look}` }, icon(look, 15)),
      html(
        "div",
        {},
        html("strong", {}, [error.where, error.what].filter(Boolean).join(": ")),
        error.mend ? html("div", { class: "sd-mend" }, error.mend) : null,
      ),
    );
    if (!store.get("transfer").key && state.step === "preview") toSource(true);
  };
  const again = (intent) => start({ ...intent, key: state.key });

  const draw = (transfer) => {
    const isCompared = Boolean(transfer.refresh) && !state.shown?.refresh;
    state.shown = transfer;
    if (transfer.refresh) state.way = "refresh";
    else if (!state.isChosen || state.way !== "replace") state.way = canAdd(transfer) ? "add" : "replace"; // nothing is lost
    keepFocus(content, () => fill(content, ...previewParts(transfer)));
    if (Object.keys(transfer.losses).length) report.draw();
    words.textContent = `${transfer.title} was read. Nothing has changed yet.`;
    buttons();
    if (isCompared) scrollToPart(content.querySelector("[aria-label='Refresh']"));
    takeFocus();
  };
  /** Give the keyboard back to where it was before the content was drawn anew; Escape is heard only inside. */
  const takeFocus = () => {
    if (content.contains(document.activeElement)) return;
    const all = /** @type {any[]} */ ([...content.querySelectorAll("[data-focus]")]);
    const before = all.find((one) => state.focus && one.dataset.focus === state.focus);
    (before ?? content.querySelector("h3"))?.focus({ preventScroll: true });
  };
  const scrollToPart = (part) => {
    const scroller = content.parentElement;
    if (part && scroller) scroller.scrollTop += part.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 6;
  };
  const previewParts = (transfer) => [
    html("h3", { tabindex: "-1", class: "sd-import-title" }, transfer.title),
    transfer.kind === "refresh" ? null : countChips(transfer.design),
    transfer.script ? scriptSection(transfer.script, (mends) => again({ kind: "apply_mends", mends })) : null,
    transfer.suggestions.length
      ? suggestionSection(transfer.suggestions, (accepted) => again({ kind: "accept_suggestions", accepted }))
      : null,
    transfer.kind === "refresh" ? null : waysSection(transfer),
    state.way === "refresh" && transfer.refresh
      ? refreshSection(transfer.refresh, (decide) => again({ kind: "compare_import", decide }))
      : null,
    Object.keys(transfer.losses).length
      ? html(
          "section",
          { class: "sd-section", "aria-label": "Loss report" },
          html("header", {}, html("h3", {}, "What becomes of each object")),
          report.element,
        )
      : null,
  ];
  const waysSection = (transfer) => {
    if (transfer.is_empty) return null;
    const name = uniqueId("way");
    const clashes = transfer.add?.clashes ?? [];
    const choose = (way) => {
      state.way = way;
      state.isChosen = true;
      if (way === "refresh" && !transfer.refresh) again({ kind: "compare_import", decide: {} });
      else draw({ ...transfer, refresh: way === "refresh" ? transfer.refresh : null });
    };
    const option = (way, hint, isOpen) =>
      html(
        "label",
        { class: "sd-choice" },
        html("input", {
          type: "radio",
          name,
          value: way,
          checked: state.way === way,
          disabled: !isOpen,
          data: { focus: `way.${way}` },
          onchange: () => choose(way),
        }),
        html("span", {}, WAYS[way][0], html("span", { class: "sd-hint" }, ` ${hint}`)),
      );
    const addHint = clashes.length
      ? `Not possible: both have ${clashes.slice(0, 6).join(", ")}${clashes.length > 6 ? ` and ${clashes.length - 6} more` : ""}.`
      : transfer.add?.is_new
        ? WAYS.add[1]
        : "All of it is there already.";
    return html(
      "fieldset",
      { class: "sd-choices" },
      html("legend", {}, "What to do with it"),
      option("replace", WAYS.replace[1], true),
      option("add", addHint, canAdd(transfer)),
      transfer.can_refresh ? option("refresh", WAYS.refresh[1], true) : null,
    );
  };
  const buttons = () => {
    const isPreview = state.step === "preview";
    first.hidden = isPreview || fromTarget;
    take.hidden = !isPreview;
    back.hidden = !isPreview || fromTarget;
    first.disabled = back.disabled = state.isWaiting;
    const refresh = state.shown?.refresh;
    const isOpen = state.way === "refresh" && (!refresh || refresh.decisions.some((one) => one.is_open));
    const isIdle = state.way === "refresh" && refresh?.is_equal;
    take.disabled = state.isWaiting || isOpen || Boolean(isIdle);
    take.querySelector("span").textContent = WAYS[state.way][0];
    take.title = isOpen ? "Answer the questions first" : WAYS[state.way][1];
    take.setAttribute("aria-label", WAYS[state.way][0]);
  };
  const toSource = (keepProblem = false) => {
    if (!form) return;
    if (!keepProblem) fill(problem);
    state.step = "source";
    state.isChosen = false;
    state.shown = null;
    fill(content, form.element);
    buttons();
    (form.element.querySelector("[data-first]:not([hidden])") ?? form.element.querySelector("button, input"))?.focus();
  };
  const confirm = async () => {
    fill(problem);
    const way = state.way;
    let answer;
    try {
      answer = await store.send({ kind: "take_import", key: state.key, way });
    } catch (error) {
      tellProblem(error.problem ?? { what: String(error) }, false);
      return;
    }
    state.key = "";
    close();
    if (!done?.(way, answer.added, DONE[way])) store.tell(DONE[way]);
  };

  const stops = [store.on("progress", follow), store.on("transfer", follow)];
  const close = showDialog(root, {
    title: fromTarget ? "Refresh from the database" : "Import",
    size: "large",
    isSticky: true,
    body: [words, waiting, problem, content],
    actions: [back, html("span", { class: "sd-stretch" }), cancel, first, take],
    closed: () => {
      for (const stop of stops) stop();
      if (state.key || state.isWaiting) store.exchange({ kind: "leave_import" }).catch((error) => store.tell(error));
    },
  });
  if (form) toSource();
  buttons();
  if (fromTarget) start({ kind: "compare_database" });
  return close;
}

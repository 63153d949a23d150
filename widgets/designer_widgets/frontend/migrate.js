// Changing the database as the design changes: plan, look, prove, apply; and what the target remembers.

import { MIGRATING, drawError, drawProgress } from "./deploy.js";
import { button, fill, html } from "./dom.js";
import { checkBox, field, keepFocus, sendFrom } from "./field.js";
import { icon } from "./icons.js";
import { historyView } from "./migration_history.js";
import { proofTable, stepList } from "./plan_view.js";
import { counted } from "./text.js";
import { versionsView } from "./versions_view.js";

/** @param {import("./store.js").Store} store */
export function migratePanel(store) {
  const target = html("span", { class: "sd-target" });
  const online = checkBox({ value: false, label: "Let others go on working meanwhile" });
  const exact = checkBox({ value: false, label: "Remove what the design does not know" });
  /** Answers to questions of the plan, by option and name. */
  let answers = { renames: {}, using: {}, fill: {} };
  const go = (intent) => sendFrom(store, head, intent);
  const planIntent = () => ({ kind: "plan_migration", online: online.checked, exact: exact.checked, ...answers });
  const plan = button({
    icon: icon("refresh"),
    label: "Plan",
    kind: "primary",
    title: "Plan the way from the target to the design; nothing is changed",
    onclick: () => {
      answers = { renames: {}, using: {}, fill: {} };
      go(planIntent());
    },
  });
  const problem = html("div", { class: "sd-problem", hidden: true });
  const head = html(
    "div",
    { class: "sd-migrate-head" },
    html("p", { class: "sd-hint" }, "From ", target, " to the design as it is now. Nothing changes before you apply."),
    html(
      "div",
      { class: "sd-buttons" },
      plan,
      html("label", { class: "sd-tick" }, online, "Let others go on working meanwhile"),
      html("label", { class: "sd-tick" }, exact, "Remove what the design does not know"),
    ),
  );
  head.problemLine = problem;
  const progress = html("div", { class: "sd-progress" });
  const outcome = html("div", { class: "sd-result" });
  const shown = html("div", { class: "sd-plan" });
  const again = (option, key, value) => {
    answers = { ...answers, [option]: { ...answers[option], [key]: value } };
    return go(planIntent());
  };
  const history = historyView(store, go);
  const versions = versionsView(store, go);
  const element = html(
    "section",
    { class: "sd-panel sd-migrate", "aria-label": "Migrate" },
    head,
    problem,
    progress,
    outcome,
    shown,
    history.element,
    versions.element,
  );

  const draw = () => {
    const state = store.get("progress");
    const isOurs = MIGRATING.has(state.task);
    const isBusy = state.state === "running";
    target.textContent = store.get("settings").target ?? "";
    for (const one of element.querySelectorAll("button[data-works]")) one.disabled = isBusy;
    plan.disabled = isBusy;
    drawProgress(store, progress, isOurs ? state : { state: "idle" });
    drawOutcome(outcome, isOurs ? state : { state: "idle" });
  };
  const drawPlan = () => {
    const document = store.get("migration");
    keepFocus(shown, () => fill(shown, document.plan ? planView(document, { go, again }) : null));
    history.draw();
    draw();
  };
  store.on("progress", draw);
  store.on("settings", draw);
  store.on("migration", drawPlan);
  store.on("drawer", (name) => name === "migrate" && versions.read());
  drawPlan();
  return { element };
}

/** @param {Element} place @param {any} state */
function drawOutcome(place, state) {
  if (state.error) drawError(place, state);
  else if (state.state === "done" && state.result?.words && state.task !== "Planning")
    fill(
      place,
      html("div", { class: "sd-outcome sd-ok", role: "status" }, icon("ok"), html("strong", {}, state.result.words)),
    );
  else fill(place);
}

/**
 * The plan, its questions and losses, its proof, and the button that applies it.
 * @param {any} document
 * @param {{go: (intent: any) => any, again: (option: string, key: string, value: string) => any}} actions
 */
function planView({ plan, proof }, { go, again }) {
  if (!plan.steps.length)
    return html("p", { class: "sd-fine" }, icon("ok"), plan.words, unmanaged(plan));
  return html(
    "div",
    {},
    html(
      "header",
      { class: "sd-plan-head" },
      html("h3", {}, plan.words),
      html("span", { class: "sd-hint" }, `for ${plan.target}`),
    ),
    plan.notes.map((note) => html("p", { class: "sd-hint" }, note)),
    unmanaged(plan),
    plan.questions.map((question) => questionForm(question, again)),
    stepList(plan),
    html(
      "div",
      { class: "sd-buttons" },
      button({
        icon: icon("ok"),
        label: proof ? "Prove again" : "Prove",
        title: "Try the plan in scratch databases, up and down, with rows",
        kind: proof ? "plain" : "primary",
        "data-works": "true",
        "data-focus": "prove",
        onclick: () => go({ kind: "prove_migration", key: plan.key }),
      }),
    ),
    proof ? proofTable(proof) : null,
    proof?.holds && !plan.questions.length ? applyForm(plan, proof, go) : null,
    proof?.holds && plan.questions.length
      ? html("p", { class: "sd-hint" }, "Answer the questions and plan again before applying.")
      : null,
  );
}

/** @param {any} plan */
function unmanaged(plan) {
  if (!plan.unmanaged.length) return null;
  const names = html("ul", { class: "sd-names-list" }, plan.unmanaged.map((name) => html("li", {}, name)));
  const words = `${counted(plan.unmanaged.length, "object")} of the target that the design never knew stay as they are`;
  return html("details", { class: "sd-hint" }, html("summary", {}, words), names);
}

/** @param {any} question @param {(option: string, key: string, value: string) => any} again */
function questionForm(question, again) {
  const input = html("input", { type: "text", class: "sd-code", value: question.suggested, spellcheck: "false" });
  const isRename = question.option === "renames";
  return html(
    "div",
    { class: "sd-outcome sd-warning sd-question", role: "group", "aria-label": question.text },
    icon("warning"),
    html(
      "div",
      {},
      html("strong", {}, question.text),
      question.evidence ? html("div", { class: "sd-mend" }, question.evidence) : null,
      field(isRename ? "New name" : `SQL for ${question.key}`, input),
      html(
        "div",
        { class: "sd-buttons" },
        button({
          label: isRename ? "Yes, renamed" : "Use it",
          "data-works": "true",
          onclick: () => input.value.trim() && again(question.option, question.key, input.value.trim()),
        }),
        isRename
          ? button({
              label: "No, another one",
              "data-works": "true",
              onclick: () => again(question.option, question.key, "no"),
            })
          : null,
      ),
    ),
  );
}

/**
 * Apply a proved plan; each loss has to be ticked by itself.
 * @param {any} plan @param {any} proof @param {(intent: any) => any} go
 */
function applyForm(plan, proof, go) {
  const ticks = plan.losses.map((loss) => ({
    loss,
    tick: checkBox({ value: false, label: `Lose ${loss.name}`, commit: () => ready() }),
  }));
  const apply = button({
    icon: icon("deploy"),
    label: `Apply to ${plan.target}`,
    kind: plan.losses.length ? "danger" : "primary",
    "data-works": "true",
    "data-focus": "apply",
    onclick: () =>
      go({
        kind: "apply_migration",
        key: plan.key,
        proof: proof.hash,
        allow: ticks.filter(({ tick }) => tick.checked).map(({ loss }) => loss.name),
      }),
  });
  const ready = () => apply.toggleAttribute("aria-disabled", !ticks.every(({ tick }) => tick.checked));
  ready();
  return html(
    "div",
    { class: "sd-apply" },
    ticks.length
      ? html(
          "fieldset",
          { class: "sd-choices" },
          html("legend", {}, "What is lost (kept aside first, until it is purged)"),
          ticks.map(({ loss, tick }) =>
            html("label", { class: "sd-tick" }, tick, html("b", {}, loss.name), html("span", {}, `: ${loss.reason}`)),
          ),
        )
      : null,
    html("div", { class: "sd-buttons" }, apply),
  );
}

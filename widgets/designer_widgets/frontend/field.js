// Fields of forms: a control with its label, and the kernel's refusal right under it.

import { fill, html, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { IntentRefused } from "./store.js";

/**
 * Return a control with a label above and room for a refusal below. A hint is always seen; a help is said to screen
 * readers and beside the pointer.
 * @param {string} label @param {any} control
 * @param {{hint?: string, help?: string, isWide?: boolean, more?: Node | null}} [options]
 */
export function field(label, control, { hint = "", help = "", isWide = false, more = null } = {}) {
  const id = control.id || uniqueId("field");
  control.id = id;
  const hintLine = hint ? html("div", { class: "sd-hint", id: uniqueId("hint") }, hint) : null;
  if (hintLine) describe(control, hintLine.id);
  const problem = problemLine(control);
  return html(
    "div",
    { class: `sd-field${isWide ? " sd-field-wide" : ""}` },
    html("label", { for: id, title: help || null }, label),
    control,
    help ? explain(control, help) : null,
    hintLine,
    more,
    problem,
  );
}

/** Have an element described by another one, beside those that describe it already. @param {any} control @param {string} id */
export function describe(control, id) {
  const known = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  control.setAttribute("aria-describedby", [...known, id].join(" "));
}

/** Explain a control, beside the pointer and to screen readers; returns what has to stand near it. @param {any} control @param {string} help */
export function explain(control, help) {
  const line = html("span", { class: "sd-explained", id: uniqueId("help") }, help);
  control.title = help;
  describe(control, line.id);
  return line;
}

/** Return the line under a control where a refusal is told; the control is described by it. @param {any} control */
export function problemLine(control) {
  const line = html("div", { class: "sd-problem", id: uniqueId("problem"), hidden: true });
  describe(control, line.id);
  control.problemLine = line;
  return line;
}

/** Tell a refusal under a control. @param {any} control @param {any} error */
export function refuse(control, error) {
  const line = control.problemLine;
  if (!line) return;
  fill(line, ...problemWords(error));
  line.hidden = false;
  control.setAttribute("aria-invalid", "true");
}

/** Take a refusal back. @param {any} control */
export function accept(control) {
  control.removeAttribute("aria-invalid");
  if (control.problemLine) control.problemLine.hidden = true;
}

/** Return a refusal in words: what, and how to mend it. @param {any} error */
export function problemWords(error) {
  const { what, mend } =
    error instanceof IntentRefused ? error.problem : { what: error?.message ?? String(error), mend: "" };
  return [icon("error", 13), html("span", {}, what), mend ? html("span", { class: "sd-mend" }, mend) : null];
}

/**
 * Send an intent for a control; a refusal is told under it, and to screen readers.
 * @param {import("./store.js").Store} store @param {any} control @param {import("./store.js").Intent} intent
 * @returns {Promise<any>} The kernel's answer, or `null`.
 */
export async function sendFrom(store, control, intent) {
  try {
    const answer = await store.send(intent);
    accept(control);
    return answer ?? {};
  } catch (error) {
    refuse(control, error);
    store.emit(
      "announce",
      error instanceof IntentRefused
        ? [error.problem.what, error.problem.mend].filter(Boolean).join(". ")
        : String(error),
    );
    return null;
  }
}

/**
 * Return a text input that commits on Enter and when it is left, and goes back with Escape.
 * @param {{value?: string, label: string, commit: (value: string, input: any) => any} & Record<string, any>} options
 */
export function textInput({ value = "", label, commit, ...rest }) {
  const input = html("input", {
    type: "text",
    value,
    "aria-label": label,
    autocomplete: "off",
    spellcheck: "false",
    ...rest,
  });
  input.committed = value;
  const settle = () => {
    if (input.value === input.committed) return;
    input.committed = input.value;
    commit(input.value, input);
  };
  input.addEventListener("change", settle);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") settle();
    if (event.key === "Escape" && input.value !== value) {
      input.value = input.committed = value;
      accept(input);
      event.stopPropagation();
    }
  });
  return input;
}

/**
 * Return a list of choices.
 * @param {{value: any, label: string, options: (string | [string, string])[], disabled?: boolean,
 *   commit?: (value: string, control: any) => any}} options
 */
export function choice({ value, label, options, commit, ...rest }) {
  const control = html("select", { "aria-label": label, ...rest, onchange: () => commit?.(control.value, control) });
  for (const option of options) {
    const [key, words] = Array.isArray(option) ? option : [option, option];
    control.append(html("option", { value: key, selected: key === value }, words));
  }
  control.value = value ?? "";
  return control;
}

/**
 * Return a check box.
 * @param {{value: boolean, label: string, disabled?: boolean,
 *   commit?: (value: boolean, control: any) => any} & Record<string, any>} options
 */
export function checkBox({ value, label, commit, ...rest }) {
  const control = html("input", {
    type: "checkbox",
    "aria-label": label,
    title: label,
    checked: value,
    ...rest,
    onchange: () => commit?.(control.checked, control),
  });
  return control;
}

/**
 * Return check boxes for names, kept in the order of ticking; `read()` gives them.
 * @param {string} legend @param {string[]} names @param {readonly string[]} ticked @param {() => void} [changed]
 * @param {string} [help]
 */
export function nameList(legend, names, ticked, changed, help = "") {
  const chosen = [...ticked];
  const box = html("fieldset", { class: "sd-names" }, html("legend", { title: help || null }, legend));
  if (help) box.append(explain(box, help));
  for (const name of names) {
    const tick = checkBox({
      value: chosen.includes(name),
      label: name,
      commit: (on) => {
        if (on) chosen.push(name);
        else chosen.splice(chosen.indexOf(name), 1);
        changed?.();
      },
    });
    box.append(html("label", { class: "sd-tick" }, tick, name));
  }
  box.read = () => [...chosen];
  return box;
}

/**
 * Draw anew without taking the keyboard away: the control with the same `data-focus` gets it back, with what was typed.
 * @param {Element} place @param {() => void} draw
 */
export function keepFocus(place, draw) {
  const before = /** @type {any} */ (document.activeElement);
  const key = place.contains(before) ? before.dataset?.focus : null;
  const isText = key && before.tagName === "INPUT" && before.type === "text";
  const typed = isText && before.value !== before.committed ? before.value : null;
  const range = isText ? [before.selectionStart, before.selectionEnd] : null;
  const scroll = place.scrollTop;
  draw();
  place.scrollTop = scroll;
  if (!key) return;
  const all = /** @type {any[]} */ ([...place.querySelectorAll("[data-focus]")]);
  const after = all.find((one) => one.dataset.focus === key);
  if (!after) return;
  if (typed !== null) after.value = typed;
  after.focus({ preventScroll: true });
  if (range && after.setSelectionRange) after.setSelectionRange(range[0], range[1]);
}

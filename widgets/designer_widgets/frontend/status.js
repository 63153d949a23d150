// The line at the bottom: what the design holds, what happened last, how far in the view is. Also the live region.

import { button, fill, html } from "./dom.js";
import { icon } from "./icons.js";
import { counted } from "./text.js";

const MESSAGE_SECONDS = 9;

/** @param {import("./store.js").Store} store */
export function statusBar(store) {
  const counts = html("span", { class: "sd-status-counts" });
  const message = html("span", { class: "sd-status-message" });
  const detail = html("div", { class: "sd-status-detail", role: "region", "aria-label": "The whole message" });
  detail.hidden = true;
  const laying = html("span", { class: "sd-status-laying" });
  const saved = html("span", { class: "sd-status-saved" });
  const scale = html("span", { class: "sd-status-scale" });
  const live = html("div", { class: "sd-live", role: "status", "aria-live": "polite" });
  const element = html(
    "footer",
    { class: "sd-status" },
    counts,
    findingsButton(store),
    carriedButton(store),
    message,
    laying,
    saved,
    scale,
    live,
    detail,
  );
  let timer = 0;
  let isError = false;

  const announce = (text) => {
    live.textContent = "";
    live.textContent = text;
  };
  const clear = () => {
    clearTimeout(timer);
    fill(message);
    detail.hidden = true;
    isError = false;
  };
  const tell = (/** @type {any} */ { severity, what, where, mend, action }) => {
    clear();
    message.className = `sd-status-message sd-${severity}`;
    isError = severity === "error";
    if (isError) tellError([where, what].filter(Boolean).join(": "), mend);
    else fill(message, html("span", { class: "sd-status-text" }, what), action ? acting(action) : null);
    announce([where, what, mend].filter(Boolean).join(". "));
    if (!isError && !action) timer = window.setTimeout(clear, MESSAGE_SECONDS * 1000);
  };
  /** What can be done about a message; it stays until it is done or something else is told. */
  const acting = ({ label, run }) =>
    button({
      label,
      kind: "status",
      onclick: () => {
        clear();
        run();
      },
    });
  /** An error stays until something succeeds or it is dismissed; a click shows all of it. */
  const tellError = (words, mend) => {
    const text = html(
      "button",
      {
        type: "button",
        class: "sd-status-text",
        title: "Show the whole message",
        "aria-expanded": "false",
        onclick: () => {
          detail.hidden = !detail.hidden;
          text.setAttribute("aria-expanded", String(!detail.hidden));
        },
      },
      icon("error", 13),
      words,
    );
    fill(message, text, button({ icon: icon("close", 12), title: "Dismiss the message", onclick: clear }));
    fill(detail, html("p", {}, words), mend ? html("p", { class: "sd-mend" }, mend) : null);
  };
  const draw = () => {
    const design = store.get("design");
    counts.textContent = [
      counted(design.entities?.length ?? 0, "entity", "entities"),
      counted(design.relationships?.length ?? 0, "relationship"),
    ].join(" · ");
    const history = store.get("history");
    fill(
      saved,
      store.isReadOnly
        ? "read only"
        : [
            history.file ? html("span", { title: "Every change is saved at once" }, history.file) : null,
            ` · revision ${history.revision ?? 0}`,
          ],
    );
  };
  const history = () => {
    draw();
    const told = store.get("history").told;
    if (told) announce(told);
  };
  const work = () => {
    const { state, task, label, total, done, result, error } = store.get("progress");
    if (state === "running") {
      clear();
      message.className = "sd-status-message";
      const part = total && done < total ? `${Math.round((100 * done) / total)} %` : "";
      fill(
        message,
        html("span", { class: "sd-status-text" }, [`${task}…`, label, part].filter(Boolean).join(" · ")),
      );
    } else if (state === "idle") clear();
    else if (state === "done") tell({ severity: "info", what: result.words ?? "Waiting for your word" });
    else if (error) tell({ ...error, severity: state === "cancelled" ? "info" : "error" });
  };
  store.on("accepted", () => isError && clear());
  store.on("progress", work);
  store.on("design", draw);
  store.on("history", history);
  store.on("message", tell);
  store.on("announce", announce);
  store.on("scene", () => message.querySelector(".sd-button-status") && clear()); // it spoke of what was shown
  const drawScale = () => {
    scale.textContent = `${Math.round(store.view.scale * 100)} %`;
  };
  store.on("laying", () => {
    const { done = 0, total = 0 } = store.get("laying");
    laying.textContent = total ? `drawing lines: ${done} of ${total}` : "";
  });
  store.on("scale", drawScale);
  drawScale();
  draw();
  return { element, close: () => clearTimeout(timer) };
}

/** What is not drawn, and where to see it. @param {import("./store.js").Store} store */
function carriedButton(store) {
  const open = button({
    label: "",
    kind: "status",
    onclick: () => store.showDrawer(store.view.drawer === "carried" ? null : "carried"),
  });
  const draw = () => {
    const count = store.get("design").carried ?? 0;
    open.hidden = count === 0;
    const words = `${count.toLocaleString("en")} carried along`;
    fill(open, html("span", {}, words));
    open.title = `${words}: kept exactly, but not drawn`;
    open.setAttribute("aria-label", open.title);
  };
  store.on("design", draw);
  draw();
  return open;
}

/** @param {import("./store.js").Store} store */
function findingsButton(store) {
  const place = html("span", {});
  const draw = () => {
    const all = store.get("findings").items ?? [];
    const count = (severity) => all.filter((finding) => finding.severity === severity).length;
    const [errors, warnings, notes] = [count("error"), count("warning"), count("info")];
    const kind = errors ? "error" : warnings ? "warning" : "ok";
    const words = [
      errors && counted(errors, "error"),
      warnings && counted(warnings, "warning"),
      !errors && !warnings && "no problems",
      notes && counted(notes, "note"),
    ]
      .filter(Boolean)
      .join(", ");
    fill(
      place,
      button({
        label: words,
        icon: icon(kind, 13),
        title: `Findings: ${words}`,
        kind: `status sd-${kind}`,
        onclick: () => store.showDrawer(store.view.drawer === "findings" ? null : "findings"),
      }),
    );
  };
  store.on("findings", draw);
  draw();
  return place;
}

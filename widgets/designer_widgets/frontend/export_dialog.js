// Exporting: the design in another notation, with what that notation cannot say, as a file or on the clipboard.

import { button, fill, html } from "./dom.js";
import { showDialog } from "./dialog.js";
import { icon } from "./icons.js";
import { lossReport, lossWords } from "./loss_report.js";

const SHOWN_LENGTH = 60_000;

/**
 * @param {import("./store.js").Store} store @param {HTMLElement} root
 * @param {() => void} picture Opens the dialog for pictures in pixels, which are drawn by the page.
 * @param {string} [first] The notation to begin with.
 */
export function showExport(store, root, picture, first = store.get("settings").notations[0].name) {
  let current = null;
  let asked = 0;
  const report = lossReport(store, "export");
  const summary = html("div", { class: "sd-export-summary", role: "status" });
  const losses = html("details", { hidden: true }, html("summary", {}, "What it cannot say"), report.element);
  const text = html("pre", { class: "sd-sql sd-export-text", tabindex: "0", "aria-label": "The exported text" });
  const save = button({ icon: icon("download"), label: "Download", kind: "primary", onclick: () => download(current) });
  const copy = button({ icon: icon("copy"), label: "Copy", title: "Copy the text", onclick: () => copyOut() });
  const choices = html(
    "fieldset",
    { class: "sd-choices" },
    html("legend", {}, "Notation"),
    store.get("settings").notations.map((notation) =>
      html(
        "label",
        { class: "sd-choice" },
        html("input", {
          type: "radio",
          name: "sd-notation",
          value: notation.name,
          checked: notation.name === first,
          onchange: () => load(notation.name),
          ...(notation.name === first ? { "data-first": "" } : {}),
        }),
        html("span", {}, notation.label, html("span", { class: "sd-hint" }, ` ${notation.suffix}`)),
      ),
    ),
    button({
      icon: icon("download", 13),
      label: "PNG picture…",
      title: "PNG picture: choose what it shows, how large and in which colours",
      kind: "mend",
      "aria-haspopup": "dialog",
      onclick: () => {
        close();
        picture();
      },
    }),
  );
  const isReady = (ready) => {
    save.disabled = copy.disabled = !ready;
  };
  const load = async (notation) => {
    asked += 1;
    const mine = asked;
    isReady(false);
    fill(summary, "Writing…");
    const answer = await store.send({ kind: "export", notation }).catch((error) => {
      if (mine === asked) refused(error);
      return null;
    });
    if (!answer || mine !== asked) return;
    current = answer;
    isReady(true);
    save.querySelector("span").textContent = `Download ${answer.file}`;
    const look = answer.is_lossless ? "ok" : "warning";
    const words = answer.is_lossless
      ? "Nothing is lost in this notation."
      : `This notation cannot say everything: ${lossWords(answer.losses)}.`;
    fill(summary, html("span", { class: `sd-${look}` }, icon(look, 14)), html("span", {}, words));
    losses.hidden = answer.is_lossless;
    losses.open = !answer.is_lossless;
    if (!answer.is_lossless) report.draw();
    text.textContent = answer.text.slice(0, SHOWN_LENGTH);
    if (answer.text.length > SHOWN_LENGTH) text.append(html("span", { class: "sd-hint" }, "\n… the file has all of it"));
    text.scrollTop = 0;
  };
  const refused = (error) => {
    current = null;
    const problem = error.problem ?? { what: String(error) };
    losses.hidden = true;
    text.textContent = "";
    fill(
      summary,
      html("span", { class: "sd-error" }, icon("error", 14)),
      html("span", {}, [problem.where, problem.what, problem.mend].filter(Boolean).join(": ")),
    );
  };
  const copyOut = async () => {
    if (!current) return;
    try {
      await navigator.clipboard.writeText(current.text);
      fill(summary, html("span", { class: "sd-ok" }, icon("ok", 14)), "It is on the clipboard.");
    } catch {
      text.textContent = current.text;
      text.focus();
      window.getSelection()?.selectAllChildren(text);
      fill(summary, icon("info", 14), "The browser keeps the clipboard closed; the text is selected, press Ctrl + C.");
    }
  };
  const close = showDialog(root, {
    title: "Export",
    size: "large",
    body: [choices, summary, losses, text],
    actions: [copy, save],
  });
  load(first);
}

/** Save a text as a file; nothing leaves the page. @param {any} exported */
function download(exported) {
  if (!exported) return;
  const url = URL.createObjectURL(new Blob([exported.text], { type: `${exported.media_type};charset=utf-8` }));
  const link = html("a", { href: url, download: exported.file });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

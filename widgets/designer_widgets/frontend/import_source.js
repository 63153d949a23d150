// What is to be imported: a text, files of the person's machine, a database, or a path on the kernel's.

import { button, fill, html, uniqueId } from "./dom.js";
import { checkBox, choice, field, problemLine } from "./field.js";
import { icon } from "./icons.js";

/** The kernel takes no more at once. */
export const LARGEST_TEXT = 4_000_000;

const ACCEPTED = ".sql,.ddl,.psql,.dump,.dbml,.yaml,.yml,.json,.csv,.tsv,.txt";

/** @type {[string, string][]} */
const KINDS_OF_TEXT = [
  ["", "find out"],
  ["script", "SQL script or pg_dump"],
  ["dbml", "DBML"],
  ["design", "Design (YAML or JSON)"],
  ["data", "CSV data"],
];

/** How files begin that are no text, and what to do with them. @type {[number[], string][]} */
const NO_TEXTS = [
  [[0x50, 0x47, 0x44, 0x4d, 0x50], "pg_dump's own format; write it as a script first: pg_restore --schema-only -f script.sql"],
  [[0x1f, 0x8b], "a compressed file; decompress it first: gunzip"],
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive; unpack it first"],
  [[0x28, 0xb5, 0x2f, 0xfd], "a compressed file; decompress it first: zstd -d"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file; give its path instead, or dk.import_(path) in a cell"],
];

/**
 * Return the text of a file's bytes.
 * @param {Uint8Array} bytes
 * @throws {Error} If it is no text that can be imported; the message says what to do.
 */
export function textOf(bytes) {
  for (const [begin, what] of NO_TEXTS)
    if (begin.every((byte, at) => bytes[at] === byte)) throw new Error(`this is ${what}`);
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "";
  try {
    return new TextDecoder(wide || "utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Error("this is not UTF-8; save it as UTF-8, or import it by its path in a cell");
  }
}

/**
 * The form of a source; `read()` gives the intent that reads it, or tells what is missing and gives `null`.
 * @param {import("./store.js").Store} store
 */
export function sourceForm(store) {
  /** @type {{name: string, text: string}[]} */
  let files = [];
  const mayChoose = Boolean(store.get("settings").can_choose_target);
  const text = html("textarea", {
    class: "sd-code sd-source-text",
    rows: "9",
    "aria-label": "Text to import",
    placeholder: "Paste SQL, a pg_dump file, DBML, a design or CSV; or drop files here",
    spellcheck: "false",
    "data-first": "",
  });
  const list = html("ul", { class: "sd-chips", "aria-label": "Files to import" });
  const picker = html("input", { type: "file", multiple: true, accept: ACCEPTED, hidden: true, "aria-label": "Files" });
  const kind = choice({ value: "", label: "What it is", options: KINDS_OF_TEXT });
  const problem = problemLine(text);
  const drop = html(
    "div",
    { class: "sd-drop" },
    text,
    list,
    html(
      "div",
      { class: "sd-drop-bar" },
      button({ icon: icon("file", 14), label: "Choose files…", onclick: () => picker.click() }),
      picker,
      html("label", { class: "sd-inline-field" }, html("span", { class: "sd-hint" }, "It is"), kind),
    ),
  );
  const place = html("input", {
    type: "text",
    class: "sd-code",
    "aria-label": "Database or path",
    placeholder: "postgresql://user:password@host:5432/database",
    autocomplete: "off",
    spellcheck: "false",
  });
  const schemas = html("input", { type: "text", "aria-label": "Schemas", placeholder: "all", spellcheck: "false" });
  const owners = checkBox({ value: false, label: "Keep owners" });
  const privileges = checkBox({ value: true, label: "Keep privileges" });
  const database = html(
    "div",
    { hidden: true },
    field("URL or name of a database, or the path of a file on the kernel's machine", place, {
      hint: "A password stays in the kernel and is not saved. Nothing is changed there.",
    }),
    field("Only these schemas, separated by commas", schemas),
    html("label", { class: "sd-tick" }, privileges, "Keep privileges"),
    html("label", { class: "sd-tick" }, owners, "Keep owners"),
  );
  const name = uniqueId("source");
  const radio = (value, words, isFirst) =>
    html(
      "label",
      { class: "sd-choice" },
      html("input", { type: "radio", name, value, checked: isFirst, onchange: () => show(value) }),
      html("span", {}, words),
    );
  const element = html(
    "div",
    { class: "sd-source" },
    mayChoose
      ? html(
          "fieldset",
          { class: "sd-choices" },
          html("legend", {}, "Source"),
          radio("text", "Text or files", true),
          radio("place", "Database, or a path", false),
        )
      : null,
    drop,
    database,
    problem,
  );
  const show = (value) => {
    drop.hidden = value !== "text";
    database.hidden = value === "text";
    problem.hidden = true;
  };
  const refuse = (words) => {
    fill(problem, icon("error", 13), html("span", {}, words));
    problem.hidden = false;
    return null;
  };
  const drawFiles = () => {
    text.hidden = files.length > 0;
    fill(
      list,
      ...files.map((file) =>
        html(
          "li",
          {},
          file.name,
          button({
            icon: icon("close", 11),
            title: `Leave out ${file.name}`,
            onclick: () => {
              files = files.filter((one) => one !== file);
              drawFiles();
            },
          }),
        ),
      ),
    );
    list.hidden = files.length === 0;
  };
  const take = async (chosen) => {
    problem.hidden = true;
    for (const file of chosen) {
      if (file.size > 4 * LARGEST_TEXT) {
        refuse(`${file.name} is too large for a browser; give its path, or import it in a cell`);
        continue;
      }
      try {
        const read = textOf(new Uint8Array(await file.arrayBuffer()));
        files = [...files.filter((one) => one.name !== file.name), { name: file.name, text: read }];
      } catch (error) {
        refuse(`${file.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
    drawFiles();
  };
  picker.addEventListener("change", () => take([...picker.files]).then(() => (picker.value = "")));
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("sd-over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("sd-over"));
  drop.addEventListener("drop", (event) => {
    drop.classList.remove("sd-over");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    take([...event.dataTransfer.files]);
  });
  drawFiles();
  const read = () => {
    problem.hidden = true;
    if (!database.hidden) {
      if (!place.value.trim()) return refuse("give the URL or name of a database, or a path");
      const wanted = schemas.value.split(",").map((one) => one.trim()).filter(Boolean);
      const options = { schemas: wanted, owners: owners.checked, privileges: privileges.checked };
      return { kind: "read_place", place: place.value, ...options };
    }
    const given = files.length ? files : text.value.trim() ? [{ name: "", text: text.value }] : [];
    if (given.length === 0) return refuse("paste a text, or choose a file");
    if (given.reduce((sum, one) => sum + one.text.length, 0) > LARGEST_TEXT)
      return refuse(
        `that is more than ${LARGEST_TEXT.toLocaleString("en")} characters; leave the data out (pg_dump --schema-only), or import it by its path in a cell`,
      );
    return { kind: "read_texts", files: given, notation: kind.value };
  };
  return { element, read };
}

// What is seen as a picture in a file: SVG or PNG, all of it or what is on the screen, sharp enough for print.

import { button, fill, html } from "./dom.js";
import { showDialog } from "./dialog.js";
import { visible } from "./geometry.js";
import { icon } from "./icons.js";

/** Browsers draw no larger pictures. */
const MOST_PICTURE_SIDE = 16_000;
const MOST_PIXELS = 160_000_000;
const PICTURE_SCALES = [
  ["1", "1× · 96 dpi"],
  ["2", "2× · 192 dpi, sharp on screens"],
  ["4", "4× · 384 dpi, for print"],
];

/**
 * Ask how the picture shall be, and save it.
 * @param {import("./store.js").Store} store @param {HTMLElement} root @param {import("./canvas.js").Canvas} canvas
 * @param {"svg" | "png"} [format] The format to begin with.
 */
export function showPictureDialog(store, root, canvas, format = "svg") {
  const wanted = { format, part: "all", theme: "light", scale: "2", text: "outlined" };
  let isBusy = false;
  const told = html("p", { class: "sd-picture-told", role: "status" });
  const change = () => {
    scales.disabled = wanted.format !== "png";
    texts.disabled = wanted.format === "png";
    fill(told);
  };
  const group = (name, legend, choices) =>
    html(
      "fieldset",
      { class: "sd-choices" },
      html("legend", {}, legend),
      choices.map(([value, label]) =>
        html(
          "label",
          { class: "sd-choice" },
          html("input", {
            type: "radio",
            name: `sd-picture-${name}`,
            value,
            checked: wanted[name] === value,
            onchange: () => {
              wanted[name] = value;
              change();
            },
            ...(name === "format" && value === format ? { "data-first": "" } : {}),
          }),
          html("span", {}, label),
        ),
      ),
    );
  const scales = /** @type {HTMLFieldSetElement} */ (group("scale", "Size of a PNG", PICTURE_SCALES));
  const texts = /** @type {HTMLFieldSetElement} */ (
    group("text", "Texts of an SVG", [
      ["outlined", "As shapes: looks the same everywhere"],
      ["text", "As text: can be searched and edited, in the fonts of whoever looks"],
    ])
  );
  const save = button({
    icon: icon("download"),
    label: "Save",
    kind: "primary",
    onclick: async () => {
      if (isBusy) return; // a button that is disabled would lose the keyboard
      isBusy = true;
      fill(told, "Drawing…");
      try {
        fill(told, await savePicture(store, canvas, wanted));
      } catch (error) {
        const { what, mend } = error.problem ?? { what: error.message };
        fill(told, html("span", { class: "sd-error" }, icon("error", 14), ` ${[what, mend].filter(Boolean).join(": ")}`));
      }
      isBusy = false;
    },
  });
  showDialog(root, {
    title: "Save as picture",
    size: "wide",
    body: [
      group("format", "Format", [
        ["svg", "SVG: sharp at every size"],
        ["png", "PNG: pixels, for what takes no SVG"],
      ]),
      group("part", "What", [
        ["all", "All of this diagram"],
        ["shown", "What is on the screen"],
      ]),
      group("theme", "Colours", [
        ["light", "Light"],
        ["dark", "Dark"],
      ]),
      scales,
      texts,
      told,
    ],
    actions: [save],
  });
  change();
}

/** Save a picture; returns what to tell. @param {import("./store.js").Store} store @param {import("./canvas.js").Canvas} canvas @param {Record<string, string>} wanted */
async function savePicture(store, canvas, wanted) {
  const isPng = wanted.format === "png";
  const { width, height } = canvas.size;
  const answer = await store.send({
    kind: "save_picture",
    theme: wanted.theme,
    part: wanted.part === "shown" ? visible(canvas.view, width, height) : null,
    outlined: isPng || wanted.text === "outlined",
  });
  const file = `${answer.name}.${wanted.format}`;
  const drawn = new Blob([answer.svg], { type: "image/svg+xml;charset=utf-8" });
  keep(isPng ? await pixels(answer.svg, drawn, Number(wanted.scale)) : drawn, file);
  const kept = answer.kept ? ` ${answer.kept} texts stay text: the font has no shapes for their letters.` : "";
  return `Saved as ${file}.${kept}`;
}

/** Draw an SVG as PNG, in the page alone. @param {string} text @param {Blob} drawn @param {number} scale @returns {Promise<Blob>} */
async function pixels(text, drawn, scale) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const [, , wide, high] = (root.getAttribute("viewBox") ?? "0 0 1 1").split(" ").map(Number);
  const [width, height] = [Math.ceil(wide * scale), Math.ceil(high * scale)];
  if (Math.max(width, height) > MOST_PICTURE_SIDE || width * height > MOST_PIXELS)
    throw new Error(`A picture of ${width} × ${height} pixels is more than a browser draws: choose a smaller size, what is on the screen, or SVG`);
  const url = URL.createObjectURL(drawn);
  try {
    const image = new Image(width, height);
    image.src = url;
    await image.decode();
    const board = html("canvas", { width, height });
    const pen = /** @type {CanvasRenderingContext2D} */ (board.getContext("2d"));
    pen.drawImage(image, 0, 0, width, height);
    return await new Promise((accept, refuse) =>
      board.toBlob((blob) => (blob ? accept(blob) : refuse(new Error("The browser could not draw the picture; choose SVG"))), "image/png"),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Save a file; nothing leaves the page. @param {Blob} content @param {string} name */
function keep(content, name) {
  const url = URL.createObjectURL(content);
  const link = html("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

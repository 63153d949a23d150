// Icons as inline SVG strokes in the colour of the text: nothing is fetched from anywhere.

import { svg } from "./dom.js";

/** Paths on a 16 × 16 grid, drawn with a round stroke of 1.5. */
const ICON_PATHS = {
  add: "M8 3v10M3 8h10",
  table: "M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6",
  note: "M3 2.5h10v7l-4 4H3zM13 9.5H9v4M5.5 5.5h5M5.5 8h2.5",
  area: "M2.5 5V2.5H5M7 2.5h2M11 2.5h2.5V5M13.5 7v2M13.5 11v2.5H11M9 13.5H7M5 13.5H2.5V11M2.5 9V7M8 5.8v4.4M5.8 8h4.4",
  link: "M3 4.5h3.5v7H13M11 9.5l2 2-2 2",
  undo: "M6 3 2.8 6.2 6 9.4M3 6.2h6.2a3.6 3.6 0 0 1 0 7.2H6.5",
  redo: "M10 3l3.2 3.2L10 9.4M13 6.2H6.8a3.6 3.6 0 0 0 0 7.2h2.7",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4 14 14",
  zoomIn: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4 14 14M7 5v4M5 7h4",
  zoomOut: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.4 10.4 14 14M5 7h4",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  arrange: "M2.5 2.5h4v3h-4zM9.5 6.5h4v3h-4zM2.5 10.5h4v3h-4zM6.5 4H8v4h1.5M6.5 12H8V8",
  remove: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5M6.7 7v4M9.3 7v4",
  download: "M8 2.5V10M4.8 6.8 8 10l3.2-3.2M3 13.5h10",
  import: "M9.5 2.5h4v11h-4M2.5 8h7M6.5 5l3 3-3 3",
  export: "M6.5 2.5h-4v11h4M6 8h7.5M10.5 5l3 3-3 3",
  file: "M4 2.5h5l3 3v8H4zM9 2.5v3h3",
  close: "M4 4l8 8M12 4l-8 8",
  up: "M4 10l4-4 4 4",
  down: "M4 6l4 4 4-4",
  right: "M6 4l4 4-4 4",
  key: "M5.5 10.5a3 3 0 1 1 2.6-1.5L13.5 9v2.5M11 9v2M5.5 7.6v-.1",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  deploy: "M8 13V4M4.5 7.5 8 4l3.5 3.5M3 2h10",
  fill: "M8 2v7M4.8 6 8 9.2 11.2 6M3 11v2.5h10V11",
  error: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.5M8 11v.1",
  warning: "M8 2.5 14.3 13.5H1.7zM8 6.5v3M8 11.6v.1",
  info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5V11M8 5v.1",
  ok: "M3 8.5 6.5 12 13 4.5",
  code: "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
  panelLeft: "M2.5 3h11v10h-11zM6 3v10",
  panelRight: "M2.5 3h11v10h-11zM10 3v10",
  panelBottom: "M2.5 3h11v10h-11zM2.5 9.5h11",
  expand: "M9.5 2.5h4v4M13.5 2.5 9 7M6.5 13.5h-4v-4M2.5 13.5 7 9",
  print: "M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z",
  refresh: "M13 8a5 5 0 1 1-1.6-3.7M13.5 2.5v3h-3",
  clock: "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0zM8 4.5V8l2.5 1.5",
  stop: "M4 4h8v8H4z",
  wand: "M3 13 10 6M11.5 2v3M10 3.5h3M13 7.5v2M12 8.5h2M6.5 2.5v2M5.5 3.5h2",
};

/**
 * Return an icon; it says nothing to a screen reader, so its button needs a name.
 * @param {keyof typeof ICON_PATHS} name
 * @param {number} [size]
 */
export function icon(name, size = 16) {
  return svg(
    "svg",
    {
      class: `sd-icon sd-icon-${name}`,
      viewBox: "0 0 16 16",
      width: size,
      height: size,
      "aria-hidden": "true",
      focusable: "false",
    },
    svg("path", { d: ICON_PATHS[name] }),
  );
}

// Areas on the canvas: taken by their titles they move as a whole; a double click renames and colours them.

import { showPopover } from "./dialog.js";
import { button, html, svg } from "./dom.js";
import { field, sendFrom, textInput } from "./field.js";
import { icon } from "./icons.js";
import { snap, toScreen } from "./geometry.js";

const AREA_STEPS = { ArrowLeft: [-20, 0], ArrowRight: [20, 0], ArrowUp: [0, -20], ArrowDown: [0, 20] };

export class Areas {
  /** @param {import("./canvas.js").Canvas} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.store = canvas.store;
    this.last = { id: "", at: 0 };
    canvas.areaLayer.addEventListener("pointerdown", (event) => this.down(event));
    canvas.areaLayer.addEventListener("keydown", (event) => this.pressed(event));
    canvas.areaLayer.addEventListener("dblclick", (event) => event.stopPropagation());
    this.store.on("drawn", () => this.draw());
    this.draw();
  }

  /** Give each title room that can be taken by the pointer, and the keyboard. */
  draw() {
    for (const area of this.store.get("picture").areas ?? []) {
      const group = this.groupOf(area.id);
      const title = group?.querySelector("text");
      if (!group || !title) continue;
      const known = this.store.get("design").areas?.find((one) => one.id === area.id);
      const label = `Area ${area.title}, ${known?.members.length ?? 0} members`;
      const there = group.querySelector(".sd-area-grip");
      there?.setAttribute("aria-label", label);
      if (there) continue;
      const width = Math.min(area.width - 8, Math.max(60, 24 + 9 * area.title.length));
      group.insertBefore(
        svg("rect", {
          class: "sd-area-grip",
          role: "option",
          "aria-selected": "false",
          "aria-label": label,
          tabindex: "0",
          x: area.x + 4,
          y: area.y + 4,
          width,
          height: 32,
          rx: 8,
          data: { grip: area.id },
        }),
        title,
      );
    }
    if (this.focused) this.focus(this.focused);
  }

  /** @param {string} id @returns {SVGGElement | null} */
  groupOf(id) {
    const groups = /** @type {SVGGElement[]} */ ([...this.canvas.areaLayer.children]);
    return groups.find((group) => group.dataset.area === id) ?? null;
  }

  /** @param {string} id */
  focus(id) {
    this.focused = null;
    /** @type {any} */ (this.groupOf(id)?.querySelector(".sd-area-grip"))?.focus({ preventScroll: true });
  }

  /** Return an area of the design and where it is drawn. @param {Event} event */
  areaOf(event) {
    const id = /** @type {any} */ (event.target).dataset?.grip;
    const area = this.store.get("design").areas?.find((one) => one.id === id);
    const box = this.store.get("picture").areas?.find((one) => one.id === id);
    return area && box ? { area, box } : null;
  }

  /** Where the cards of an area stand. @param {any} area @returns {Map<string, {x: number, y: number}>} */
  placesOf(area) {
    const places = new Map();
    for (const id of area.members) {
      const card = this.canvas.cards.get(id)?.card;
      if (card) places.set(id, { x: card.x, y: card.y });
    }
    return places;
  }

  /** @param {PointerEvent} event */
  down(event) {
    const found = this.areaOf(event);
    if (!found || event.button !== 0) return;
    event.stopPropagation();
    event.preventDefault();
    const { area, box } = found;
    this.focus(area.id);
    this.store.select({ entities: area.members, origin: "canvas" });
    if (this.store.isReadOnly) return;
    const isSecond = this.last.id === area.id && event.timeStamp - this.last.at < 400;
    this.last = { id: area.id, at: event.timeStamp };
    if (isSecond) this.edit(area, box);
    else this.follow(event, area);
  }

  /** Move the cards of an area with the pointer. @param {PointerEvent} start @param {any} area */
  follow(start, area) {
    const grip = /** @type {SVGElement} */ (start.target);
    const group = this.groupOf(area.id);
    const places = this.placesOf(area);
    const from = this.canvas.pointOf(start);
    let by = { x: 0, y: 0 };
    grip.setPointerCapture(start.pointerId);
    const move = (event) => {
      const to = this.canvas.pointOf(event);
      by = { x: snap(to.x - from.x), y: snap(to.y - from.y) };
      for (const [id, place] of places) this.canvas.moveCard(id, { x: place.x + by.x, y: place.y + by.y });
      this.canvas.reconnect(places.keys());
      group?.setAttribute("transform", `translate(${by.x} ${by.y})`);
    };
    const end = (event) => {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      if (event.type === "pointercancel" || (by.x === 0 && by.y === 0)) this.canvas.draw();
      else this.move(area, places, by);
      this.focus(area.id);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  }

  /** @param {any} area @param {Map<string, {x: number, y: number}>} places @param {{x: number, y: number}} by */
  async move(area, places, by) {
    const moved = [...places].map(([id, place]) => [id, { x: place.x + by.x, y: place.y + by.y }]);
    if (moved.length === 0) return;
    this.focused = area.id;
    const answer = await this.store.ask({ kind: "move", positions: Object.fromEntries(moved), with_areas: false });
    if (!answer) this.canvas.draw();
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const found = this.areaOf(event);
    if (!found || event.ctrlKey || event.metaKey || event.altKey) return;
    const { area, box } = found;
    const step = AREA_STEPS[event.key];
    if (event.key === " ") this.store.select({ entities: area.members, origin: "canvas" });
    else if (this.store.isReadOnly) return;
    else if (step && event.shiftKey) this.move(area, this.placesOf(area), { x: step[0], y: step[1] });
    else if (event.key === "Enter" || event.key === "F2") this.edit(area, box);
    else if (event.key === "Delete") this.remove(area);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {any} area */
  async remove(area) {
    const edit = { kind: "remove_object", collection: "areas", object_id: area.id };
    if (await this.store.ask(this.store.editing(edit))) this.store.tell(`The area ${area.name} is removed; its entities stay.`);
    this.canvas.surface.focus({ preventScroll: true });
  }

  /** Rename and colour an area beside its title. @param {any} area @param {any} box */
  edit(area, box) {
    const change = async (control, changes) => {
      this.focused = null;
      const edit = { kind: "change_object", collection: "areas", object_id: area.id, changes };
      return sendFrom(this.store, control, this.store.editing(edit));
    };
    const name = textInput({
      value: area.name,
      label: "Title",
      maxlength: 200,
      commit: (text, control) => change(control, { name: text.trim() }),
    });
    const colour = html("input", { type: "color", value: area.colour ?? box.colour, "aria-label": "Colour" });
    colour.addEventListener("change", () => change(colour, { colour: colour.value }));
    const close = showPopover(this.canvas.element, toScreen(this.canvas.view, { x: box.x + 40, y: box.y + 50 }), {
      title: `Area ${area.name}`,
      body: [
        field("Title", name),
        field("Colour", colour),
        html(
          "div",
          { class: "sd-buttons" },
          button({ label: "Done", kind: "primary", onclick: () => close() }),
          button({
            icon: icon("remove", 14),
            label: "Remove the area",
            kind: "danger",
            onclick: () => {
              close();
              this.remove(area);
            },
          }),
        ),
      ],
    });
    name.addEventListener("keydown", (event) => {
      if (event.key === "Enter") setTimeout(close);
    });
    name.select();
  }
}

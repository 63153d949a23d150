// The text of a script, block by block: what an edit leaves alone keeps its element, and is coloured where somebody looks.

import { fill, html } from "./dom.js";
import { sqlPieces } from "./highlight.js";
import { LongList } from "./long_list.js";

/** @typedef {{key: string, text: string}} Block */

/** Return a text in colours. @param {string} text @returns {(string | Node)[]} */
function colouredText(text) {
  return sqlPieces(text).map((piece) => (piece.kind === "plain" ? piece.text : html("span", { class: `sd-sql-${piece.kind}` }, piece.text)));
}

/** Return the whole text of a script. @param {Block[]} blocks */
export function wholeText(blocks) {
  return blocks.map((block) => block.text).join("\n");
}

/**
 * Return the block that holds a place of the whole text, and where in the block that is.
 * @param {Block[]} blocks @param {number} at @returns {{block: Block, at: number} | null}
 */
export function blockAt(blocks, at) {
  let passed = 0;
  for (const block of blocks) {
    if (at <= passed + block.text.length) return { block, at: at - passed };
    passed += block.text.length + 1; // the line break between two
  }
  return null;
}

export class DdlText {
  /** @param {HTMLElement} code Where the text is shown. */
  constructor(code) {
    this.code = code;
    /** @type {Block[]} */
    this.blocks = [];
    /** The whole text, once somebody has asked. @type {string | null} */
    this.written = "";
    this.list = new LongList(code, {
      key: (block) => block.key,
      shell: (block) => {
        const element = html("span", { class: "sd-sql-block" }, `${block.text}\n`);
        element.style.containIntrinsicBlockSize = `auto ${1.5 * block.text.split("\n").length}em`; // as high as its lines
        return element;
      },
      furnish: (element, block) => fill(element, ...colouredText(`${block.text}\n`)),
      same: (one, other) => one.text === other.text,
    });
  }

  /** Show other blocks. @param {Block[]} blocks */
  draw(blocks) {
    if (blocks === this.blocks) return;
    this.blocks = blocks;
    this.written = null;
    this.list.draw(blocks);
  }

  get text() {
    this.written ??= wholeText(this.blocks);
    return this.written;
  }

  /**
   * Scroll to a place of the text, in the upper part of what shows.
   * @param {number} at
   */
  scrollTo(at) {
    const scroller = this.code.closest(".sd-drawer-body");
    const found = blockAt(this.blocks, at);
    const element = found && this.list.elementOf(found.block.key);
    if (!scroller || !element) return;
    const line = found.block.text.slice(0, found.at).split("\n").length - 1;
    const top = () => element.getBoundingClientRect().top + line * parseFloat(getComputedStyle(element).lineHeight);
    scroller.scrollTop += top() - scroller.getBoundingClientRect().top - 80;
  }

  /** Mark a piece of the text; the keyboard, and what is selected, stay where they are. @param {number} at @param {number} length */
  mark(at, length) {
    const found = blockAt(this.blocks, at);
    const element = found && this.list.elementOf(found.block.key);
    if (!element) return;
    const range = rangeIn(element, found.at, length);
    CSS.highlights?.set("sd-found", new Highlight(range));
  }
}

/** Return the range of a piece of an element's text. @param {Node} element @param {number} at @param {number} length */
function rangeIn(element, at, length) {
  const range = document.createRange();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let passed = 0;
  let isBegun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const size = node.textContent?.length ?? 0;
    if (!isBegun && at < passed + size) {
      range.setStart(node, at - passed);
      isBegun = true;
    }
    if (isBegun && at + length <= passed + size) {
      range.setEnd(node, at + length - passed);
      break;
    }
    passed += size;
  }
  return range;
}

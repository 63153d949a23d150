// Rows as they are looked at: pages by cursor, of which only those near the eye are kept.

/** Pages that are kept; older ones are read again when somebody comes back to them. */
const PAGES_KEPT = 30;

/**
 * @typedef {{key: Record<string, string>, revision: string, cells: (string | null)[], is_bare?: boolean}} DataRow
 * @typedef {{cursor: string | null, count: number, rows: DataRow[] | null, used: number}} DataPage
 */

export class DataPages {
  /** @param {(cursor: string | null) => Promise<{rows: DataRow[], next: string | null} | null>} load */
  constructor(load) {
    this.load = load;
    /** Called when rows have come. */
    this.came = () => {};
    this.reset();
  }

  /** Forget everything. */
  reset() {
    /** @type {DataPage[]} */
    this.pages = [];
    /** The cursor behind the last page that is known. @type {string | null} */
    this.next = null;
    this.isComplete = false;
    this.round = (this.round ?? 0) + 1;
    /** @type {Set<number>} */
    this.loading = new Set();
    this.clock = 0;
  }

  /** How many rows are known. */
  get length() {
    return this.pages.reduce((sum, page) => sum + page.count, 0);
  }

  /** Return the page and the place in it of a row. @param {number} index */
  find(index) {
    let before = 0;
    for (let number = 0; number < this.pages.length; number += 1) {
      const { count } = this.pages[number];
      if (index < before + count) return { number, at: index - before };
      before += count;
    }
    return null;
  }

  /** Return a row, or `null` if it is not here (any more, or yet). @param {number} index */
  row(index) {
    const place = this.find(index);
    if (!place) return null;
    const page = this.pages[place.number];
    this.clock += 1;
    page.used = this.clock;
    return page.rows?.[place.at] ?? null;
  }

  /**
   * Read what is missing of some rows; settles when it has come, which `came` is told.
   * @param {number} from @param {number} to
   */
  async need(from, to) {
    const wanted = new Set();
    for (let number = 0, before = 0; number < this.pages.length; number += 1) {
      const { count, rows } = this.pages[number];
      if (before < to && before + count > from && !rows) wanted.add(number);
      before += count;
    }
    if (!this.isComplete && to >= this.length) wanted.add(this.pages.length);
    for (const number of wanted) await this.take(number);
  }

  /** @param {number} number */
  async take(number) {
    if (this.loading.has(number)) return;
    const { round } = this;
    const isNew = number === this.pages.length;
    const cursor = isNew ? this.next : this.pages[number].cursor;
    this.loading.add(number);
    const answer = await this.load(cursor);
    if (round !== this.round) return;
    this.loading.delete(number);
    if (!answer) {
      if (isNew) this.isComplete = true; // what is wrong is told elsewhere; asking again and again would not mend it
      this.came();
      return;
    }
    this.clock += 1;
    const page = { cursor, count: answer.rows.length, rows: answer.rows, used: this.clock };
    if (!isNew) this.pages[number] = page;
    else {
      this.pages.push(page);
      this.next = answer.next;
      this.isComplete = answer.next === null;
    }
    this.forget();
    this.came();
  }

  /** Let go of the rows of pages that nobody has looked at for longest. */
  forget() {
    const held = this.pages.filter((page) => page.rows).sort((one, other) => one.used - other.used);
    for (const page of held.slice(0, Math.max(0, held.length - PAGES_KEPT))) page.rows = null;
  }

  /** Put a row in the place of the one of a key; without a row, take that away. @param {string} key @param {DataRow | null} row */
  replace(key, row) {
    for (const page of this.pages) {
      const at = page.rows?.findIndex((one) => rowKey(one) === key) ?? -1;
      if (at < 0 || !page.rows) continue;
      page.rows.splice(at, 1, ...(row ? [row] : []));
      page.count = page.rows.length;
      return;
    }
  }
}

/** Return what tells a row from others as one text. @param {{key: Record<string, string>}} row */
export function rowKey(row) {
  return JSON.stringify(row.key);
}

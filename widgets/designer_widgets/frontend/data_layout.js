// How large the parts of a grid are.

export const ROW_HEIGHT = 28;
export const HEAD_HEIGHT = 62;

/** What stands before each row. */
export const MARK_WIDTH = 54;

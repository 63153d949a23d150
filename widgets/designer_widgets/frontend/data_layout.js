// How high the lines of a grid are.

export const ROW_HEIGHT = 28;
export const HEAD_HEIGHT = 62;

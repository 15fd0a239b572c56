/** The clocks of `platform/moment.ts`, standing still until they are turned on. */
export function turnableClocks() {
  let wall = Date.UTC(2026, 5, 1);
  let steady = 0;
  return {
    clocks: { now: () => wall, clock: () => steady },
    /** Turns both on, in milliseconds; or each by its own, back too. */
    turn: (by: number, { steady: steadyBy = by } = {}): void => {
      wall += by;
      steady += steadyBy;
    },
  };
}

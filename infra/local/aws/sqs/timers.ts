/** Things that wait for their moment; a thing may wait for several. */
export interface Times<T> {
  readonly add: (at: number, what: T) => void;
  /** Takes out everything whose moment has come, in order. */
  readonly due: (now: number) => readonly { readonly at: number; readonly what: T }[];
  /** Whether to call back when the next moment comes. */
  readonly watch: (watched: boolean) => void;
}

/** @param onDue called when a moment has come, while watched; the timer does not keep the process alive */
export function openTimes<T>(onDue: () => void): Times<T> {
  const waiting: { readonly at: number; readonly what: T }[] = [];
  let watched = false;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;

  const arm = (): void => {
    const next = watched ? (waiting[0]?.at ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    if (next === timerAt) return;
    clearTimeout(timer);
    timerAt = next;
    if (next === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(
      () => {
        timerAt = Number.POSITIVE_INFINITY;
        onDue();
        arm();
      },
      Math.max(0, next - Date.now()),
    ).unref();
  };
  return {
    add: (at, what) => {
      const later = waiting.findLastIndex((entry) => entry.at <= at);
      waiting.splice(later + 1, 0, { at, what });
      arm();
    },
    due: (now) => {
      const first = waiting.findIndex(({ at }) => at > now);
      const come = waiting.splice(0, first < 0 ? waiting.length : first);
      arm();
      return come;
    },
    watch: (wanted) => {
      watched = wanted;
      arm();
    },
  };
}

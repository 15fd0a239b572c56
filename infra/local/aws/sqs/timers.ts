/** Converts the seconds of a visibility timeout or delay to milliseconds; tests shorten them. */
export type ToMilliseconds = (seconds: number) => number;

/** Items that become due at given times (milliseconds since 1970); an item may have several. */
export interface Timers<T> {
  readonly add: (time: number, item: T) => void;
  /** Removes and returns everything that is due, in order of time. */
  readonly takeDue: (now: number) => readonly { readonly time: number; readonly item: T }[];
  /** Turns the call-back for due items on or off. */
  readonly watch: (isWatched: boolean) => void;
}

/**
 * Creates an empty list of timed items.
 * @param onDue called when an item becomes due, while watched; its timer does not keep the process alive
 */
export function createTimers<T>(onDue: () => void): Timers<T> {
  const waiting: { readonly time: number; readonly item: T }[] = [];
  let isWatched = false;
  let timer: NodeJS.Timeout | undefined;
  let timerTime = Number.POSITIVE_INFINITY;

  const arm = (): void => {
    const next = isWatched ? (waiting[0]?.time ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    if (next === timerTime) return;
    clearTimeout(timer);
    timerTime = next;
    if (next === Number.POSITIVE_INFINITY) return;
    timer = setTimeout(
      () => {
        timerTime = Number.POSITIVE_INFINITY;
        onDue();
        arm();
      },
      Math.max(0, next - Date.now()),
    ).unref();
  };
  return {
    add: (time, item) => {
      const previous = waiting.findLastIndex((entry) => entry.time <= time);
      waiting.splice(previous + 1, 0, { time, item });
      arm();
    },
    takeDue: (now) => {
      const firstLater = waiting.findIndex(({ time }) => time > now);
      const due = waiting.splice(0, firstLater < 0 ? waiting.length : firstLater);
      arm();
      return due;
    },
    watch: (watched) => {
      isWatched = watched;
      arm();
    },
  };
}

import type { Call } from './call.ts';

/** What a command has to show for itself. */
export interface Shown {
  /** The API's answer. */
  readonly json: unknown;
  /** The same for people; lines without the last one's end. Empty when there is nothing to show. */
  readonly text: string;
  /** What to know about it; not part of the output. */
  readonly note?: string;
}

/** Runs what a command asks of the API, and shows what came of it. */
export type Perform = (ask: (call: Call) => Promise<Shown>) => Promise<void>;

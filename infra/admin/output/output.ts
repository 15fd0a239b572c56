import type { Call } from '../api/client.ts';

/** What a command has to show for itself. */
export interface Shown {
  /** The API's answer. */
  readonly json: unknown;
  /** The same for people; lines without the last one's end. Empty when there is nothing to show. */
  readonly text: string;
  /** What to know about it; not part of the output. */
  readonly note?: string;
}

/** Says how far a command is, in the place of what was said before. */
export type Progress = (text: string) => void;

/** Runs what a command asks of the API, and shows what came of it. */
export type Perform = (ask: (call: Call, progress: Progress) => Promise<Shown>) => Promise<void>;

/** Where a command shows one thing after another. */
export interface Stream {
  /** Shows what the API answered, or the same for people: one line of either. */
  readonly show: (json: unknown, text: string) => void;
  readonly progress: Progress;
  /** Waits until it is time to ask again, milliseconds at most. */
  readonly pause: (most: number) => Promise<void>;
}

/** Runs what shows as it goes, until it is at its end or somebody presses Ctrl-C, which is an end as good as any. */
export type Follow = (act: (call: Call, stream: Stream) => Promise<void>) => Promise<void>;

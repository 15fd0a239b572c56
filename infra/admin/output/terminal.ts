/** What a command needs of the process it runs in. */
export interface Terminal {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Says where the local service keeps its files. The AWS SDK looks for credentials in the process's own. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds that one request may take; 10,000 unless given. */
  readonly deadline?: number;
  /** Milliseconds between two looks of a command that follows something; 2,000 unless given. */
  readonly pause?: number;
  /** Shows how far a command is, in the place of what it showed before; absent where nobody watches. */
  readonly progress?: (text: string) => void;
  /** Whether somebody wants the command to end. */
  readonly interrupt?: AbortSignal;
}

/** What is left of a text from elsewhere once nothing in it can steer a terminal or reorder what stands beside it. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '');

/** JSON for programs, which says the same to them with nothing in it that a terminal would act upon. */
export const jsonText = (value: unknown, layout: 'lines' | 'one line' = 'lines'): string =>
  // What JSON itself escapes ends at 0x1f; the line ends are its own layout.
  JSON.stringify(value, null, layout === 'lines' ? 2 : 0).replace(
    /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

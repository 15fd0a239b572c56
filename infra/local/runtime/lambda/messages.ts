/** What the process and a worker thread say to each other. Payloads travel as JSON text, as they do on Lambda. */

/** Given to the thread when it starts. */
export interface FunctionToRun {
  readonly name: string;
  readonly arn: string;
  /** Absolute, symbolic links resolved: nothing outside is importable. */
  readonly code: string;
  readonly handler: string;
  readonly memoryMb: number;
}

/** One invocation; the next is sent only after the answer to this one. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: string;
  readonly timeoutMs: number;
}

export type FromWorker =
  /** The function's module is loaded. */
  | { readonly kind: 'ready' }
  /** It could not be loaded; the thread is of no further use. */
  | { readonly kind: 'unloadable'; readonly errorType: string; readonly errorMessage: string }
  | { readonly kind: 'answered'; readonly payload: string }
  | { readonly kind: 'failed'; readonly errorType: string; readonly errorMessage: string };

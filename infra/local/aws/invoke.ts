/** What came of running a function: its answer, or the error it threw (or died of), as Lambda names it. */
export type InvokeOutcome =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

/** Runs a function of the template to its end. A rejection is an invocation that never reached the function's code. */
export type Invoke = (functionArn: string, payload: unknown) => Promise<InvokeOutcome>;

/** Receives one line for the developer. Never a value of a secret, nor what a function or a caller sent. */
export type Log = (line: string) => void;

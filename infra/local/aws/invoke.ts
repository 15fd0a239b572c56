/** The result of running a function: its return value, or the error that ended it, under Lambda's name for it. */
export type InvokeOutcome =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

/**
 * Invokes a function of the template and waits for its result. It rejects when the function's code was never reached.
 */
export type Invoke = (functionArn: string, payload: unknown) => Promise<InvokeOutcome>;

/** Writes one line for the developer. Lines never hold secret values, nor what a function or a caller sent. */
export type Log = (line: string) => void;

import { format } from 'node:util';

/** Lambda's levels and the methods of `console` that write them. Below INFO nothing is logged unless a function asks. */
const levels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;
const belowInfo = ['debug', 'trace'] as const;

/**
 * Makes `console` write as it does on Lambda with the JSON log format, in which the deployment's functions log: one
 * line of JSON per call, objects as they are and whole.
 *
 * @param requestId of the invocation that is running
 * @param write takes a line with its end
 */
export function structureConsole(requestId: () => string | undefined, write: (line: string) => void): void {
  for (const [method, level] of Object.entries(levels)) {
    Reflect.set(console, method, (...values: unknown[]) => write(`${logLine(level, requestId(), values)}\n`));
  }
  for (const method of belowInfo) Reflect.set(console, method, () => undefined);
}

/** One line, without its end. One value is the message as it is, several are put together as text. */
export function logLine(level: string, requestId: string | undefined, values: readonly unknown[]): string {
  const place = { timestamp: new Date().toISOString(), level, requestId };
  const [first] = values;
  try {
    return JSON.stringify({ ...place, message: values.length === 1 ? first : format(...values) }, withErrors);
  } catch {
    return JSON.stringify({ ...place, message: format(...values) });
  }
}

function withErrors(_: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { ...errorNamed(value), stackTrace: value.stack?.split('\n'), ...value };
}

/** What Lambda answers for a thrown value. */
export function errorNamed(error: unknown): { readonly errorType: string; readonly errorMessage: string } {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: typeof error, errorMessage: String(error) };
}

import { afterEach, vi } from 'vitest';
import {
  type Functions,
  type LogLine,
  startFunctions,
} from '../../../../../infra/local/runtime/lambda/function-pool.ts';
import type { LocalFunction } from '../../../../../infra/local/template/model.ts';

// Threads take their time to start when the machine has other things to do.
vi.setConfig({ testTimeout: 30_000 });
export const patiently = { timeout: 10_000, interval: 10 };

/** What the functions of the running test wrote. */
export const lines: LogLine[] = [];

const started: Functions[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((functions) => functions.stop()));
  lines.length = 0;
});

/** Starts one function, and hands back how to call it; it is stopped after the test. */
export function run(
  fn: LocalFunction,
  { given = {}, idleSeconds = 60 }: { given?: Record<string, string>; idleSeconds?: number } = {},
) {
  const functions = startFunctions({
    functions: [fn],
    environmentFor: () => given,
    onLog: (line) => lines.push(line),
    idleSeconds,
  });
  started.push(functions);
  const call = (payload: unknown = {}, awsRequestId = 'request-1') =>
    functions.invoke(fn.arn, payload, { awsRequestId });
  return { functions, call };
}

export const logged = () => lines.map(({ text }) => text).join('\n');

/** The source of a handler of one expression. */
export const handler = (expression: string) => `export const handler = async (event, context) => (${expression});`;

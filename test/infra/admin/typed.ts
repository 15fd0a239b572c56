import type { Terminal } from '../../../infra/admin/output/terminal.ts';
import { type ExitCode, run } from '../../../infra/admin/program.ts';

/** What a command line came to. */
export interface Outcome {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** When the tests take place. */
export const now = Date.parse('2026-11-21T10:32:00.000Z');

/** Runs a command line. @param deadline milliseconds for a request @param more of the terminal, where it matters */
export async function typed(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  deadline = 5_000,
  more: Partial<Terminal> = {},
): Promise<Outcome> {
  let [out, err] = ['', ''];
  const code = await run(args, {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    env,
    now: () => now,
    deadline,
    ...more,
  });
  return { code, out, err };
}

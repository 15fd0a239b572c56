import type { Storage } from '../../../../functions/core/storage/storage.ts';
import { storageFor } from '../../../../functions/providers/open-storage.ts';
import { readTold, type Told, usage } from './cli-options.ts';
import { hintFor, runCases, tableOf } from './cli-run.ts';

/** How the command ended: what it says, and its exit status. */
export interface Ended {
  readonly code: 0 | 1 | 2;
  readonly out: string;
  readonly error: string;
}

/** The whole of the command, but for what a process is needed for. */
export async function command(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  const told = readTold(args, environment);
  if ('wrong' in told)
    return { code: 2, out: '', error: `${usage}\n${told.wrong.map((what) => `${what}.`).join('\n')}` };
  const storage = storageUnder(told);
  if (typeof storage === 'string') return { code: 2, out: '', error: storage };

  const rows = await runCases(storage, told);
  const failed = rows.filter(({ isAsExpected }) => !isAsExpected).length;
  const hint = hintFor(rows);
  const out = `${tableOf(rows)}\n\n${rows.length - failed} as expected, ${failed} not.${hint ? ` ${hint}` : ''}`;
  return { code: failed > 0 ? 1 : 0, out, error: '' };
}

/** The storages under the egress rules of the environment, or what is wrong with those. */
function storageUnder({ egress }: Told): Storage | string {
  try {
    return storageFor(egress);
  } catch (error) {
    return error instanceof Error ? error.message : 'The egress configuration cannot be read.';
  }
}

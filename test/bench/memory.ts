import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figure } from './figures.ts';
import { verifyAt } from './storage-pass.ts';
import { type BenchServer, bucketServer, endlessServer, hostileAccountServer } from './storage-server.ts';
import { surveyAt } from './survey.ts';

/** At most so many megabytes over idle. */
const budget = 128;
/** The same for a survey, which leaves more to be collected: with it, a function of 512 MB is not full. */
const surveyBudget = 350;

/** What a process does with the storage at a port. */
const doings: Readonly<Record<string, (port: number) => Promise<void>>> = { verify: verifyAt, survey: surveyAt };

/** Peak memory of a process that does it at the port, over the same process having verified a small bucket. */
async function peakOver(small: BenchServer, server: BenchServer, does = 'verify'): Promise<number> {
  const peak = async (...work: readonly string[]) => {
    const run = await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), ...work]);
    return Number(run.stdout) / 1024;
  };
  const first = ['verify', `${small.port}`];
  return (await peak(...first, does, `${server.port}`)) - (await peak(...first));
}

export async function memory(): Promise<readonly Figure[]> {
  const [small, large, endless, account] = await Promise.all([
    bucketServer(1, 0),
    bucketServer(10_000_000, 0),
    endlessServer(),
    hostileAccountServer(40),
  ]);
  try {
    return [
      { what: 'memory for ten million keys', measured: await peakOver(small, large), budget, unit: 'MB' },
      { what: 'memory for an endless answer', measured: await peakOver(small, endless), budget, unit: 'MB' },
      {
        what: 'memory for a survey of 40 hostile buckets',
        measured: await peakOver(small, account, 'survey'),
        budget: surveyBudget,
        unit: 'MB',
      },
    ];
  } finally {
    await Promise.all([small, large, endless, account].map((server) => server.stop()));
  }
}

if (import.meta.main) {
  const work = process.argv.slice(2);
  for (let at = 0; at < work.length; at += 2) await doings[work[at] ?? '']?.(Number(work[at + 1]));
  process.stdout.write(String(process.resourceUsage().maxRSS));
  process.exit(0);
}

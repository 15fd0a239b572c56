import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figure } from './figures.ts';
import { verifyAt } from './storage-pass.ts';
import { type BenchServer, bucketServer, endlessServer } from './storage-server.ts';

/** Megabytes over idle (design, "Numbers to hold"). */
const budget = 128;

/** Peak memory of a process that verifies the bucket at the port, over the same process having verified a small one. */
async function peakOver(small: BenchServer, server: BenchServer): Promise<number> {
  const peak = async (ports: readonly number[]) => {
    const run = await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), ...ports.map(String)]);
    return Number(run.stdout) / 1024;
  };
  const idle = await peak([small.port]);
  return (await peak([small.port, server.port])) - idle;
}

export async function memory(): Promise<readonly Figure[]> {
  const [small, large, endless] = await Promise.all([bucketServer(1, 0), bucketServer(10_000_000, 0), endlessServer()]);
  try {
    return [
      { what: 'memory for ten million keys', measured: await peakOver(small, large), budget, unit: 'MB' },
      { what: 'memory for an endless answer', measured: await peakOver(small, endless), budget, unit: 'MB' },
    ];
  } finally {
    await Promise.all([small, large, endless].map((server) => server.stop()));
  }
}

if (import.meta.main) {
  for (const port of process.argv.slice(2)) await verifyAt(Number(port));
  process.stdout.write(String(process.resourceUsage().maxRSS));
  process.exit(0);
}

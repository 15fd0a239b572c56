import type { Command } from 'commander';
import type { Call } from '../api/client.ts';
import { listed } from '../api/list-pages.ts';
import { organizationArgument, organizationPath } from '../arguments.ts';
import { connection, diagnosisOf, nextCheckOf, storageOf } from '../output/format-connection.ts';
import type { Perform, Progress, Shown } from '../output/output.ts';
import { distance } from '../output/parse-time.ts';
import { tableOf } from '../output/table.ts';

interface Wanted {
  readonly organization: string;
  readonly failing?: boolean;
}

/** Adds `connections` to the command line. @param now epoch milliseconds */
export function addConnections(program: Command, perform: Perform, now: () => number): void {
  program
    .command('connections')
    .description('whether the connections of an organization work, and when they are looked at next')
    .requiredOption('--organization <organization>', 'slug or number', organizationArgument)
    .option('--failing', 'only those that do not work')
    .action((wanted: Wanted) => perform((call, progress) => list(call, wanted, now(), progress)));
}

/** Every page takes the deployment as long as all of them: the largest there is. */
const pageSize = '1000';

async function list(
  call: Call,
  { organization, failing = false }: Wanted,
  now: number,
  progress: Progress,
): Promise<Shown> {
  const path = `${organizationPath(organization)}/connections` as const;
  const ask = { path, query: { limit: pageSize } };
  const all = await listed(call, ask, 'connections', connection, undefined, progress);
  const items = failing ? all.items.filter(({ status }) => status === 'error') : all.items;
  const json = { connections: items, next: null };
  if (items.length === 0) {
    const isWell = failing && all.items.length > 0;
    return { json, text: '', note: isWell ? 'No connection is failing.' : 'There are no connections.' };
  }
  const rows = items.map((one) => [
    one.name,
    one.uid,
    storageOf(one),
    one.status,
    distance(one.since, now),
    distance(one.lastCheck, now),
    diagnosisOf(one),
    nextCheckOf(one, now),
  ]);
  return {
    json,
    text: tableOf(['NAME', 'UID', 'PROVIDER', 'STATUS', 'SINCE', 'LAST CHECK', 'DIAGNOSIS', 'NEXT CHECK'], rows),
  };
}

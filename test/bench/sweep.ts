import type { Connection } from '../../functions/core/records/connection.ts';
import { checkTimes } from '../../functions/core/records/timeouts.ts';
import { dispatchDueChecks as sweepDue } from '../../functions/core/reverification/dispatch-due-checks.ts';
import { newUid } from '../../functions/core/uid.ts';
import { type CountedCall, countedWire } from './counted-wire.ts';
import { functionEnvironment } from './environment.ts';
import { type Figure, inTurn, median } from './figures.ts';

const due = 1_000;
const registered = { few: 1_000, many: 100_000 } as const;
type Size = keyof typeof registered;

const rounds = 7;
/** What a sweep reads and how often it calls, among many over among few: the same. */
const readBudget = 1.05;
/** The same of its time: the local table's tree is deeper where there is more in it. */
const timeBudget = 1.5;

const day = 24 * 60 * 60_000;

/** What a sweep costs with as much due among few and among many connections, on the adapters of the function. */
export async function sweep(): Promise<readonly Figure[]> {
  const wire = await countedWire(['few', 'many']);
  try {
    Object.assign(process.env, functionEnvironment, wire.environment);
    const start = Date.now();
    const { toConnectionRow } = await import('../../functions/platform/connections/connection-row.ts');
    const rows = Array.from({ length: registered.many }, (_, at) => toConnectionRow(connectionAt(at, start)));
    for (const size of ['few', 'many'] as const) await wire.put(size, rows.slice(0, registered[size]));
    const sweepers = { few: await sweeper('few', start), many: await sweeper('many', start) } as const;

    const counted: Record<Size, readonly CountedCall[]> = { few: [], many: [] };
    const sweepOf = async (size: Size): Promise<number> => {
      let took = 0;
      counted[size] = await wire.count(async () => {
        took = await sweepers[size].sweepAll();
      });
      return took;
    };
    const pairs = await inTurn(
      rounds,
      () => sweepOf('many'),
      () => sweepOf('few'),
    );
    const idle = await wire.count(sweepers.many.sweepNothing);
    if (idle.some(({ operation }) => operation !== 'Query')) throw new Error('A sweep with nothing due did more.');

    const ratio = (what: string, of: (calls: readonly CountedCall[]) => number): Figure => {
      const [among, over] = [of(counted.many), of(counted.few)];
      return {
        what: `sweep of 1,000: ${what}, among 100,000 over among 1,000 (${among}, ${over})`,
        ...{ measured: among / over, budget: readBudget, unit: '×' },
      };
    };
    const seconds = (which: 0 | 1) => (median(pairs.map((pair) => pair[which])) / 1000).toFixed(2);
    return [
      ratio('calls', (calls) => calls.length),
      ratio('items read', itemsIn),
      ratio('bytes answered', (calls) => calls.reduce((sum, { bytes }) => sum + bytes, 0)),
      {
        what: `sweep of 1,000: time, among 100,000 over among 1,000 (${seconds(0)} s, ${seconds(1)} s)`,
        ...{ measured: median(pairs.map(([among, over]) => among / over)), budget: timeBudget, unit: '×' },
      },
      {
        what: 'sweep of 1,000: calls, among 100,000',
        ...{ measured: counted.many.length, budget: due + sweepers.many.shards, unit: 'calls' },
      },
      {
        what: 'sweep of nothing: queries, among 100,000',
        ...{ measured: idle.length, budget: sweepers.many.shards, unit: 'calls' },
      },
      {
        what: 'sweep of nothing: items read, among 100,000',
        ...{ measured: itemsIn(idle), budget: 0, unit: 'items' },
      },
    ];
  } finally {
    await wire.stop();
  }
}

const itemsIn = (calls: readonly CountedCall[]): number => calls.reduce((sum, { items }) => sum + items, 0);

/** Connections by their place in the list: the first are due, the others from a day later on. */
function connectionAt(at: number, start: number): Connection {
  const dueAt = at < due ? start - at : start + day + at * 500;
  const verified = { status: 'connected', at: start - day } as const;
  return {
    ...{ uid: newUid(start - day + at, Math.random), id: at + 1, organizationId: 1 + (at % 20), name: `box-${at}` },
    target: { provider: 's3', endpoint: 'https://s3.eu-west-1.amazonaws.com', bucket: `box-${at}`, prefix: 'data/' },
    credential: { kind: 'access-key-pair', accessKey: 'AKIAIOSFODNN7EXAMPLE', version: 'a'.repeat(36) },
    ...{ revealable: true, synchronize: false, createdAt: start - day, updatedAt: start - day, version: 1 },
    verification: { status: 'connected', since: verified.at, verifiedAt: verified.at },
    check: { dueAt, failures: 0 },
    lastVerdict: verified,
  };
}

/** Sweeps a table at a clock of its own, which is turned past the lease so that the same connections are due again. */
async function sweeper(TableName: string, start: number) {
  const { findDue } = await import('../../functions/platform/reverification/find-due.ts');
  const { writeChecks } = await import('../../functions/platform/reverification/write-checks.ts');
  const { writeAnnouncements } = await import('../../functions/platform/events/write-announcements.ts');
  // The adapters read it when they are made, which is at once below.
  process.env['CONNECTIONS_TABLE'] = TableName;
  let now = start;
  let sent = 0;
  const ports = {
    'checks.due': findDue(),
    'checks.write': writeChecks(),
    'announcements.write': writeAnnouncements(),
    'checks.send': async (messages: readonly unknown[]) => {
      sent += messages.length;
    },
  };
  const run = async (expected: number): Promise<number> => {
    sent = 0;
    const began = performance.now();
    await sweepDue(ports, { now: () => now, random: Math.random, until: Number.POSITIVE_INFINITY });
    const took = performance.now() - began;
    if (sent !== expected) throw new Error(`A sweep of ${TableName} handed over ${sent} of ${expected}.`);
    return took;
  };
  return {
    shards: ports['checks.due'].shards,
    async sweepAll() {
      const took = await run(due);
      now += checkTimes.lease;
      return took;
    },
    /** A moment before what was handed over is due again. */
    async sweepNothing() {
      now -= 1;
      await run(0);
      now += 1;
    },
  };
}

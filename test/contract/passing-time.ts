import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, vi } from 'vitest';
import * as z from 'zod/mini';
import { causeShape } from '../../functions/platform/dynamodb/row-schemas.ts';
import type { Service } from './service.ts';

const check = z.object({
  dueAt: z.int(),
  cause: z.exactOptional(causeShape),
  claim: z.exactOptional(z.string()),
  begunAt: z.exactOptional(z.int()),
});
const keys = z.object({ pk: z.string(), sk: z.string(), dueKey: z.string() });
const connectionRow = z.extend(keys, {
  sk: z.string().check(z.startsWith('CONN#')),
  uid: z.string(),
  id: z.int(),
  name: z.string(),
  recorded: z.exactOptional(z.int()),
  verification: z.object({ status: z.string() }),
  credential: z.object({ version: z.string() }),
  check,
  lastVerdict: z.exactOptional(z.object({ at: z.int() })),
});
const untoldLine = z.extend(keys, { pk: z.string().check(z.startsWith('HISTORY#')), at: z.int() });

/** A connection's row, as far as it says what happens next. */
export type ConnectionRow = z.infer<typeof connectionRow>;

const soon = { timeout: 20_000, interval: 20 } as const;

/** The clock of a service whose schedules run by hand, and the rows that go by it. */
export function clockOf({ target }: Service) {
  const { wire, template } = target;
  const client = new DynamoDBClient({
    endpoint: wire.endpoint,
    region: template.region ?? 'us-east-1',
    credentials: wire.administrator(),
  });
  const table = DynamoDBDocumentClient.from(client);
  const [{ name: TableName } = { name: '' }] = template.tables.filter(({ definition }) =>
    JSON.stringify(definition).includes('dueKey'),
  );
  const [everyMinute] = template.rules.filter((rule) => 'everySeconds' in rule && rule.everySeconds === 60);

  async function read() {
    const [connections, untold]: [ConnectionRow[], z.infer<typeof untoldLine>[]] = [[], []];
    for await (const { Items = [] } of paginateScan({ client: table }, { TableName })) {
      connections.push(...Items.flatMap((row) => connectionRow.safeParse(row).data ?? []));
      untold.push(...Items.flatMap((row) => untoldLine.safeParse(row).data ?? []));
    }
    return { connections, untold };
  }

  /** Waits until nothing is under way: no message, no check that was handed over, no first verdict. */
  async function quiet(): Promise<void> {
    await vi.waitFor(async () => {
      const queued = wire.observe.queues().filter(({ waiting, inFlight }) => waiting + inFlight > 0);
      expect(queued).toEqual([]);
      const { connections } = await read();
      const isLooked = ({ check, verification }: ConnectionRow) =>
        check.claim !== undefined || verification.status === 'connecting';
      expect(connections.filter(isLooked)).toEqual([]);
    }, soon);
  }

  /** Turns the moment of a row back, if it still is the one that was read. */
  const turned = ({ pk, sk, dueKey }: z.infer<typeof keys>, ms: number, moments: Readonly<Record<string, number>>) => {
    const paths = Object.keys(moments);
    const key = `${String(Number(dueKey.slice(0, 13)) - ms).padStart(13, '0')}${dueKey.slice(13)}`;
    const names = ['dueKey', ...paths].flatMap((path) => path.split('.'));
    return table.send(
      new UpdateCommand({
        TableName,
        Key: { pk, sk },
        UpdateExpression: `SET #dueKey = :key, ${paths
          .map((path, at) => `${path.replace(/\w+/g, '#$&')} = :at${at}`)
          .join(', ')}`,
        ConditionExpression: '#dueKey = :seen',
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...{ ':key': key, ':seen': dueKey },
          ...Object.fromEntries(paths.map((path, at) => [`:at${at}`, (moments[path] ?? 0) - ms])),
        },
      }),
    );
  };

  return {
    quiet,
    connections: async () => (await read()).connections,
    async connection(uid: string): Promise<ConnectionRow> {
      const found = (await read()).connections.find((row) => row.uid === uid);
      if (!found) throw new Error('There is no such connection.');
      return found;
    },
    /**
     * Lets time pass, once nothing is under way: what lies ahead, and when the last verdict was, is turned back in every
     * connection that is to be looked at, and in every line of a history that is still to be told. Lines that were told
     * stay as they are: nothing hangs on their moments any more.
     */
    async passes(minutes: number): Promise<void> {
      await quiet();
      const ms = minutes * 60_000;
      const { connections, untold } = await read();
      await Promise.all([
        ...connections.map((row) =>
          turned(row, ms, {
            'check.dueAt': row.check.dueAt,
            ...(row.check.begunAt !== undefined && { 'check.begunAt': row.check.begunAt }),
            ...(row.lastVerdict && { 'lastVerdict.at': row.lastVerdict.at }),
          }),
        ),
        ...untold.map((row) => turned(row, ms, { at: row.at })),
      ]);
    },
    /** Runs the sweep, as its rule does every minute. */
    sweep: () => wire.trigger(everyMinute?.name ?? ''),
    stop: () => client.destroy(),
  };
}

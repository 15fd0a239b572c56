import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, vi } from 'vitest';
import * as z from 'zod/mini';
import type { FaultInjector } from '../../../infra/local/aws/service.ts';
import type { LocalTargetOptions } from '../../../infra/local/local-target.ts';
import { connectionRows } from '../connection-rows.ts';
import { startService } from '../service.ts';
import { startMoodyS3 } from '../storage/moody-s3.ts';

/** Longer than a test waits: a message that failed does not come again by itself. */
const never = 600_000;

/** Waits for what is to come true soon, however busy the machine is. */
export const soon = <T>(look: () => T | Promise<T>): Promise<T> => vi.waitFor(look, { timeout: 20_000, interval: 25 });

/** A message of the queue of checks that hands a connection over. */
export const handing = (organizationId: number, uid: string, claim: string): string =>
  JSON.stringify({ kind: 'check', organizationId, uid, claim });

/** The deployment with a storage that has moods, whose sweeps are run by hand and whose parts may be made to fail. */
export async function faultScene(options: Partial<LocalTargetOptions> = {}) {
  const storage = await startMoodyS3();
  let hiddenMs = never;
  let faults: FaultInjector = () => undefined;
  const service = await startService({
    ...{ demo: false, visibility: (seconds) => (seconds === 0 ? 0 : hiddenMs), faults: (call) => faults(call) },
    // Few threads, each of which costs a start.
    parameters: { EgressAllow: `127.0.0.1:${storage.port}`, CheckWorkers: '4' },
    ...options,
  });
  const { wire, seeded, template, invoke } = service.target;
  const { organizationId } = seeded;
  const rows = connectionRows(service, organizationId);
  const sqs = new SQSClient({ endpoint: wire.endpoint, region: 'us-east-1', credentials: wire.administrator() });
  const path = `/v1/api/organizations/${organizationId}/buckets`;
  const headers = { 'x-api-key': seeded.key };
  const functionArn = (task: string): string => {
    const found = template.functions.find(({ handler, logicalId }) => `${logicalId} ${handler}`.includes(task));
    if (!found) throw new Error(`There is no function ${task}.`);
    return found.arn;
  };
  const queue = (name: string) => {
    const found = wire.observe.queues().find((one) => one.name.includes(name));
    if (!found) throw new Error(`There is no queue ${name}.`);
    return found;
  };
  const textOf = (of: unknown): string => JSON.stringify(of);
  const rowTexts = async (): Promise<readonly string[]> => (await wire.observe.rows()).map(textOf);

  const scene = {
    ...{ service, storage, rows, organizationId },
    /** Adds a connection to a bucket, which works. @returns its uid */
    async add(bucket: string): Promise<string> {
      const { body } = await service.send('POST', path, { body: storage.body(bucket), headers });
      expect(body).toMatchObject({ success: true });
      const ofBucket = (await rowTexts()).find((row) => row.includes(`"bucket":{"S":"${bucket}"}`));
      const uid = /"sk":\{"S":"CONN#([0-9a-f-]+)"\}/.exec(ofBucket ?? '')?.[1];
      if (uid === undefined) throw new Error('It has no row.');
      return uid;
    },
    /** Adds connections, and has that announced. */
    async announced(...buckets: readonly string[]): Promise<readonly string[]> {
      const uids: string[] = [];
      for (const bucket of buckets) uids.push(await scene.add(bucket));
      await scene.sweep();
      await soon(() => expect(uids.map((uid) => scene.told(uid).length)).toEqual(uids.map(() => 1)));
      await soon(async () => expect((await scene.unannounced()).filter((uid) => uids.includes(uid))).toEqual([]));
      return uids;
    },
    async remove(uid: string): Promise<void> {
      const { id } = z.looseObject({ id: z.int() }).parse(await rows.row(uid));
      const { body } = await service.send('DELETE', `${path}/${id}`, { headers });
      expect(body).toMatchObject({ success: true });
    },
    /** Has its time come. */
    async due(uid: string): Promise<void> {
      const { dueAt } = (await rows.row(uid)).check;
      await rows.turnBack(uid, dueAt - Date.now() + 1);
    },
    /** Runs a sweep as the schedule does. @returns how many it handed over, or that it failed */
    async sweep(): Promise<number | 'failed'> {
      const outcome = await invoke(functionArn('Sweep'), {});
      return outcome.ok ? z.object({ handed: z.int() }).parse(outcome.payload).handed : 'failed';
    },
    checks: () => queue('Checks'),
    deadLetters: () => queue('DeadLetters').bodies,
    /** Puts messages into the queue of checks. */
    async send(...bodies: readonly string[]): Promise<void> {
      const QueueUrl = template.queues.find(({ name }) => name.includes('Checks'))?.url;
      const path = new URL(QueueUrl ?? '').pathname;
      for (const MessageBody of bodies) {
        await sqs.send(new SendMessageCommand({ QueueUrl: wire.endpoint + path, MessageBody }));
      }
    },
    /** From now on a message that is received is seen again after so long. */
    hide: (ms: number): void => {
      hiddenMs = ms;
    },
    /** Everything works again, and no message comes again by itself. */
    calm: (): void => {
      hiddenMs = never;
      faults = () => undefined;
    },
    /** Fails calls of functions, those that mention a text. */
    fail: (mentioned: string, which: FaultInjector): void => {
      faults = (call) => (call.by === 'role' && textOf(call.input).includes(mentioned) ? which(call) : undefined);
    },
    /** The changes that were announced of a connection. */
    told: (uid: string) =>
      wire.observe.events().filter(({ bus, event }) => bus !== 'default' && textOf(event).includes(uid)),
    /** The rows of which something is about a connection, by their keys. */
    rowsOf: async (uid: string): Promise<readonly string[]> => (await rowTexts()).filter((row) => row.includes(uid)),
    /** The lines of the history of a connection. */
    lines: async (uid: string): Promise<readonly string[]> =>
      (await rowTexts()).filter(
        (row) => row.includes(`"pk":{"S":"HISTORY#${uid}"}`) && row.includes('"kind":{"S":"verdict"}'),
      ),
    /** The connections of which something is still to be announced. */
    unannounced: async (): Promise<readonly string[]> =>
      (await rowTexts()).flatMap((row) => {
        const [, uid] = /"pk":\{"S":"HISTORY#([0-9a-f-]+)"\}/.exec(row) ?? [];
        return uid !== undefined && row.includes('"dueKey"') ? [uid] : [];
      }),
    /** The lines of a log that the metric filter of failed checks counts. */
    failures: (): number => service.target.logs().filter(isFailedCheck).length,
    async stop(): Promise<void> {
      scene.calm();
      sqs.destroy();
      rows.close();
      await service.stop();
      await storage.stop();
    },
  };
  return scene;
}
export type FaultScene = Awaited<ReturnType<typeof faultScene>>;

const logged = z.object({ message: z.object({ event: z.literal('unexpected'), where: z.string() }) });

/** As the filter's pattern has it: `$.message.event` is `unexpected`, in the log of the function `check`. */
function isFailedCheck(line: string): boolean {
  const json = line.slice(line.indexOf('{'));
  try {
    const found = logged.safeParse(JSON.parse(json));
    return found.success && found.data.message.where === 'reverification/check';
  } catch {
    return false;
  }
}

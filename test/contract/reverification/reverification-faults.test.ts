import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import * as z from 'zod/mini';
import { checkTimes } from '../../../functions/core/records/timeouts.ts';
import { ServiceError } from '../../../infra/local/aws/service.ts';
import { editedAssembly } from '../edited-assembly.ts';
import { type FaultScene, faultScene, handing, soon } from './fault-scene.ts';

/** Faults of the parts that look at saved connections again, in the deployment on this machine. */

/**
 * The deployment, in which these tasks take a refused call for an answer: the SDK's own repetitions take seconds, and
 * hide nothing but short faults.
 *
 * @param check further properties of the function `check`
 */
const tryingOnce = (check: { readonly Timeout?: number } = {}) =>
  editedAssembly((template) =>
    JSON.stringify(JSON.parse(template), (name, value: unknown) => {
      const [, task] = /^Reverification(Sweep|Check)Function/.exec(name) ?? [];
      if (task === undefined) return value;
      const { Properties, ...resource } = functionResource.parse(value);
      const Variables = { ...Properties.Environment.Variables, AWS_MAX_ATTEMPTS: '1' };
      return { ...resource, Properties: { ...Properties, Environment: { Variables }, ...(task === 'Check' && check) } };
    }),
  );
const functionResource = z.looseObject({
  Properties: z.looseObject({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) }),
});

let assembly = '';
let scene: FaultScene;
/** A connection whose storage hangs from the beginning on, for as long as a check waits; and one that was due with it. */
let hung = '';
let beside = '';
let swept = 0;
beforeAll(async () => {
  assembly = await tryingOnce();
  scene = await faultScene({ assembly });
  [hung = '', beside = ''] = await scene.announced('hung', 'beside');
  scene.storage.be('hung', 'hanging');
  swept = Date.now();
  await checked(hung, beside);
});
afterEach(() => scene.calm());
afterAll(async () => {
  await scene.service.expectNoLeak();
  await scene.stop();
  await rm(assembly, { recursive: true });
});

/** Has connections looked at, and waits for nothing. */
async function checked(...uids: readonly string[]): Promise<void> {
  for (const uid of uids) await scene.due(uid);
  expect(await scene.sweep()).toBe(uids.length);
}
const one = async (bucket: string): Promise<string> => (await scene.announced(bucket))[0] ?? '';
const isAsked = (of: FaultScene, bucket: string, times: number) =>
  soon(() => expect(of.storage.requests(bucket)).toBe(times));
/** Waits for the verdict that the storage refuses, and that nothing is left to be done. */
const isRefused = (of: FaultScene, uid: string) =>
  soon(async () => {
    expect((await of.rows.row(uid)).lastVerdict).toMatchObject({ status: 'error', code: 'list-denied' });
    expect(of.checks().bodies.filter((body) => body.includes(uid))).toEqual([]);
  });
/** That it was found once: one line more in the history than at first, told once. */
async function expectOnce(of: FaultScene, uid: string): Promise<void> {
  expect(await of.lines(uid)).toHaveLength(2);
  expect(of.told(uid)).toHaveLength(2);
  expect((await of.rows.row(uid)).recorded).toBe(2);
}

test('a worker that is killed is followed by the next after the visibility time-out, and the verdict lands once', async () => {
  const assembly = await tryingOnce({ Timeout: 2 });
  onTestFinished(() => rm(assembly, { recursive: true }));
  const brief = await faultScene({ assembly });
  onTestFinished(() => brief.stop());
  const [uid = ''] = await brief.announced('killed');
  brief.storage.be('killed', 'hanging');
  brief.hide(2_800);
  await brief.due(uid);
  expect(await brief.sweep()).toBe(1);
  await isAsked(brief, 'killed', 2);
  // The time-out, of 180 s, is longer than a worker lives.
  await brief.rows.turnBack(uid, checkTimes.work + 1);
  // Its thread is ended, or Middy gives up a few milliseconds before that.
  await soon(() => expect(brief.service.target.logs().join('\n')).toMatch(/Sandbox\.Timedout|TimeoutError/));
  brief.storage.be('killed', 'denied');
  await isRefused(brief, uid);
  expect(brief.storage.requests('killed')).toBe(3);
  await expectOnce(brief, uid);
  expect(brief.deadLetters()).toEqual([]);
});

test('poison ends among the dead letters after three receipts, and the rest goes on', async () => {
  const [well = ''] = await scene.announced('well');
  const damaged = await scene.add('damaged');
  await scene.rows.put({ pk: `ORG#${scene.organizationId}`, sk: `CONN#${damaged}` }, 'verification', 'damaged');
  const [before, lettersBefore] = [scene.failures(), scene.deadLetters()];
  expect(lettersBefore).toEqual([]);
  scene.hide(100);
  await scene.send('{', '{"kind":"other"}');
  await scene.due(well);
  // Its line of the history cannot be announced, for its row cannot be read.
  expect(await scene.sweep()).toBe(2);
  await soon(() =>
    expect(scene.deadLetters().toSorted()).toEqual([
      '{',
      expect.stringContaining(`{"kind":"announcement","uid":"${damaged}"`),
      '{"kind":"other"}',
    ]),
  );
  await isAsked(scene, 'well', 2);
  await soon(() => expect(scene.failures() - before).toBe(9));
});

test('a message that comes twice or late makes no other verification', async () => {
  const uid = await one('twice');
  scene.storage.be('twice', 'silent');
  await checked(uid);
  await isAsked(scene, 'twice', 2);
  const first = handing(scene.organizationId, uid, (await scene.rows.row(uid)).check.claim ?? '');
  const inQueue = (count: number) =>
    soon(() => expect(scene.checks().bodies.filter((body) => body.includes(uid))).toHaveLength(count));
  await scene.send(first, first);
  // What is left is what is being worked on.
  await inQueue(1);
  scene.storage.be('twice', 'denied');
  await isRefused(scene, uid);
  await scene.send(first);
  await inQueue(0);
  expect(scene.storage.requests('twice')).toBe(2);
  await expectOnce(scene, uid);

  scene.storage.be('twice', 'silent');
  await checked(uid);
  await isAsked(scene, 'twice', 3);
  await scene.send(first);
  await inQueue(1);
  scene.storage.be('twice', 'denied');
  await inQueue(0);
  expect(scene.storage.requests('twice')).toBe(3);
  expect((await scene.rows.row(uid)).recorded).toBe(3);
});

describe('throttling', () => {
  const tooMuch = (code: string) => new ServiceError(code, 'Rate exceeded.');

  test.each([
    ['the table', 'dynamodb', 'TransactWriteItems', 'ProvisionedThroughputExceededException'],
    ['the vault', 'secretsmanager', 'GetSecretValue', 'ThrottlingException'],
  ])('of %s loses nothing: the verdict lands when it ends', async (_, service, operation, code) => {
    const bucket = `throttled-${service}`;
    const uid = await one(bucket);
    scene.storage.be(bucket, 'denied');
    const before = scene.failures();
    let refused = 0;
    scene.fail(uid, (call) => {
      if (call.service !== service || call.operation !== operation) return undefined;
      refused++;
      return tooMuch(code);
    });
    scene.hide(1_500);
    await checked(uid);
    await soon(() => expect(refused).toBeGreaterThan(0));
    await scene.rows.turnBack(uid, checkTimes.work + 1);
    await soon(() => expect(scene.failures()).toBeGreaterThan(before));
    expect((await scene.rows.row(uid)).lastVerdict.status).toBe('connected');
    expect(await scene.lines(uid)).toHaveLength(1);
    scene.fail(uid, () => undefined);
    await isRefused(scene, uid);
    await expectOnce(scene, uid);
    expect(scene.deadLetters().join()).not.toContain(uid);
  });

  test('of the table while a sweep takes what is due leaves it to the next sweep', async () => {
    const uid = await one('untaken');
    await scene.due(uid);
    scene.fail(uid, ({ service }) =>
      service === 'dynamodb' ? tooMuch('ProvisionedThroughputExceededException') : undefined,
    );
    expect(await scene.sweep()).toBe('failed');
    expect(scene.storage.requests('untaken')).toBe(1);
    scene.calm();
    expect(await scene.sweep()).toBe(1);
    await isAsked(scene, 'untaken', 2);
  });
});

test('a connection that is removed while it is looked at stays removed, and nothing is told', async () => {
  const uid = await one('removed');
  scene.storage.be('removed', 'silent');
  await checked(uid);
  await isAsked(scene, 'removed', 2);
  const [before, failed] = [await scene.lines(uid), scene.failures()];
  const { claim = '' } = (await scene.rows.row(uid)).check;
  await scene.remove(uid);
  scene.storage.be('removed', 'denied');
  await scene.send(handing(scene.organizationId, uid, claim));
  await soon(() => expect(scene.checks().bodies.filter((body) => body.includes(uid))).toEqual([]));
  expect(scene.failures()).toBe(failed);
  const left = await scene.rowsOf(uid);
  expect(left.filter((row) => !/"pk":\{"S":"(?:HISTORY|EVENTS|AUDIT)#/.test(row))).toEqual([]);
  expect(await scene.lines(uid)).toEqual(before);
  expect(scene.told(uid)).toHaveLength(1);
  expect(scene.service.target.wire.observe.secrets().filter(({ name }) => name.includes(uid))).toEqual([]);
  expect(await scene.sweep()).toBe(0);
});

describe('a sweep', () => {
  test('that dies before the queue has what it took is made up for after the lease', async () => {
    const buckets = ['lost-a', 'lost-b', 'lost-c'];
    const uids = await scene.announced(...buckets);
    for (const uid of uids) await scene.due(uid);
    scene.fail('', ({ operation }) =>
      operation === 'SendMessageBatch' ? new ServiceError('ServiceUnavailable', 'Later.', {}, 503) : undefined,
    );
    expect(await scene.sweep()).toBe('failed');
    scene.calm();
    for (const uid of uids) expect((await scene.rows.row(uid)).check.claim).toBeDefined();
    expect(await scene.sweep()).toBe(0);
    for (const uid of uids) await scene.rows.turnBack(uid, checkTimes.lease);
    expect(await scene.sweep()).toBe(uids.length);
    for (const bucket of buckets) await isAsked(scene, bucket, 2);
  });

  test('and another at the same time hand each connection over once', async () => {
    const buckets = Array.from({ length: 12 }, (_, n) => `both-${n}`);
    const uids = await scene.announced(...buckets);
    // Both functions run already, so that neither is done before the other begins.
    await Promise.all([scene.sweep(), scene.sweep()]);
    for (const uid of uids) await scene.due(uid);
    const handed = await Promise.all([scene.sweep(), scene.sweep()]);
    expect(handed.reduce((sum: number, each) => sum + Number(each), 0)).toBe(uids.length);
    await soon(() => expect(scene.checks().bodies.filter((body) => !body.includes(hung))).toEqual([]));
    expect(buckets.map((bucket) => scene.storage.requests(bucket))).toEqual(buckets.map(() => 2));
  });
});

test('a storage that hangs is found out by the deadline of a check, and others are looked at meanwhile', async () => {
  await soon(async () =>
    expect((await scene.rows.row(hung)).lastVerdict).toMatchObject({ status: 'error', code: 'connection-timed-out' }),
  );
  const [waited, other] = [await scene.rows.row(hung), await scene.rows.row(beside)].map(
    ({ verification }) => verification,
  );
  // The deadline is 8 s; the rest is for what surrounds it.
  expect((waited?.verifiedAt ?? 0) - (other?.verifiedAt ?? 0)).toBeGreaterThan(5_000);
  expect((waited?.verifiedAt ?? 0) - swept).toBeLessThan(12_000);
  expect(other?.verifiedAt ?? 0).toBeGreaterThanOrEqual(swept);
});

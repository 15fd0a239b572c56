import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LocalTargetOptions } from '../../../infra/local/local-target.ts';
import { canaryAccountKey } from '../canary.ts';
import { editedAssembly, withoutGrant } from '../edited-assembly.ts';
import { type Reply, type Service, startService } from '../service.ts';
import { startMoodyAzure } from './moody-azure.ts';

let azure: Awaited<ReturnType<typeof startMoodyAzure>>;
beforeAll(async () => {
  azure = await startMoodyAzure();
});
afterAll(() => azure.stop());

/** The deployment with the waits of the loop a hundred times shorter, and no demo storage. */
async function started(options: Partial<LocalTargetOptions> = {}): Promise<Service> {
  const service = await startService({
    demo: false,
    parameters: { EgressAllow: `127.0.0.1:${azure.port}` },
    waits: (seconds) => seconds * 10,
    ...options,
  });
  onTestFinished(() => service.stop());
  return service;
}

const body = (container: string) => azure.body(container, canaryAccountKey);

/** Polls as a client does, until the answer is no longer `connecting`. */
const verdictOf = (service: Service, container: string): Promise<Reply> =>
  vi.waitFor(
    async () => {
      const reply = await service.verify(body(container));
      expect(reply.body).not.toMatchObject({ connectionStatus: 'connecting' });
      return reply;
    },
    { timeout: 20_000, interval: 50 },
  );

/** The secrets that verifications left behind. */
const leftSecrets = (service: Service) =>
  service.target.wire.observe.secrets().filter(({ name }) => name.includes('/job/'));

/** However it ended: a verdict, no secret left, nothing leaked. */
async function expectEnded(service: Service, container: string, connectionError: unknown): Promise<void> {
  const { status, body: answer } = await verdictOf(service, container);
  expect([status, answer]).toEqual([200, expect.objectContaining({ connectionStatus: 'error', connectionError })]);
  await vi.waitFor(() => expect(leftSecrets(service)).toEqual([]), { timeout: 20_000, interval: 50 });
  await service.expectNoLeak();
}

const interrupted = expect.stringMatching(/interrupted/);

describe('the polling loop', () => {
  test('says connecting while the storage settles, and connected when it has', async () => {
    const service = await started();
    azure.be({ status: 409, code: 'ContainerBeingDeleted' });
    const before = azure.requests();
    const first = await service.verify(body('settles'));
    expect(first.body).toMatchObject({ connectionStatus: 'connecting' });
    await vi.waitFor(() => expect(azure.requests() - before).toBeGreaterThanOrEqual(3), { timeout: 20_000 });
    const meanwhile = await service.verify(body('settles'));
    expect(meanwhile.body).toEqual(first.body);
    azure.be('well');
    expect((await verdictOf(service, 'settles')).body).toMatchObject({ connectionStatus: 'connected', files: [] });
    await vi.waitFor(() => expect(leftSecrets(service)).toEqual([]));
    await service.expectNoLeak();
  });

  test('ends at once where only a person can help', async () => {
    const service = await started();
    azure.be({ status: 403, code: 'KeyBasedAuthenticationNotPermitted' });
    const before = azure.requests();
    await expectEnded(service, 'wrong', expect.stringMatching(/^secretKey: /));
    expect(azure.requests() - before).toBe(1);
  });

  test('is one for callers at once, and another for another key', async () => {
    const service = await started();
    azure.be({ status: 503, code: 'ServerBusy' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => service.verify(body('shared'))));
    for (const { status, body: answer } of answers) {
      expect([status, answer]).toEqual([200, answers[0]?.body]);
    }
    expect(service.target.wire.observe.executions()).toHaveLength(1);
    const otherKey = Buffer.from('another key').toString('base64');
    await service.verify(azure.body('shared', otherKey));
    expect(service.target.wire.observe.executions()).toHaveLength(2);
    expect(new Set(service.target.wire.observe.executions().map(({ name }) => name.slice(0, 48))).size).toBe(2);
    azure.be('well');
    await verdictOf(service, 'shared');
  });
});

describe('a loop that dies ends in a verdict, and its secret is gone', () => {
  test('when its task fails: the right to read the secret was taken away', async () => {
    const assembly = await withoutGrant('UnsavedCredentialsRead');
    onTestFinished(() => rm(assembly, { recursive: true }));
    const service = await started({ assembly });
    azure.be('well');
    const before = azure.requests();
    await expectEnded(service, 'task-fails', interrupted);
    expect(azure.requests()).toBe(before);
    expect(service.target.logs().join('\n')).toMatch(/secretsmanager:GetSecretValue/);
  });

  test('when its task hangs beyond its time', async () => {
    const assembly = await editedAssembly((template) =>
      JSON.stringify(JSON.parse(template), (name, value: unknown) => (name === 'Timeout' && value === 30 ? 1 : value)),
    );
    onTestFinished(() => rm(assembly, { recursive: true }));
    const service = await started({ assembly });
    azure.be('hanging');
    await expectEnded(service, 'task-hangs', interrupted);
  });

  test('when somebody stops the execution', async () => {
    const service = await started();
    azure.be('hanging');
    await service.verify(body('stopped'));
    const [execution] = service.target.wire.observe.executions();
    const sfn = new SFNClient({
      endpoint: service.target.wire.endpoint,
      region: 'us-east-1',
      credentials: service.target.wire.administrator(),
    });
    await sfn.send(new StopExecutionCommand({ executionArn: execution?.executionArn }));
    sfn.destroy();
    await expectEnded(service, 'stopped', interrupted);
  });

  test('when the execution runs out of time', async () => {
    const assembly = await editedAssembly((template) => template.replace(/(TimeoutSeconds\\":\s*)900/, '$11'));
    onTestFinished(() => rm(assembly, { recursive: true }));
    const service = await started({ assembly });
    azure.be({ status: 503, code: 'ServerBusy' });
    await expectEnded(service, 'out-of-time', interrupted);
  });

  test('when the service itself is stopped in the middle and started again', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'restarted-'));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
    azure.be('hanging');
    const before = await startService({
      demo: false,
      dataDir,
      parameters: { EgressAllow: `127.0.0.1:${azure.port}` },
    });
    await before.verify(body('restarted'));
    await before.target.stop();
    await expectEnded(await started({ dataDir }), 'restarted', interrupted);
  });
});

describe('a function without a grant is refused here as on AWS', () => {
  test.each(['KeysRead', 'JobsWrite', 'UnsavedCredentialsCreate', 'FingerprintKeyRead', 'LoopStart'])(
    'without %s the call fails, says nothing of why, and leaves no secret',
    async (sid) => {
      const assembly = await withoutGrant(sid);
      onTestFinished(() => rm(assembly, { recursive: true }));
      const service = await started({ assembly });
      azure.be('well');
      const { status, body: answer } = await service.verify(body('refused'));
      expect([status, answer]).toEqual([500, { success: false, error: expect.stringContaining('our side') }]);
      expect(JSON.stringify(answer)).not.toMatch(/denied|dynamodb|secretsmanager|states/i);
      expect(service.target.logs().join('\n')).toMatch(/AccessDenied|is not authorized/);
      expect(leftSecrets(service)).toEqual([]);
    },
  );
});

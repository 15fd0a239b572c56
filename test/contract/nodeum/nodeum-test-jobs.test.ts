import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { startS3StandIn } from '../../../infra/local/storage/s3/s3-emulator.ts';
import { proxyServer } from '../../providers/egress/proxy-server.ts';
import { canary, canaryAccountKey } from '../canary.ts';
import { operatorOf } from '../operator.ts';
import { type Reply, type Service, startService } from '../service.ts';
import { startStatusServer } from '../status-server.ts';
import { buckets, clients, jobStatus, type NodeumClient, nodeumClient } from './nodeum-client.ts';
import { demoOf, expectRefused, keptBy, sentTo } from './nodeum-scene.ts';

let service: Service;
let api: NodeumClient;
beforeAll(async () => {
  service = await startService({ waits: (seconds) => seconds * 10, parameters: { EgressAllow: '127.0.0.1' } });
  api = nodeumClient(service, clients.Python);
});
afterAll(async () => {
  await service.expectNoLeak();
  await service.stop();
});

const soon = { timeout: 20_000, interval: 50 } as const;
const sent = (more: object = {}) => {
  const { name: _, ...account } = sentTo(service, more);
  return account;
};

/** Starts a test. @returns its id */
async function started(body: unknown): Promise<string> {
  const { status, body: answer } = await api.test(body);
  expect([status, answer]).toEqual([202, { job_id: expect.any(String), status: expect.any(String) }]);
  const job = jobStatus.parse(answer);
  expect(['queued', 'working']).toContain(job.status);
  return job.job_id;
}

/** Asks until the test is over, each answer on the way held to the document. */
const ended = (jobId: string): Promise<Reply> =>
  vi.waitFor(async () => {
    const reply = await api.testResult(jobId);
    if (reply.status === 200) return reply;
    const { job_id, status, progress, total } = jobStatus.parse(reply.body);
    expect([reply.status, job_id]).toEqual([202, jobId]);
    expect(progress).toBeLessThanOrEqual(total ?? -1);
    expect(status).toBe('failed');
    return reply;
  }, soon);

async function foundIn(body: unknown) {
  const reply = await ended(await started(body));
  expect([reply.status, reply.body]).toEqual([200, expect.anything()]);
  return buckets.parse(reply.body).cloud_buckets;
}

async function expectFailed(body: unknown, message: RegExp): Promise<void> {
  const jobId = await started(body);
  const { status, body: answer } = await ended(jobId);
  expect([status, answer]).toEqual([
    202,
    { job_id: jobId, status: 'failed', progress: 0, total: 0, message: expect.stringMatching(message) },
  ]);
}

describe('a test', () => {
  test('finds the buckets of an account, and what is in those that can be counted', async () => {
    const files = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`f/${at}`, 'four']));
    const key = { accessKey: 'AKIACOUNTED', secretKey: 'word' };
    const owned = (name: string, count: number, region = 'us-east-1') => ({
      ...{ name, region, owner: key.accessKey, objects: files(count) },
    });
    const storage = await startS3StandIn({
      keys: [{ ...key, rights: ['few', 'none'].map((bucket) => ({ bucket, actions: ['list'] as const })) }],
      buckets: [owned('few', 3), owned('none', 0), owned('unreadable', 2)],
      errorMessage: canary.remote,
    });
    try {
      const account = {
        provider: 'generic_s3',
        url: storage.url,
        access_key: key.accessKey,
        secret_key: key.secretKey,
      };
      const [, secrets] = await keptBy(service);
      expect(await foundIn(account)).toEqual([
        { id: 1, name: 'few', file_count: 3, file_size_sum: 12 },
        { id: 2, name: 'none', file_count: 0, file_size_sum: 0 },
        { id: 3, name: 'unreadable' },
      ]);
      // Nothing of it is saved, and its credential goes with it.
      expect((await api.list()).body).toEqual({ count: 0, cloud_connectors: [] });
      await vi.waitFor(() => expect(service.target.wire.observe.secrets()).toHaveLength(secrets ?? 0), soon);
    } finally {
      await storage.stop();
    }
  });

  test('of a storage that fails says so while it works, and once mended is tried anew by the same request', async () => {
    const storage = await startStatusServer(503);
    const body = sent({ url: storage.url });
    try {
      const jobId = await started(body);
      await vi.waitFor(async () => {
        const reply = await api.testResult(jobId);
        expect([reply.status, reply.body]).toEqual([
          202,
          {
            job_id: jobId,
            status: 'working',
            progress: 0,
            total: 0,
            message: expect.stringMatching(/^The storage is failing/),
          },
        ]);
      }, soon);
      storage.setStatus(403);
      const failed = await ended(jobId);
      expect(failed.body).toMatchObject({ job_id: jobId, status: 'failed' });
      const next = await started(body);
      expect(next).not.toBe(jobId);
      expect((await ended(next)).body).toMatchObject({ job_id: next, status: 'failed' });
    } finally {
      await storage.stop();
    }
  });

  test('does not count the write check that a PUT to a signed URL has left', async () => {
    const { s3, keys } = demoOf(service);
    const account = sent({ options: 'counted' });
    const countsOf = async () => (await foundIn(account)).find(({ name }) => name === s3.bucket);
    const before = await countsOf();
    const bucket = {
      ...keys.s3,
      storageProvider: 'other',
      endpoint: s3.endpoint,
      bucket: s3.bucket,
      region: 'us-east-1',
    };
    const { signedUrl } = z.object({ signedUrl: z.string() }).parse((await service.verify(bucket)).body);
    const put = await fetch(signedUrl, { method: 'PUT', body: 'written' });
    expect(put.status).toBe(200);
    expect(await countsOf()).toEqual(before);
    const files = z
      .object({ files: z.array(z.object({ name: z.string() })) })
      .parse((await service.verify(bucket)).body);
    expect(files.files.map(({ name }) => name)).not.toContain('.storage-connections-write-check');
  });

  test('that is asked for four times is one, and answers all alike', async () => {
    const asked = demoOf(service).s3.requests.filter(({ operation }) => operation === 'ListBuckets').length;
    const body = sent({ region: 'us-east-1', options: 'ro' });
    const replies = await Promise.all([1, 2, 3, 4].map(() => api.test({ ...body, name: 'any' })));
    const ids = new Set(replies.map((reply) => jobStatus.parse(reply.body).job_id));
    expect([ids.size, replies.map(({ status }) => status)]).toEqual([1, [202, 202, 202, 202]]);
    const [jobId = ''] = ids;
    const { body: found } = await ended(jobId);
    expect((await ended(jobId)).body).toEqual(found);
    const listings = demoOf(service).s3.requests.filter(({ operation }) => operation === 'ListBuckets');
    expect(listings).toHaveLength(asked + 1);
    expect(await started(body)).not.toBe(jobId);
    expect(await started({ ...body, region: 'us-west-2' })).not.toBe(jobId);
  });

  test('says what is wrong and what to do, and never what the storage said', async () => {
    await expectFailed(
      sent({ secret_key: canary.secret }),
      /^secret_key: The storage does not accept the signature .* Enter /,
    );
    await expectFailed(sent({ access_key: 'AKIAUNKNOWN' }), /^access_key: The storage does not know this access key/);
    await expectFailed(sent({ url: 'http://127.0.0.1:1' }), /^url: /);
    await expectFailed(sent({ url: 'https://169.254.169.254' }), /^url: .*does not connect to/);
    await expectFailed(sent({ url_proxy: `http://me:${canary.secret}@127.0.0.1:1` }), /^url_proxy: /);
  });

  test('goes through its proxy, under the user that is in its address', async () => {
    const proxy = await proxyServer({ user: `me:${canary.secret}` });
    const url_proxy = `http://me:${canary.secret}@127.0.0.1:${proxy.port}`;
    expect((await foundIn(sent({ url_proxy }))).length).toBeGreaterThan(0);
    expect(proxy.asked[0]).toMatchObject({ authority: new URL(demoOf(service).s3.endpoint).host });
  });
});

describe('a test of', () => {
  const google = () => {
    const { gcs, keys } = demoOf(service);
    return { provider: 'google_cloud_storage', access_key: keys.gcs.clientEmail, secret_key: gcs.keyFile };
  };
  const amazon = (more: object) => ({ provider: 'amazon_aws_s3', region: 'us-east-1', ...more });

  test.each([
    ...['generic_s3', 'cloudian_hyperstore', 'scality_ring', 'dell_emc_ecs', 'openstack_swift', 'wasabi'],
    ...['quantum_activescale', 'datacore_swarm', 'amazon_aws_s3'],
  ])('%s at an address of its own', async (provider) => {
    expect(await foundIn(sent({ provider }))).toContainEqual(
      expect.objectContaining({ name: demoOf(service).s3.bucket, file_count: expect.any(Number) }),
    );
  });

  test('azure', async () => {
    const { azure, keys } = demoOf(service);
    const account = { provider: 'azure', url: azure.endpoint, access_key: keys.azure.account };
    expect(await foundIn({ ...account, secret_key: keys.azure.key })).toMatchObject([
      { id: 1, name: azure.container, file_count: expect.any(Number) },
    ]);
    await expectFailed({ ...account, secret_key: canaryAccountKey }, /^secret_key: /);
  });

  test('google_cloud_storage by a service account', async () => {
    expect(await foundIn(google())).toContainEqual(
      expect.objectContaining({ name: demoOf(service).gcs.bucket, file_count: expect.any(Number) }),
    );
  });

  test('amazon_aws_s3 at the endpoint of its region', async () => {
    const { accessKey: access_key, secretKey: secret_key } = demoOf(service).keys.s3;
    expect(await foundIn(amazon({ access_key, secret_key }))).toContainEqual(
      expect.objectContaining({ name: demoOf(service).s3.bucket, location: 'us-east-1' }),
    );
    expect(demoOf(service).s3.requests.at(-1)?.host).toContain('s3.us-east-1.amazonaws.com');
  });

  test('amazon_aws_s3 by a role', async () => {
    expect(await foundIn(amazon({ access_key: demoOf(service).roles.storage }))).not.toHaveLength(0);
  });
});

describe('the result of a test', () => {
  test.each([
    ['a word', 'nothing'],
    ['an id of another form', '6f4d759d-48e9-43c8-ab24-640f5ea63922'],
    ['an escape', '%'],
    ['a control character', '\u0000'],
    ['more than any id', 'x'.repeat(2_000)],
  ])('that is not there is not found: %s', async (_, jobId) => {
    expectRefused(await api.testResult(jobId), 404, { job_id: [{ error: 'not_found' }] }, /^job_id was not found/);
  });

  test('needs a job', async () => {
    for (const query of ['', '?job_id=', '?id=1']) {
      const reply = await api.send('GET', `/-/test${query}`);
      expectRefused(reply, 422, { job_id: [{ error: 'blank' }] }, /^job_id can't be blank$/);
    }
  });

  test('is nobody else’s', async () => {
    const operator = operatorOf(service);
    const { id } = await operator.newOrganization('other');
    const other = nodeumClient(service, clients.Python, (await operator.newKey(String(id))).key);
    const jobId = await started(sent({ region: 'eu-west-1' }));
    expectRefused(await other.testResult(jobId), 404, { job_id: [{ error: 'not_found' }] }, /not found/);
    await ended(jobId);
  });
});

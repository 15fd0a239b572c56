import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../functions/core/access/audit.ts';
import type { LimitSubject } from '../../../functions/core/access/rate-limit.ts';

/**
 * What DynamoDB answers when many write to one row, which the local one never does: refusals for too many writes, and
 * rows that are somebody else's again before the next write arrives.
 */

const now = Date.UTC(2026, 5, 1);
const key: LimitSubject = { kind: 'key', id: 'k1' };
const job = { fingerprint: 'f'.repeat(64), generation: now };

/** What a DynamoDB that is told what to say was sent. */
const sent: Record<string, unknown>[] = [];
let answers: readonly { readonly status: number; readonly body: object }[] = [];

const succeeded = (Attributes: object = {}) => ({ status: 200, body: { Attributes } });
const failed = (name: string, more: object = {}) => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'canary', ...more },
});
const unmet = (Item?: object) => failed('ConditionalCheckFailedException', Item && { Item });
const fullAt = (milliseconds: number) => unmet({ fullAt: { N: String(milliseconds) } });

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  sent.push(JSON.parse(Buffer.concat(chunks).toString()));
  // The last answer is given for good.
  const { status, body } = answers[Math.min(sent.length, answers.length) - 1] ?? succeeded();
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
});

const settings = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  // The SDK's own waiting is not what is looked at here.
  AWS_MAX_ATTEMPTS: '1',
  CONNECTIONS_TABLE: 'connections',
  LIMIT_PER_KEY: '10',
  LIMIT_PER_ORGANIZATION: '10',
  LIMIT_PER_HOST: '10',
  UNSAVED_JOBS: '2',
  AUDIT_RETENTION_DAYS: '30',
};

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  Object.assign(process.env, { AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  sent.length = 0;
  Object.assign(process.env, settings);
});

const take = async (subject: LimitSubject, given: typeof answers) => {
  answers = given;
  return (await import('../../../functions/platform/access/rate-limits.ts')).takeAllowance()(subject, now);
};
const places = async (given: typeof answers) => {
  answers = given;
  const { takeJobSlot, releaseJobSlot } = await import('../../../functions/platform/jobs/job-slots.ts');
  return { admit: () => takeJobSlot()(job, now + 1, now), leave: () => releaseJobSlot()(job) };
};
const tooMany = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'] as const;

describe('a limit', () => {
  test.each(tooMany)('whose row is written too often (%s) is refused for a second', async (name) => {
    const { allowed, remaining, retryAfterSeconds } = await take(key, [failed(name)]);
    expect({ allowed, remaining, retryAfterSeconds }).toEqual({ allowed: false, remaining: 0, retryAfterSeconds: 1 });
  });

  test('that the second write is one too many for is refused as well', async () => {
    const { allowed } = await take(key, [fullAt(now + 1), failed('ThrottlingException')]);
    expect(allowed).toBe(false);
  });

  test('that is used up is left after one write', async () => {
    const allowance = await take(key, [fullAt(now + 60_000)]);
    expect(allowance).toMatchObject({ allowed: false, retryAfterSeconds: 6, resetSeconds: 60 });
    expect(sent).toHaveLength(1);
  });

  test('that others used up between two writes is refused with what they left', async () => {
    const allowance = await take(key, [fullAt(now + 54_000), fullAt(now + 59_000)]);
    expect(allowance).toMatchObject({ allowed: false, retryAfterSeconds: 5, resetSeconds: 59 });
    expect(sent).toHaveLength(2);
  });

  test('whose row the table dropped between two writes begins anew', async () => {
    const given = succeeded({ fullAt: { N: String(now + 6_000) } });
    expect(await take(key, [fullAt(now + 1), unmet(), given])).toMatchObject({ allowed: true, remaining: 9 });
  });

  test('that nobody gets hold of is refused for a second, after three writes', async () => {
    expect(await take(key, [fullAt(now + 1)])).toMatchObject({ allowed: false, remaining: 0, retryAfterSeconds: 1 });
    expect(sent).toHaveLength(3);
  });

  test('of a host is kept without its name, until an hour after it is whole', async () => {
    await take({ kind: 'host', host: 'minio.example.com:9000' }, [succeeded({ fullAt: { N: String(now + 6_000) } })]);
    const hash = createHash('sha256').update('minio.example.com:9000').digest('hex');
    expect(sent[0]).toMatchObject({
      Key: { pk: { S: `LIMIT#host#${hash}` }, sk: { S: 'LIMIT' } },
      ExpressionAttributeValues: { ':ttl': { N: String(now / 1000 + 60 + 3_600) } },
    });
    expect(JSON.stringify(sent)).not.toContain('minio');
  });

  test('is not taken for met because of any other failure', async () => {
    await expect(take(key, [failed('ResourceNotFoundException')])).rejects.toThrow();
  });
});

describe('the places for unsaved jobs', () => {
  test.each(tooMany)('are all taken when their row is written too often (%s)', async (name) => {
    const { admit } = await places([failed(name)]);
    expect(await admit()).toBe(false);
  });

  test('that others take before they are free again are all taken, after three tries', async () => {
    const { admit } = await places([unmet({ places: { M: { a: { N: '1' }, b: { N: String(now) } } } })]);
    expect(await admit()).toBe(false);
    expect(sent).toHaveLength(6);
  });

  test('are freed no more than 25 at a time, and only those whose time is up', async () => {
    const M = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`p${at}`, { N: String(now - 20 + at) }]));
    const { admit } = await places([unmet({ places: { M } }), succeeded(), succeeded()]);
    expect(await admit()).toBe(true);
    expect(Object.values(sent[1]?.['ExpressionAttributeNames'] ?? {})).toEqual(Object.keys(M).slice(0, 21));
    const old = Object.fromEntries(Object.keys(M).map((name) => [name, { N: '1' }]));
    sent.length = 0;
    await (await places([unmet({ places: { M: old } }), succeeded(), succeeded()])).admit();
    expect(Object.values(sent[1]?.['ExpressionAttributeNames'] ?? {})).toHaveLength(25);
  });

  test('are not left when the row could not be written, and whoever leaves is told', async () => {
    const { leave } = await places([failed('ThrottlingException')]);
    await expect(leave()).rejects.toThrow();
  });
});

test('an entry of the trail goes by itself after the days that the deployment says, in seconds', async () => {
  answers = [succeeded()];
  const entry: AuditEntry = {
    ...{ id: '01', organizationId: 7, at: now, actor: { kind: 'key', key: 'k1' }, action: 'connection.create' },
    ...{ endpoint: 'e/e', connections: [], asked: {}, from: { ip: '', agent: '' }, outcome: { kind: 'unfinished' } },
  };
  await (await import('../../../functions/platform/access/write-audit.ts')).writeAudit()(entry);
  const place = { pk: { S: 'AUDIT#7' }, sk: { S: '01' } };
  expect(sent[0]).toMatchObject({ Item: { ...place, ttl: { N: String(now / 1000 + 30 * 86_400) } } });
});

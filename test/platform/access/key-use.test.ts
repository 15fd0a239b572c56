import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { keyUseGrain } from '../../../functions/core/access/ports.ts';
import { type BenchServer, serve } from '../../bench/storage-server.ts';

const hour = Date.UTC(2026, 5, 1, 8);

/** What stands in the place of DynamoDB: counts calls, and answers them as the test says. */
let server: BenchServer;
let calls = 0;
let answer = (_: ServerResponse): void => {};
const answering = (status: number, body: object) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
};
const keyUse = async (patience: number) =>
  (await import('../../../functions/platform/access/key-use.ts')).keyUse(patience);
const logged = vi.spyOn(console, 'error').mockImplementation(() => {});

beforeAll(async () => {
  server = await serve(async (_, response) => {
    calls++;
    answer(response);
  });
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${server.port}`,
    CONNECTIONS_TABLE: 'connections',
  });
});
afterAll(() => server.stop());
beforeEach(() => {
  calls = 0;
  answer = answering(200, {});
});
afterEach(() => logged.mockClear());

describe('noting the use of a key', () => {
  test('is one call an hour for each key', async () => {
    const { note } = await keyUse(60_000);
    for (const at of [hour, hour + 1, hour + keyUseGrain - 1, hour - 1]) await note('a', at);
    expect(calls).toBe(1);
    await note('b', hour);
    await note('a', hour + keyUseGrain);
    await note('b', hour);
    expect(calls).toBe(3);
    await (await keyUse(60_000)).note('a', hour);
    expect(calls).toBe(4);
  });

  test('is done when another instance was quicker', async () => {
    answer = answering(400, { __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException' });
    await (await keyUse(60_000)).note('a', hour);
    expect(logged).not.toHaveBeenCalled();
  });

  test.each([
    ['is refused', answering(400, { __type: 'com.amazon.coral.service#AccessDeniedException', message: 'canary' })],
    ['gets no answer', () => {}],
  ])('fails nothing when it %s, is logged, and is not tried again within the hour', async (_, how) => {
    answer = how;
    const { note } = await keyUse(50);
    await note('a', hour);
    await note('a', hour + 1);
    expect(calls).toBe(1);
    expect(logged).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(logged.mock.calls)).not.toContain('canary');
  });
});

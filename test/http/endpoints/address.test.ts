import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod/mini';
import type { Dialect } from '../../../functions/http/dialect.ts';
import { handleApiEvent } from '../../../functions/http/gateway.ts';
import { statusOf } from '../../../functions/http/problem.ts';
import { startGateway } from '../../../infra/local/runtime/gateway/gateway.ts';
import type { Handler } from '../../../infra/local/runtime/lambda/handler.ts';

const plain: Dialect = { name: 'plain', word: (problem) => ({ status: statusOf(problem), body: problem }) };

/** The handler as Lambda's runtime sees it: whatever it exports, called with whatever the event is. */
const isHandler = (value: unknown): value is Handler => typeof value === 'function';
function asRuntime(handler: unknown): Handler {
  if (!isHandler(handler)) throw new Error('It is no function.');
  return handler;
}

beforeEach(() => void vi.spyOn(console, 'info').mockImplementation(() => undefined));
afterEach(() => vi.restoreAllMocks());

/** Where a request was sent, as an endpoint is told; `deployed` makes of the event what API Gateway would have sent. */
async function addressOf(path: string, deployed: (event: unknown) => unknown = (event) => event) {
  const handler = handleApiEvent({ dialect: plain, name: 'echo' }, async ({ url }) => ({ status: 200, body: url }));
  const gateway = await startGateway({
    routes: [{ method: 'GET', resource: '/v1/things/{id}', functionArn: 'echo', authorization: 'NONE' }],
    gatewayResponses: [],
    invoke: async (_, event) => ({ ok: true, payload: await asRuntime(handler)(deployed(event), {}) }),
    mayInvoke: () => true,
    port: 0,
    host: '127.0.0.1',
    stage: 'test',
  });
  onTestFinished(() => gateway.stop());
  const body: unknown = await (await fetch(gateway.url + path)).json();
  return { body, url: gateway.url };
}

const readable = z.looseObject({ requestContext: z.looseObject({ path: z.string() }) });

/** An event as it was sent to this host, under this path. */
const sentTo =
  (domainName: string, before: string, headers: Record<string, string> = {}) =>
  (given: unknown): unknown => {
    const { requestContext, ...event } = readable.parse(given);
    return {
      ...event,
      headers: { Host: domainName, 'X-Forwarded-Proto': 'https', ...headers },
      requestContext: { ...requestContext, domainName, path: before + requestContext.path },
    };
  };

const own = 'abc123.execute-api.us-east-1.amazonaws.com';

describe('where a request was sent', () => {
  test('is the whole address without its query, locally with the port', async () => {
    const { body, url } = await addressOf('/v1/things/a%2Fb/?limit=2');
    expect(body).toBe(`${url}/v1/things/a%2Fb/`);
  });

  test("has the stage in its path at API Gateway's own host", async () => {
    expect((await addressOf('/v1/things/7', sentTo(own, '/prod'))).body).toBe(`https://${own}/prod/v1/things/7`);
  });

  test('has the base path, or none, behind a custom domain', async () => {
    const { body } = await addressOf('/v1/things/7', sentTo('storage.example.com', ''));
    expect(body).toBe('https://storage.example.com/v1/things/7');
    const based = await addressOf('/v1/things/7', sentTo('storage.example.com', '/connections'));
    expect(based.body).toBe('https://storage.example.com/connections/v1/things/7');
  });

  test('is at the host that API Gateway was reached by, whatever a header claims', async () => {
    for (const headers of [
      { Host: 'evil.example' },
      { Host: `${own}.evil.example` },
      { Host: `${own}@evil.example` },
    ]) {
      const { body } = await addressOf('/v1/things/7', sentTo(own, '/prod', headers));
      expect(body).toBe(`https://${own}/prod/v1/things/7`);
    }
    const odd = await addressOf('/v1/things/7', sentTo(own, '', { 'X-Forwarded-Proto': 'javascript' }));
    expect(odd.body).toBe(`https://${own}/v1/things/7`);
  });
});

import { describe, expect, it } from 'vitest';
import { eventIn, serve } from './gateway-fixture.ts';

describe('the event', () => {
  it('is that of a proxy integration', async () => {
    const { raw, url } = await serve();
    const { body } = await raw(
      [
        'POST /v1/things/7?a=1&b=x%20y+z&a=2&empty= HTTP/1.1',
        'Host: api.example.org:3000',
        'User-Agent: probe/1',
        'x-Custom: one',
        'X-CUSTOM: two',
        'Content-Type: application/json',
        'X-Forwarded-For: 192.0.2.7',
        'Content-Length: 9',
      ],
      '{"b":"ü"}'.slice(0, 8),
    );
    const event = eventIn(Buffer.from(body, 'latin1').toString('utf8'));
    const port = new URL(url).port;
    expect(event).toMatchObject({
      resource: '/v1/things/{thingId}',
      path: '/v1/things/7',
      httpMethod: 'POST',
      pathParameters: { thingId: '7' },
      stageVariables: null,
      queryStringParameters: { a: '2', b: 'x y z', empty: '' },
      multiValueQueryStringParameters: { a: ['1', '2'], b: ['x y z'], empty: [''] },
      body: '{"b":"ü"',
      isBase64Encoded: false,
      requestContext: {
        accountId: '123456789012',
        apiId: 'local',
        domainName: 'api.example.org',
        domainPrefix: 'api',
        httpMethod: 'POST',
        path: '/v1/things/7',
        protocol: 'HTTP/1.1',
        resourcePath: '/v1/things/{thingId}',
        stage: 'prod',
        identity: { sourceIp: '127.0.0.1', userAgent: 'probe/1', accountId: null, userArn: null },
      },
    });
    const { 'X-Amzn-Trace-Id': trace, ...headers } = event.headers;
    expect(trace).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(headers).toEqual({
      Host: 'api.example.org:3000',
      'User-Agent': 'probe/1',
      'x-Custom': 'two',
      'Content-Type': 'application/json',
      'X-Forwarded-For': '192.0.2.7, 127.0.0.1',
      'X-Forwarded-Port': port,
      'X-Forwarded-Proto': 'http',
    });
    expect(event.multiValueHeaders['x-Custom']).toEqual(['one', 'two']);
    expect(event.requestContext.requestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(event.requestContext.requestTime).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(Math.abs(Date.now() - event.requestContext.requestTimeEpoch)).toBeLessThan(10_000);
  });

  it('has null where there is nothing', async () => {
    const { url } = await serve();
    expect(await (await fetch(`${url}/v1/things`)).json()).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      body: null,
      isBase64Encoded: false,
    });
  });

  it('keeps the path as sent: escapes, an escaped slash, a slash at the end', async () => {
    const { raw } = await serve();
    const sent = '/v1/things/c%201%2Fx+%40/';
    const event = eventIn((await raw([`GET ${sent} HTTP/1.1`, 'Host: x'])).body);
    expect(event.path).toBe(sent);
    expect(event.pathParameters).toEqual({ thingId: 'c%201%2Fx+%40' });
  });

  it('carries the body of a GET', async () => {
    const { raw } = await serve();
    const { status, body } = await raw(['GET /v1/things HTTP/1.1', 'Host: x', 'Content-Length: 7'], '{"a":1}');
    expect(status).toBe(200);
    expect(eventIn(body).body).toBe('{"a":1}');
  });

  it('carries a chunked body, and one that is not text as base64', async () => {
    const { url } = await serve();
    const bytes = new Uint8Array([0xff, 0x00, 0xfe]);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(0, 1));
        controller.enqueue(bytes.slice(1));
        controller.close();
      },
    });
    const answer = await fetch(`${url}/v1/things/1`, { method: 'POST', body: stream, duplex: 'half' });
    expect(await answer.json()).toMatchObject({ body: '/wD+', isBase64Encoded: true });
  });

  it('parts a query at semicolons too', async () => {
    const { raw } = await serve();
    const { body } = await raw(['GET /v1/things?a=1;b=2&c HTTP/1.1', 'Host: x']);
    expect(eventIn(body).queryStringParameters).toEqual({ a: '1', b: '2', c: '' });
  });

  it('is made of a whole URL as of a path', async () => {
    const { raw } = await serve();
    const { body } = await raw(['GET http://other.example/v1/things?a=1 HTTP/1.1', 'Host: x']);
    expect(eventIn(body)).toMatchObject({ path: '/v1/things', queryStringParameters: { a: '1' } });
  });
});

describe('a request that is refused before any route', () => {
  it.each(['/v1/things?sort=a|b', '/v1/things?sort={a}', '/v1/things?a=%zz', '/v1/things/%zz'])(
    '%s',
    async (target) => {
      const { raw, invoked } = await serve();
      const { status, body } = await raw([`GET ${target} HTTP/1.1`, 'Host: x']);
      expect({ status, body, invoked }).toEqual({ status: 400, body: '{"message":"Bad Request"}', invoked: [] });
    },
  );

  it('but an escaped | is served', async () => {
    const { url } = await serve();
    const event = eventIn(await (await fetch(`${url}/v1/things?sort=a%7Cb`)).text());
    expect(event.queryStringParameters).toEqual({ sort: 'a|b' });
  });
});

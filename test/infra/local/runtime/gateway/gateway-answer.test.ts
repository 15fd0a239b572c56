import { describe, expect, it } from 'vitest';
import { startGateway } from '../../../../../infra/local/runtime/gateway/gateway.ts';
import { answers, gateways, serve } from './gateway-fixture.ts';

describe("the function's answer", () => {
  it('is passed on, repeated headers and all', async () => {
    const { raw } = await serve({
      answer: () =>
        answers({
          statusCode: 201,
          headers: { 'X-One': '1', 'X-Both': 'a', 'x-flag': true },
          multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'X-Both': ['a', 'b'] },
          body: 'made',
        }),
    });
    const { status, headers, body } = await raw(['GET /v1/things HTTP/1.1', 'Host: x']);
    const of = (name: string) => headers.filter(([each]) => each === name).map(([, value]) => value);
    expect({ status, body }).toEqual({ status: 201, body: 'made' });
    expect(of('x-one')).toEqual(['1']);
    expect(of('x-flag')).toEqual(['true']);
    expect(of('set-cookie')).toEqual(['a=1', 'b=2']);
    expect(of('x-both').flatMap((value) => value.split(', '))).toEqual(['a', 'b']);
    expect(of('content-type')).toEqual(['application/json']);
    expect(of('x-amzn-requestid')).toHaveLength(1);
  });

  it('has its own content type, and no WWW-Authenticate or Content-Length of its own', async () => {
    const { url } = await serve({
      answer: () =>
        answers({
          statusCode: 401,
          headers: { 'content-type': 'text/plain', 'WWW-Authenticate': 'Basic', 'Content-Length': '1' },
          body: 'who?',
        }),
    });
    const { headers } = await fetch(`${url}/v1/things`);
    expect(headers.get('content-type')).toBe('text/plain');
    expect(headers.get('www-authenticate')).toBeNull();
    expect(headers.get('x-amzn-remapped-www-authenticate')).toBe('Basic');
    expect(headers.get('content-length')).toBe('4');
  });

  it.each([
    [{}, 200],
    [{ statusCode: '204', headers: null, body: null }, 204],
    [{ statusCode: 200, body: 'AAE=', isBase64Encoded: true }, 200],
  ])('%j is complete', async (payload, status) => {
    const { url } = await serve({ answer: () => answers(payload) });
    expect((await fetch(`${url}/v1/things`)).status).toBe(status);
  });

  it.each([
    [null],
    ['text'],
    [{ statusCode: 'fine' }],
    [{ statusCode: 99 }],
    [{ statusCode: 200, body: { an: 'object' } }],
    [{ statusCode: 200, body: '', extra: 1 }],
    [{ headers: { 'X-A': 1 } }],
    [{ headers: { 'X-A': 'two\r\nX-B: lines' } }],
    [{ headers: { 'X A': 'b' } }],
    [{ multiValueHeaders: { 'X-A': 'b' } }],
  ])('%j is malformed', async (payload) => {
    const { url, problems } = await serve({ answer: () => answers(payload) });
    const answer = await fetch(`${url}/v1/things`);
    expect([answer.status, await answer.text()]).toEqual([502, '{"message":"Internal server error"}']);
    expect(problems).toEqual(['GET /v1/things: its function gave a malformed answer']);
  });

  it('is 502 when there is none, and the problem names the type of the error only', async () => {
    const { url, problems } = await serve({
      answer: () => ({ ok: false, errorType: 'TypeError', errorMessage: 'quotes a secret' }),
    });
    const answer = await fetch(`${url}/v1/things`);
    expect([answer.status, await answer.text()]).toEqual([502, '{"message":"Internal server error"}']);
    expect(problems).toEqual(['GET /v1/things: its function failed with TypeError']);
  });

  it('is 502 when it cannot be asked at all', async () => {
    const { url } = await serve({ answer: () => Promise.reject(new Error('no threads')) });
    expect((await fetch(`${url}/v1/things`)).status).toBe(502);
  });

  it('is 504 when it takes too long', async () => {
    const { url } = await serve({ answer: () => new Promise(() => {}), integrationTimeoutMs: 20 });
    const answer = await fetch(`${url}/v1/things`);
    expect([answer.status, await answer.text()]).toEqual([504, '{"message":"Endpoint request timed out"}']);
    expect(answer.headers.get('x-amzn-errortype')).toBe('InternalServerErrorException');
  });
});

describe('the server', () => {
  it('listens on loopback only, says when its port is taken, and frees it', async () => {
    const { url } = await serve();
    const port = Number(new URL(url).port);
    const again = () =>
      startGateway({
        routes: [],
        gatewayResponses: [],
        mayInvoke: () => true,
        invoke: async () => answers({}),
        port,
        host: '127.0.0.1',
        stage: 'prod',
      });
    await expect(again()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await gateways.pop()?.stop();
    gateways.push(await again());
    expect(gateways[0]?.url).toBe(`http://127.0.0.1:${port}`);
  });

  it('ends what is under way when it is stopped, and outlives a client that goes away', async () => {
    let reached = () => {};
    const underWay = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const { url } = await serve({
      answer: (event) => {
        if (event.queryStringParameters?.['hang'] === undefined) return answers({});
        reached();
        return new Promise(() => {});
      },
    });
    const gone = new AbortController();
    const left = fetch(`${url}/v1/things/1`, {
      method: 'POST',
      body: new ReadableStream({ pull: () => gone.abort() }),
      duplex: 'half',
      signal: gone.signal,
    } as RequestInit);
    await expect(left).rejects.toThrow();
    expect((await fetch(`${url}/v1/things`)).status).toBe(200);

    const hanging = fetch(`${url}/v1/things?hang`).catch((error: unknown) => error);
    await underWay;
    await gateways.pop()?.stop();
    expect(await hanging).toBeInstanceOf(Error);
  });
});

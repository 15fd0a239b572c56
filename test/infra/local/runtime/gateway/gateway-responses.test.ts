import { describe, expect, it } from 'vitest';
import type { GatewayResponse } from '../../../../../infra/local/template/model.ts';
import { answers, serve } from './gateway-fixture.ts';

describe("API Gateway's own answers", () => {
  const unmatched = async (url: string) => {
    const answer = await fetch(`${url}/nowhere`);
    return [answer.status, await answer.text()];
  };

  it('are 403 for no such route or method, without invoking anything', async () => {
    const { url, invoked } = await serve();
    expect(await unmatched(url)).toEqual([403, '{"message":"Missing Authentication Token"}']);
    expect((await fetch(`${url}/v1/things`, { method: 'OPTIONS' })).status).toBe(403);
    expect((await fetch(`${url}/v1/things`, { method: 'HEAD' })).status).toBe(403);
    expect(invoked).toEqual([]);
  });

  it('are those of the template: the type before the group, with its variables', async () => {
    const { url } = await serve({
      gatewayResponses: [
        {
          type: 'MISSING_AUTHENTICATION_TOKEN',
          status: 404,
          headers: { 'Retry-After': '5' },
          templates: {
            'application/json':
              '{"a":$context.error.messageString,"b":"$context.error.message","c":"$context.requestId"}',
          },
        },
        { type: 'DEFAULT_4XX', status: 418, headers: {}, templates: {} },
      ],
    });
    const answer = await fetch(`${url}/nowhere`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.json()).toEqual({
      a: 'Missing Authentication Token',
      b: 'Missing Authentication Token',
      c: answer.headers.get('x-amzn-requestid'),
    });
  });

  it('fall back to the group, each with its own status unless the group has one', async () => {
    const group = (type: string, status?: number): GatewayResponse => ({
      type,
      ...(status === undefined ? {} : { status }),
      headers: { 'content-type': 'application/problem+json' },
      templates: { 'application/json': '{"group":"$context.error.responseType"}' },
    });
    const { url } = await serve({
      gatewayResponses: [group('DEFAULT_4XX', 418), group('DEFAULT_5XX')],
      answer: () => answers(null),
    });
    expect(await unmatched(url)).toEqual([418, '{"group":"MISSING_AUTHENTICATION_TOKEN"}']);
    const failed = await fetch(`${url}/v1/things`);
    expect([failed.status, await failed.text()]).toEqual([502, '{"group":"DEFAULT_5XX"}']);
    expect(failed.headers.get('content-type')).toBe('application/problem+json');
  });

  it('are chosen by what the client accepts', async () => {
    const templates = { 'text/plain': 'plain', 'application/json': '{}' };
    const { url } = await serve({ gatewayResponses: [{ type: 'DEFAULT_4XX', headers: {}, templates }] });
    const asked = async (accept: string) => (await fetch(`${url}/nowhere`, { headers: { accept } })).text();
    expect(await asked('text/plain')).toBe('plain');
    expect(await asked('image/png')).toBe('{}');
  });

  it.each(['$context.authorizer.claims', '$input.body', '$stageVariables.x'])(
    'stop the start for %s',
    async (variable) => {
      const responses = [
        { type: 'DEFAULT_4XX', headers: {}, templates: { 'application/json': `{"a":"${variable}"}` } },
      ];
      await expect(serve({ gatewayResponses: responses })).rejects.toThrow('which is not known locally');
    },
  );

  it('are 413 for a body over 10 MB, announced or not, and for an event that Lambda would not take', async () => {
    const { url, raw, invoked } = await serve();
    const post = (body: string | ReadableStream) =>
      fetch(`${url}/v1/things/1`, { method: 'POST', body, duplex: 'half' } as RequestInit);
    const large = await post('x'.repeat(10_485_761));
    expect([large.status, await large.text()]).toEqual([413, '{"message":"Request Too Long"}']);
    const announced = await raw(['POST /v1/things/1 HTTP/1.1', 'Host: x', 'Content-Length: 10485761']);
    expect(announced.status).toBe(413);
    const chunk = Buffer.alloc(1024 * 1024);
    let left = 12;
    const stream = new ReadableStream({
      pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
    });
    expect((await post(stream)).status).toBe(413);
    expect((await post('x'.repeat(6_291_456))).status).toBe(413);
    expect(invoked).toEqual([]);
    expect((await post('x'.repeat(6_000_000))).status).toBe(200);
  });

  it('are 500 when API Gateway may not invoke the function', async () => {
    const { url, invoked, problems } = await serve({ mayInvoke: false });
    expect((await fetch(`${url}/v1/things`)).status).toBe(500);
    expect(invoked).toEqual([]);
    expect(problems).toEqual(['GET /v1/things: API Gateway has no permission to invoke its function']);
  });

  it('are 403 on a route that wants a signature, when nobody reads signatures', async () => {
    const { url, invoked } = await serve();
    const answer = await fetch(`${url}/v1/signed/7`, { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } });
    expect([answer.status, await answer.text()]).toEqual([403, '{"message":"Access Denied"}']);
    expect(invoked).toEqual([]);
  });
});

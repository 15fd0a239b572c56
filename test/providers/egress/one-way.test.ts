import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { xmlListing } from '../../../functions/providers/egress/response-meter.ts';
import { type Conduct, endless, hanging, trickling } from '../../conformance/storage/hostile.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';
import { get, greeting, wayBy } from './way.ts';

describe('one way', () => {
  const keepingAlive: Conduct = (connection) => {
    connection.on('data', () => connection.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'));
  };
  let connections = 0;
  const counted: Conduct = (connection) => {
    connections++;
    keepingAlive(connection);
  };

  test('uses a socket again, for itself only, and lets go of it', async () => {
    connections = 0;
    const server = await serverThat(counted);
    const url = `http://127.0.0.1:${server.port}/`;
    const environment = { EGRESS_ALLOW: '127.0.0.1' };
    const [one, other] = [wayBy(environment), wayBy(environment)];
    expect([await get(one, url), await get(one, url)]).toEqual(['hello', 'hello']);
    expect(connections).toBe(1);
    await get(other, url);
    expect(connections).toBe(2);
    const idle = () => Object.values({ ...one.httpAgent.freeSockets, ...one.httpAgent.sockets }).flat().length;
    expect(idle()).toBe(1);
    await vi.waitFor(() => expect(idle()).toBe(0), { timeout: 3_000, interval: 50 });
  });

  test('counts each answer by itself on a socket that is used again', async () => {
    const size = Math.floor(xmlListing.bytes * 0.6);
    const body = '<Key>abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789</Key>'
      .repeat(Math.ceil(size / 82))
      .slice(0, size);
    const server = await serverThat((connection) => {
      connection.on('data', () => connection.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n${body}`));
    });
    const way = wayBy({ EGRESS_ALLOW: '127.0.0.1' });
    for (let time = 0; time < 3; time++) expect(await get(way, `http://127.0.0.1:${server.port}/`)).toHaveLength(size);
  });

  test.each([
    ['bytes', '<Key>abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789</Key>'],
    ['marks', '<a/>'],
    ['escapes', '&amp;'],
    ['one text', 'abcdefgh'],
  ])('ends an answer of too many %s, and everything after it', async (_, piece) => {
    const server = await serverThat(endless({ status: 200 }, piece));
    const way = wayBy({ EGRESS_ALLOW: '127.0.0.1' });
    const url = `http://127.0.0.1:${server.port}/`;
    await expect(get(way, url)).rejects.toThrow();
    expect(way.signal.reason).toMatchObject({ code: 'answer-too-large' });
  });

  test.each([
    ['says nothing', hanging],
    ['trickles', trickling({ status: 200, body: '<' })],
    ['sends heads without end', endless({ status: 100 }, 'HTTP/1.1 100 Continue\r\n\r\n')],
  ])('ends with its deadline when the other side %s', async (_, conduct) => {
    const server = await serverThat(conduct);
    const deadline = new AbortController();
    const way = wayBy({ EGRESS_ALLOW: '127.0.0.1' }, {}, deadline);
    const asked = get(way, `http://127.0.0.1:${server.port}/`);
    const failed = expect(asked).rejects.toThrow();
    await vi.waitFor(() => expect(server.reached()).toBe(1));
    deadline.abort();
    await failed;
  });

  test('proxies in the environment are not used', async () => {
    const proxy = await serverThat(greeting);
    const server = await serverThat(greeting);
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy']) {
      vi.stubEnv(name, `http://127.0.0.1:${proxy.port}`);
    }
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    await get(wayBy({ EGRESS_ALLOW: '127.0.0.1' }), `http://127.0.0.1:${server.port}/`);
    expect([proxy.reached(), server.reached()]).toEqual([0, 1]);
  });
});

import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { readProxy } from '../../../functions/providers/egress/proxy-tunnel.ts';
import type { Lookup } from '../../../functions/providers/egress/resolve-route.ts';
import { xmlListing } from '../../../functions/providers/egress/response-meter.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import {
  answering,
  type Conduct,
  endless,
  hanging,
  hostileServer,
  resetting,
} from '../../conformance/storage/hostile.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';
import { proxyServer } from './proxy-server.ts';
import { answeringLookup, get, greeting, wayBy } from './way.ts';

const canary = 'canary-what-the-proxy-said';
const identity = newCertificate(['storage.test', 'proxy.test', '127.0.0.1']);
const options = { ca: [identity.cert], lookup: answeringLookup(['127.0.0.1']) };
const local = { EGRESS_ALLOW: '127.0.0.1' };

/** A head that comes a byte at a time, for ever. */
const trickledHead: Conduct = (connection) => {
  connection.write('HTTP/1.1 200 OK\r\nx: ');
  const timer = setInterval(() => connection.write('y'), 5);
  connection.once('close', () => clearInterval(timer));
};

describe('through a proxy', () => {
  test('https goes by a tunnel to the address that was judged; the proxy is not told the name', async () => {
    const storage = await serverThat(greeting, identity);
    const proxy = await proxyServer();
    const way = wayBy(local, options, undefined, `http://127.0.0.1:${proxy.port}`);
    await expect(get(way, `https://storage.test:${storage.port}/`)).resolves.toBe('hello');
    const authority = `127.0.0.1:${storage.port}`;
    expect(proxy.asked).toEqual([{ authority, host: authority }]);
    expect(storage.requests[0]).toContain(`Host: storage.test:${storage.port}`);
  });

  test('http goes by a tunnel too', async () => {
    const storage = await serverThat(greeting);
    const proxy = await proxyServer();
    const way = wayBy(local, options, undefined, `http://127.0.0.1:${proxy.port}`);
    await expect(get(way, `http://storage.test:${storage.port}/a?b=c`)).resolves.toBe('hello');
    expect(storage.requests[0]).toMatch(/^GET \/a\?b=c HTTP\/1\.1\r\n/);
    expect(proxy.asked).toHaveLength(1);
  });

  test('that is spoken to by TLS itself', async () => {
    const proxy = await proxyServer({ tls: identity });
    for (const [scheme, tls] of [
      ['https', identity],
      ['http', undefined],
    ] as const) {
      const storage = await serverThat(greeting, tls);
      const way = wayBy(local, options, undefined, `https://proxy.test:${proxy.port}`);
      await expect(get(way, `${scheme}://storage.test:${storage.port}/`)).resolves.toBe('hello');
    }
    expect(proxy.asked).toHaveLength(2);
  });

  test('a connection is used again, without another tunnel', async () => {
    const keepingAlive: Conduct = (connection) => {
      connection.on('data', () => connection.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'));
    };
    for (const [scheme, tls] of [
      ['https', identity],
      ['http', undefined],
    ] as const) {
      const storage = await serverThat(keepingAlive, tls);
      const proxy = await proxyServer();
      const way = wayBy(local, options, undefined, `http://127.0.0.1:${proxy.port}`);
      const url = `${scheme}://storage.test:${storage.port}/`;
      expect([await get(way, url), await get(way, url)]).toEqual(['hello', 'hello']);
      expect(proxy.asked).toHaveLength(1);
    }
  });

  test('user name and password are shown to the proxy, and to nobody else', async () => {
    const storage = await serverThat(greeting, identity);
    const proxy = await proxyServer({ user: 'us er:p@ss:%' });
    const way = wayBy(local, options, undefined, `http://us%20er:p%40ss%3A%25@127.0.0.1:${proxy.port}`);
    await expect(get(way, `https://storage.test:${storage.port}/`)).resolves.toBe('hello');
    expect(storage.requests.join()).not.toMatch(/proxy-|authorization/i);
  });

  test('of the addresses of a storage it is told one of IPv4, if there is any', async () => {
    const storage = await serverThat(greeting, identity);
    const proxy = await proxyServer();
    const lookup = answeringLookup(['2606:4700::1111', '127.0.0.1']);
    const environment = { EGRESS_ALLOW: '127.0.0.1', EGRESS_PORTS: `${storage.port}` };
    const way = wayBy(environment, { ...options, lookup }, undefined, `http://127.0.0.1:${proxy.port}`);
    await expect(get(way, `https://storage.test:${storage.port}/`)).resolves.toBe('hello');
  });

  test('the certificate is that of the storage, wherever the proxy leads', async () => {
    const elsewhere = await serverThat(greeting, newCertificate(['storage.test']));
    const other = newCertificate(['other.test']);
    const misnamed = await serverThat(greeting, other);
    for (const [leadTo, ca, code] of [
      [elsewhere.port, identity.cert, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      [misnamed.port, other.cert, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ] as const) {
      const proxy = await proxyServer({ leadTo });
      const way = wayBy(local, { ...options, ca: [ca] }, undefined, `http://127.0.0.1:${proxy.port}`);
      await expect(get(way, 'https://storage.test/')).rejects.toMatchObject({ code });
    }
    expect([...elsewhere.requests, ...misnamed.requests]).toEqual([]);
  });

  test.each([
    ['https', identity],
    ['http', undefined],
  ] as const)('an answer without end is ended (%s)', async (scheme, tls) => {
    const storage = await serverThat(endless({ status: 200 }, '<a/>'), tls);
    const proxy = await proxyServer();
    const way = wayBy(local, options, undefined, `http://127.0.0.1:${proxy.port}`);
    await expect(get(way, `${scheme}://storage.test:${storage.port}/`)).rejects.toThrow();
    expect(way.signal.reason).toMatchObject({ code: 'answer-too-large' });
  });

  test('answers are each counted by themselves', async () => {
    const size = Math.floor(xmlListing.bytes * 0.6);
    const body = '<Key>abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789</Key>'
      .repeat(Math.ceil(size / 82))
      .slice(0, size);
    const storage = await serverThat((connection) => {
      connection.on('data', () => connection.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n${body}`));
    });
    const proxy = await proxyServer();
    const way = wayBy(local, options, undefined, `http://127.0.0.1:${proxy.port}`);
    for (let time = 0; time < 3; time++)
      expect(await get(way, `http://storage.test:${storage.port}/`)).toHaveLength(size);
    expect(proxy.asked).toHaveLength(1);
  });
});

describe('a storage that is not permitted is not named to a proxy', () => {
  test.each([
    ['an address inside', 'https://10.0.0.1/', []],
    ['metadata', 'https://169.254.169.254/', []],
    ['a name that leads inside', 'https://inside.test/', ['10.0.0.1', 'fd00::1']],
    ['plain http', 'http://public.test/', ['1.1.1.1']],
    ['another port', 'https://public.test:22/', ['1.1.1.1']],
  ] as const)('%s', async (_, url, addresses) => {
    const proxy = await proxyServer();
    const lookup = answeringLookup([...addresses]);
    const way = wayBy(
      { EGRESS_ALLOW: `127.0.0.1:${proxy.port}` },
      { lookup },
      undefined,
      `http://127.0.0.1:${proxy.port}`,
    );
    await expect(get(way, url)).rejects.toThrow();
    expect(way.signal.reason).toMatchObject({ code: 'address-not-allowed' });
    expect(proxy.reached()).toBe(0);
  });

  test('nor one whose second look-up would lead elsewhere', async () => {
    const proxy = await proxyServer({ leadTo: 1 });
    const lookup = answeringLookup(['1.1.1.1'], ['10.0.0.1']);
    const way = wayBy({ EGRESS_ALLOW: '127.0.0.1' }, { lookup }, undefined, `http://127.0.0.1:${proxy.port}`);
    await expect(get(way, 'https://rebinding.test/')).rejects.toThrow();
    expect(proxy.asked.map(({ authority }) => authority)).toEqual(['1.1.1.1:443']);
    expect(lookup.calls).toEqual(['rebinding.test']);
  });

  test('a name that does not exist is the storage’s fault', async () => {
    const proxy = await proxyServer();
    const lookup: Lookup = (_host, _options, callback) =>
      callback(Object.assign(new Error(canary), { code: 'ENOTFOUND' }), []);
    const way = wayBy(local, { lookup }, undefined, `http://127.0.0.1:${proxy.port}`);
    await expect(get(way, 'https://nowhere.test/')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(proxy.reached()).toBe(0);
  });
});

/** What a GET of a public storage through a proxy ends the way with. */
async function endOf(proxy: string, environment = local, more: { lookup?: Lookup; deadline?: AbortController } = {}) {
  const lookup = more.lookup ?? answeringLookup(['1.1.1.1']);
  const way = wayBy(environment, { ca: [identity.cert], lookup }, more.deadline, proxy);
  const error: unknown = await get(way, 'https://storage.test/').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(JSON.stringify([`${error}`, error, `${way.signal.reason}`])).not.toContain(canary);
  expect(way.signal.aborted).toBe(true);
  return way.signal.reason;
}

describe('the proxy itself', () => {
  test.each([
    ['at an address that is not permitted', 'http://127.0.0.1:PORT'],
    ['by TLS at an address that is not permitted', 'https://127.0.0.1:PORT'],
    ['at a name that leads to one', 'https://inside.test:PORT'],
    ['in an old spelling', 'http://2130706433:PORT'],
    ['in the form of another family', 'http://[::ffff:7f00:1]:PORT'],
  ])('%s is not connected to', async (_, url) => {
    const proxy = await serverThat(answering({ status: 200 }));
    const lookup: Lookup = (host, _options, callback) =>
      callback(null, [{ address: host === 'inside.test' ? '127.0.0.1' : '1.1.1.1', family: 4 }]);
    const environment = { EGRESS_ALLOW: '127.0.0.2', EGRESS_PORTS: `443,${proxy.port}` };
    const ended = await endOf(url.replace('PORT', `${proxy.port}`), environment, { lookup });
    expect(ended).toMatchObject({ code: 'proxy-not-allowed' });
    expect(proxy.reached()).toBe(0);
  });

  test('at a public address needs TLS and a port of the list', async () => {
    for (const proxy of ['http://1.0.0.1:443', 'http://proxy.test', 'https://1.0.0.1:3128', 'https://proxy.test:22']) {
      expect(await endOf(proxy)).toMatchObject({ code: 'proxy-not-allowed' });
    }
  });

  test('at a public address, with both, is connected to', async () => {
    const proxy = await proxyServer({ tls: identity });
    const storage = await serverThat(greeting, identity);
    const taken: unknown[] = [];
    const way = wayBy(
      { EGRESS_ALLOW: '127.0.0.1' },
      {
        ca: [identity.cert],
        lookup: answeringLookup(['1.1.1.1']),
        connect: (to) => {
          taken.push([to.host, to.port]);
          return connect({ port: proxy.port, host: '127.0.0.1' });
        },
      },
      undefined,
      'https://proxy.test:8443',
    );
    await expect(get(way, `https://127.0.0.1:${storage.port}/`)).resolves.toBe('hello');
    expect(taken).toEqual([['proxy.test', 8443]]);
  });

  test.each<[string, Conduct, string]>([
    ['wants a password', answering({ status: 407, body: canary }), 'proxy-credentials-wrong'],
    ['forbids the storage', answering({ status: 403, body: canary }), 'proxy-failed'],
    ['cannot reach the storage', answering({ status: 502, body: canary }), 'proxy-failed'],
    ['redirects', answering({ status: 302, headers: { location: `https://${canary}/` } }), 'proxy-failed'],
    ['is a web server', answering({ status: 200, body: `<html>${canary}` }), 'proxy-failed'],
    ['only announces an answer', answering({ status: 100, body: canary }), 'proxy-failed'],
    ['speaks another protocol', (connection) => connection.write(`SSH-2.0-${canary}\r\n`), 'proxy-failed'],
    ['says nothing and goes', resetting, 'proxy-failed'],
    ['sends a head without end', endless({ status: 200 }, `X-Head: ${canary}\r\n`), 'proxy-failed'],
  ])('that %s', async (_, conduct, code) => {
    const proxy = await serverThat(conduct);
    expect(await endOf(`http://user:secret@127.0.0.1:${proxy.port}`)).toMatchObject({ code });
    if (code !== 'proxy-failed') expect(proxy.requests).toHaveLength(1);
  });

  test('with a wrong password', async () => {
    const proxy = await proxyServer({ user: 'user:right' });
    expect(await endOf(`http://user:wrong@127.0.0.1:${proxy.port}`)).toMatchObject({ code: 'proxy-credentials-wrong' });
  });

  test('with a certificate of nobody’s, or another’s, or none', async () => {
    const untrusted = await proxyServer({ tls: newCertificate(['127.0.0.1']) });
    const misnamed = await proxyServer({ tls: newCertificate(['other.test']) });
    const plain = await proxyServer();
    for (const proxy of [untrusted, misnamed, plain]) {
      expect(await endOf(`https://user:secret@127.0.0.1:${proxy.port}`)).toMatchObject({ code: 'proxy-failed' });
      expect(proxy.asked).toEqual([]);
    }
  });

  test('that is not there', async () => {
    const gone = await hostileServer(hanging);
    await gone.stop();
    expect(await endOf(`http://127.0.0.1:${gone.port}`)).toMatchObject({ code: 'proxy-unreachable' });
  });

  test('whose name does not exist', async () => {
    const lookup: Lookup = (host, _options, callback) =>
      host === 'nowhere.test'
        ? callback(Object.assign(new Error(canary), { code: 'ENOTFOUND' }), [])
        : callback(null, [{ address: '1.1.1.1', family: 4 }]);
    expect(await endOf('https://nowhere.test', local, { lookup })).toMatchObject({ code: 'proxy-unreachable' });
  });

  test.each<[string, Conduct]>([
    ['says nothing', hanging],
    ['trickles', trickledHead],
  ])('that %s ends with the deadline', async (_, conduct) => {
    const proxy = await serverThat(conduct);
    const deadline = new AbortController();
    const ended = endOf(`http://127.0.0.1:${proxy.port}`, local, { deadline });
    await vi.waitFor(() => expect(proxy.reached()).toBe(1));
    deadline.abort();
    expect(await ended).not.toHaveProperty('code', 'proxy-failed');
  });
});

describe('the URL of a proxy', () => {
  test.each([
    ['http://proxy.test', { host: 'proxy.test', port: 80, tls: false }],
    ['https://proxy.test', { host: 'proxy.test', port: 443, tls: true }],
    ['https://proxy.test:3128/', { host: 'proxy.test', port: 3128, tls: true }],
    ['http://[fd00::1]:3128', { host: 'fd00::1', port: 3128, tls: false }],
    ['http://a:b@proxy.test', { host: 'proxy.test', port: 80, tls: false, authorization: `Basic ${btoa('a:b')}` }],
    ['http://a@proxy.test', { host: 'proxy.test', port: 80, tls: false, authorization: `Basic ${btoa('a:')}` }],
    ['http://a:%zz@proxy.test', { host: 'proxy.test', port: 80, tls: false, authorization: `Basic ${btoa('a:%zz')}` }],
  ])('%s', (url, meant) => expect(readProxy(url)).toEqual(meant));

  test.each([
    '',
    'proxy.test',
    'socks5://proxy.test',
    'ftp://p',
    'http://p/path',
    'http://p/?q',
    'http://p/#f',
    'http://:0x',
  ])('%s is none', (url) => expect(() => readProxy(url)).toThrow('A proxy is an http or https URL without a path.'));

  test('whatever it is, credentials stay within one header line and are not in an error', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.string({ unit: 'binary', maxLength: 8 }),
        (user, password) => {
          const url = `http://${encodeURIComponent(user.toWellFormed())}:${encodeURIComponent(password.toWellFormed())}@proxy.test`;
          expect(readProxy(url).authorization ?? 'Basic ').toMatch(/^Basic [A-Za-z0-9+/]*={0,2}$/);
        },
      ),
    );
  });
});

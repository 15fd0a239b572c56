import { describe, expect, test } from 'vitest';
import type { EgressOptions } from '../../../functions/providers/egress/egress.ts';
import type { Lookup } from '../../../functions/providers/egress/resolve-route.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';
import { answeringLookup, expectRefused, get, greeting, wayBy } from './way.ts';

describe('addresses written as such, which are not looked up', () => {
  const forms = (port: number) => [
    `http://127.0.0.1:${port}/`,
    `http://2130706433:${port}/`,
    `http://0x7f000001:${port}/`,
    `http://0177.0.0.1:${port}/`,
    `http://127.1:${port}/`,
    `http://0.0.0.0:${port}/`,
    `http://[::1]:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://[::ffff:7f00:1]:${port}/`,
    `http://[64:ff9b::127.0.0.1]:${port}/`,
    `http://[::]:${port}/`,
    `http://localhost:${port}/`,
  ];

  test('none reaches a server on this machine, with TLS or without', async () => {
    const server = await serverThat(greeting);
    for (const url of forms(server.port)) {
      const environment = { EGRESS_PORTS: `${server.port}` };
      await expectRefused(wayBy(environment), url);
      await expectRefused(wayBy(environment), url.replace('http:', 'https:'));
    }
    expect(server.reached()).toBe(0);
  });

  test('with an entry they do: the refusals were the rules', async () => {
    const server = await serverThat(greeting);
    for (const url of forms(server.port).filter((form) => !/\[::1?\]|64:ff9b|0\.0\.0\.0/.test(form))) {
      await expect(get(wayBy({ EGRESS_ALLOW: `127.0.0.1:${server.port}` }), url)).resolves.toBe('hello');
    }
    expect(server.reached()).toBeGreaterThan(5);
  });

  test('an entry for another port does not help', async () => {
    const server = await serverThat(greeting);
    await expectRefused(
      wayBy({ EGRESS_ALLOW: `127.0.0.1:${server.port === 1 ? 2 : 1}` }),
      `http://127.0.0.1:${server.port}/`,
    );
    expect(server.reached()).toBe(0);
  });
});

describe('names', () => {
  test('are judged by the address they lead to, and only by that', async () => {
    const server = await serverThat(greeting);
    await expectRefused(wayBy({}, { lookup: answeringLookup(['127.0.0.1']) }), `https://public.test:${server.port}/`);
    expect(server.reached()).toBe(0);
    const allowed = wayBy({ EGRESS_ALLOW: '127.0.0.1' }, { lookup: answeringLookup(['127.0.0.1']) });
    await expect(get(allowed, `http://public.test:${server.port}/`)).resolves.toBe('hello');
  });

  test('a second look-up with another answer does not happen', async () => {
    const server = await serverThat(greeting);
    // First what may be connected to, then what may not: whoever checked one and connected to the other would get there.
    const lookup = answeringLookup(['127.0.0.2'], ['127.0.0.1']);
    const environment = { EGRESS_ALLOW: '127.0.0.2' };
    const url = `http://rebinding.test:${server.port}/`;
    await expect(get(wayBy(environment, { lookup }), url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(lookup.calls).toHaveLength(1);
    await expectRefused(wayBy(environment, { lookup }), url);
    expect(lookup.calls).toHaveLength(2);
    expect(server.reached()).toBe(0);
  });

  test('of several addresses only the permitted are connected to', async () => {
    const server = await serverThat(greeting);
    const lookup = answeringLookup(['169.254.169.254', '10.0.0.1', '127.0.0.1']);
    const way = wayBy({ EGRESS_ALLOW: '127.0.0.1' }, { lookup });
    await expect(get(way, `http://mixed.test:${server.port}/`)).resolves.toBe('hello');
  });

  test('a host entry does not lead to a metadata address', async () => {
    const way = wayBy({ EGRESS_ALLOW: 'minio.internal' }, { lookup: answeringLookup(['169.254.169.254']) });
    await expectRefused(way, 'http://minio.internal/latest/meta-data/');
  });

  test('that do not exist fail as the look-up says', async () => {
    const lookup: Lookup = (_host, _options, callback) =>
      callback(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }), []);
    await expect(get(wayBy({}, { lookup }), 'https://nowhere.test/')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('the connect-to map', () => {
  const identity = newCertificate(['*.storage.test', 'storage.test']);
  const trusting = (more: EgressOptions = {}): EgressOptions => ({
    ca: [identity.cert],
    lookup: (host) => {
      throw new Error(`${host} was looked up`);
    },
    ...more,
  });

  test('leads elsewhere, and the certificate is still that of the host asked for', async () => {
    const server = await serverThat(greeting, identity);
    const environment = {
      CONNECT_TO: `*.storage.test:443:127.0.0.1:${server.port}`,
      EGRESS_ALLOW: `127.0.0.1:${server.port}`,
    };
    await expect(get(wayBy(environment, trusting()), 'https://bucket.storage.test/')).resolves.toBe('hello');
  });

  test('a certificate of another name is refused', async () => {
    const server = await serverThat(greeting, identity);
    const environment = { CONNECT_TO: `other.test:443:127.0.0.1:${server.port}`, EGRESS_ALLOW: '127.0.0.1' };
    await expect(get(wayBy(environment, trusting()), 'https://other.test/')).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(server.reached()).toBe(0);
  });

  test('a mapped place has to be allowed', async () => {
    const server = await serverThat(greeting, identity);
    const environment = { CONNECT_TO: `*.storage.test::127.0.0.1:${server.port}` };
    await expectRefused(wayBy(environment, trusting()), 'https://bucket.storage.test/');
    const byName = { CONNECT_TO: `*.storage.test::inside.test:${server.port}` };
    const lookup = answeringLookup(['127.0.0.1']);
    await expectRefused(wayBy(byName, trusting({ lookup })), 'https://bucket.storage.test/');
    expect(server.reached()).toBe(0);
    const allowed = wayBy({ ...byName, EGRESS_ALLOW: `inside.test:${server.port}` }, trusting({ lookup }));
    await expect(get(allowed, 'https://bucket.storage.test/')).resolves.toBe('hello');
  });

  test('scheme and port asked for are judged as for any host', async () => {
    const server = await serverThat(greeting);
    const environment = { CONNECT_TO: `storage.test::127.0.0.1:${server.port}`, EGRESS_ALLOW: '127.0.0.1' };
    await expectRefused(wayBy(environment, trusting()), 'http://storage.test/');
    await expectRefused(wayBy(environment, trusting()), 'https://storage.test:22/');
    expect(server.reached()).toBe(0);
    const allowed = wayBy({ ...environment, EGRESS_ALLOW: '127.0.0.1,storage.test:80' }, trusting());
    await expect(get(allowed, 'http://storage.test/')).resolves.toBe('hello');
  });
});

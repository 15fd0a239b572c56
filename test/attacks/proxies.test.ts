import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseProxy } from '../../functions/core/storage/parse-proxy.ts';
import { parseTarget } from '../../functions/core/storage/parse-target.ts';
import { answering } from '../conformance/storage/hostile.ts';
import { serverThat } from '../conformance/storage/server-that.ts';
import { proxyServer } from '../providers/egress/proxy-server.ts';
import { attacked, storageIn } from './attacked.ts';
import { afterToken, type Front, identity, startFront } from './front.ts';
import { startTarget, type Target } from './target.ts';
import { world } from './world.ts';

let target: Target;
let front: Front;
beforeAll(async () => {
  [target, front] = await Promise.all([startTarget(), startFront()]);
});
afterAll(() => Promise.all([target.stop(), front.stop()]));

/** Proxies that are somewhere else than they look, or at a port that is none for proxies outside. */
const inside = [
  'http://127.0.0.1:3128',
  'https://127.0.0.1',
  'https://2130706433',
  'https://0x7f.1',
  'https://[::1]',
  'https://[::ffff:127.0.0.1]',
  'https://[64:ff9b::a00:1]',
  'https://169.254.169.254',
  'http://169.254.169.254',
  'https://localhost',
  'https://inside.test',
  'https://public.test@inside.test',
  'https://public.test:443@10.0.0.1',
  'http://user:password@inside.test:3128',
  // Public, but spoken to in the clear, or at a port that serves something else.
  'http://public.test',
  'http://public.test:443',
  'https://public.test:22',
  'https://public.test:25',
] as const;

const addressOf = (host: string) => (/^(inside\.test|localhost)$/.test(host) ? '10.0.0.1' : '1.1.1.1');

describe.each(attacked)('$name', ({ ask, hosts, target: usual }) => {
  const everything = () =>
    world(
      (host) => [addressOf(host)],
      () => target.port,
    );

  test('a proxy that is not for it', async () => {
    const before = [target.connections(), target.bytes()];
    for (const proxy of inside) {
      const there = everything();
      const parsed = parseProxy(proxy);
      expect(parsed.ok && parseTarget({ ...usual, proxy: parsed.value.proxy }).ok).toBe(true);
      expect([proxy, await ask(storageIn({}, there), { proxy })]).toEqual([proxy, 'proxy-not-allowed']);
      expect(there.reached).toEqual([]);
    }
    expect([target.connections(), target.bytes()]).toEqual(before);
  });

  test('the same, allowed: it is reached, and is not a proxy', async () => {
    for (const proxy of inside) {
      const before = target.bytes();
      const host = new URL(proxy).hostname.replace(/^\[(.*)\]$/, '$1');
      const outcome = await ask(storageIn({ EGRESS_ALLOW: host }, everything()), { proxy });
      expect([proxy, outcome, target.bytes() > before]).toEqual([proxy, 'proxy-failed', true]);
    }
  });

  test('a proxy that is for it does not lead inside, nor is it told where that is', async () => {
    const proxy = await serverThat(answering({ status: 200 }));
    for (const address of ['10.0.0.1', '127.0.0.1', '169.254.169.254', 'fd00:ec2::254', '::ffff:127.0.0.1']) {
      const there = world(
        (host) => [host === 'proxy.test' ? '10.9.9.9' : address],
        () => proxy.port,
      );
      const storage = storageIn({ EGRESS_ALLOW: 'proxy.test' }, there);
      expect(await ask(storage, { proxy: 'http://proxy.test:3128' })).toBe('address-not-allowed');
      expect(there.reached).toEqual([]);
    }
    expect(proxy.reached()).toBe(0);
  });

  test('through a proxy that is for it, a storage is reached by the address that was judged', async () => {
    front.answer = afterToken({ status: 503 });
    const proxy = await proxyServer({ leadTo: front.port });
    const there = world(
      (host, time) => [host === 'proxy.test' ? '10.9.9.9' : time === 0 ? '1.1.1.1' : '10.0.0.1'],
      () => proxy.port,
    );
    const storage = storageIn({ EGRESS_ALLOW: 'proxy.test' }, { ...there, ca: [identity.cert] });
    const before = front.requests.length;
    const outcome = await ask(storage, { proxy: 'http://user:password@proxy.test:3128' });
    // Whoever asked again, as S3 does, looked the name up anew, and it led inside.
    expect(outcome).toMatch(/^(storage-failed|address-not-allowed)$/);
    expect(front.requests.length).toBeGreaterThan(before);
    expect(new Set(proxy.asked.map(({ authority }) => authority))).toEqual(new Set(['1.1.1.1:443']));
    expect(new Set(there.reached)).toEqual(new Set(['10.9.9.9']));
    // What is for the proxy is not told to the storage, nor the other way round.
    expect(front.requests.join()).not.toMatch(/proxy-/i);
    expect(JSON.stringify(proxy.asked)).not.toMatch(/AWS4|SharedKey|Bearer/);
    expect(there.lookedUp.filter((host) => host !== 'proxy.test' && !hosts.includes(host))).toEqual([]);
  });
});

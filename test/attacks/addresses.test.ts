import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseTarget } from '../../functions/core/storage/parse-target.ts';
import { attacked, storageIn } from './attacked.ts';
import { addressRows, spellings } from './rows.ts';
import { startTarget, type Target } from './target.ts';
import { world } from './world.ts';

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.stop());

const oneOfEachKind = addressRows.filter(({ name }, at) => addressRows.findIndex((row) => row.name === name) === at);

describe.each(attacked)('$name', ({ name: way, ask, hosts, anyHost, target: usual }) => {
  // What differs from another way in the first request only is not led through all of them again.
  const rows = /role|list of buckets/.test(way) ? oneOfEachKind : addressRows;

  /** Asks where every name leads to one address, and every address to the target. */
  const askAt = async (address: string, allow: string) => {
    const there = world(
      () => [address],
      () => target.port,
    );
    const before = target.bytes();
    const outcome = await ask(storageIn({ EGRESS_ALLOW: allow }, there));
    return { outcome, reached: there.reached, bytes: target.bytes() - before };
  };

  test('a name that leads to an address that is not for it', async () => {
    expect(addressRows.length).toBeGreaterThan(150);
    const before = [target.connections(), target.bytes()];
    for (const { name, address, besides } of rows) {
      const { outcome, reached } = await askAt(address, besides === undefined ? '' : `${hosts.join()},${besides}`);
      expect({ name, address, outcome, reached }).toEqual({
        name,
        address,
        outcome: 'address-not-allowed',
        reached: [],
      });
    }
    expect([target.connections(), target.bytes()]).toEqual(before);
  });

  test('the same, where an entry names the address: it was the rules that stood in the way', async () => {
    // That no row is refused for another reason is shown in `rules.test.ts`.
    for (const { address } of oneOfEachKind) {
      const { reached, bytes } = await askAt(address, address);
      expect(reached).toContain(address);
      expect(bytes).toBeGreaterThan(0);
    }
  });

  test('a name whose next look-up leads elsewhere', async () => {
    const inside = '10.0.0.1';
    const there = world(
      (_, time) => [time === 0 ? '1.1.1.1' : inside],
      () => target.port,
    );
    const storage = storageIn({}, there);
    const first = await ask(storage);
    expect(first).not.toBe('address-not-allowed');
    expect(await ask(storage)).toBe('address-not-allowed');
    expect(there.reached).not.toContain(inside);
    expect(there.reached).toContain('1.1.1.1');
  });

  test.each([
    [['10.0.0.1', '1.1.1.1', '::1', '169.254.169.254']],
    [['1.1.1.1', 'fd00:ec2::254', '::ffff:127.0.0.1', '2606:4700::1111']],
  ])('several addresses, of which only the public are for it: %s', async (addresses) => {
    const there = world(
      () => addresses,
      () => target.port,
    );
    await ask(storageIn({}, there));
    expect(new Set(there.reached)).toEqual(new Set(addresses.filter((one) => /^(1\.1|2606)/.test(one))));
  });

  test('an entry of the connect-to map that leads inside, and names that look like one', async () => {
    const leadInside = hosts.map((host) => `${host}:443:inside.test:443,${host}::10.0.0.1:80`).join();
    const before = target.bytes();
    for (const CONNECT_TO of [leadInside, hosts.map((host) => `${host}::10.0.0.1:`).join()]) {
      const there = world(
        () => ['10.0.0.1'],
        () => target.port,
      );
      expect(await ask(storageIn({ CONNECT_TO }, there))).toBe('address-not-allowed');
      expect(there.reached).toEqual([]);
      await ask(storageIn({ CONNECT_TO, EGRESS_ALLOW: '10.0.0.1' }, there));
      expect(there.reached).toEqual([expect.stringMatching(/^10\.0\.0\.1$/)]);
    }
    expect(target.bytes()).toBeGreaterThan(before);
    // The map is for these hosts; whoever puts something before or behind them is judged as himself.
    const there = world(
      () => ['10.0.0.2'],
      () => target.port,
    );
    const near = {
      CONNECT_TO: hosts.map((host) => `evil${host}::10.0.0.1:,${host}.evil.test::10.0.0.1:`).join(),
      EGRESS_ALLOW: '10.0.0.1',
    };
    expect(await ask(storageIn(near, there))).toBe('address-not-allowed');
    expect(there.reached).toEqual([]);
  });

  if (!anyHost) return;

  test('an endpoint in another spelling', async () => {
    const before = [target.connections(), target.bytes()];
    for (const { text, stoppedBy } of spellings) {
      const there = world(
        () => ['127.0.0.1'],
        () => target.port,
      );
      const parsed = parseTarget({ ...usual, endpoint: `https://${text}` });
      expect([text, parsed.ok ? 'the rules' : 'the parser']).toEqual([text, stoppedBy]);
      if (!parsed.ok) continue;
      expect([text, await ask(storageIn({}, there), parsed.value)]).toEqual([text, 'address-not-allowed']);
      expect(there.reached).toEqual([]);
    }
    expect([target.connections(), target.bytes()]).toEqual(before);
  });

  test('the same spellings, allowed', async () => {
    for (const { text } of spellings.filter(({ stoppedBy }) => stoppedBy === 'the rules')) {
      const there = world(
        () => ['127.0.0.1'],
        () => target.port,
      );
      const parsed = parseTarget({ ...usual, endpoint: `https://${text}` });
      if (!parsed.ok) throw new Error(text);
      const before = target.bytes();
      const host = new URL(parsed.value.endpoint).hostname.replace(/^\[(.*)\]$/, '$1');
      await ask(storageIn({ EGRESS_ALLOW: host }, there), parsed.value);
      expect([text, target.bytes() - before > 0]).toEqual([text, true]);
    }
  });

  test.each(['http://storage.test', 'https://storage.test:22', 'https://storage.test:9001', 'http://storage.test:443'])(
    'a scheme or port that is not for it: %s',
    async (endpoint) => {
      const there = world(
        () => ['1.1.1.1'],
        () => target.port,
      );
      expect(await ask(storageIn({}, there), { endpoint })).toBe('address-not-allowed');
      expect(there.reached).toEqual([]);
      await ask(storageIn({ EGRESS_ALLOW: 'storage.test' }, there), { endpoint });
      expect(there.reached).toContain('1.1.1.1');
    },
  );
});

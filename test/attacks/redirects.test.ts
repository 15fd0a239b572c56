import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

/** Where a storage may say that the answer is; the last two are where anybody may connect to. */
const places = [
  'https://127.0.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'http://inside.test/',
  '//inside.test/photos',
  '/photos?elsewhere',
  'https://public.test/photos/',
  'https://s3.eu-west-1.amazonaws.com/photos',
] as const;

const fronted = '1.1.1.1';
const addresses: Readonly<Record<string, string>> = {
  'inside.test': '10.0.0.1',
  'public.test': '2.2.2.2',
  's3.eu-west-1.amazonaws.com': '2.2.2.2',
};

describe.each(attacked)('$name', ({ name, ask, hosts }) => {
  test('a redirect is not followed, wherever it leads', async () => {
    const before = [target.connections(), target.bytes()];
    const there = world(
      (host) => [addresses[host] ?? fronted],
      (address) => (address === fronted ? front.port : target.port),
    );
    const storage = storageIn({}, { ...there, ca: [identity.cert] });
    // Every status to where it would work best, and every place with the one that keeps method and body.
    const tried = [
      ...[301, 302, 303, 308].map((status) => [status, 'https://public.test/photos/'] as const),
      ...places.map((location) => [307, location] as const),
    ];
    for (const [status, location] of tried) {
      const answer = {
        status,
        headers: { location, 'x-amz-bucket-region': 'eu-west-1', 'content-type': 'application/xml' },
        body: `<Error><Code>PermanentRedirect</Code><Endpoint>public.test</Endpoint><Bucket>photos</Bucket></Error>`,
      };
      for (const answered of name.includes('service account') ? [() => answer, afterToken(answer)] : [() => answer]) {
        front.answer = answered;
        const asked = front.requests.length;
        expect(await ask(storage)).toMatch(/^(redirected|region-wrong|region-unclear|not-a-storage-api)$/);
        expect(front.requests.length).toBeGreaterThan(asked);
        expect(front.requests.slice(asked).join()).not.toContain('elsewhere');
      }
    }
    expect(hosts).toEqual(expect.arrayContaining([...new Set(there.lookedUp)]));
    expect(new Set(there.reached)).toEqual(new Set([fronted]));
    expect([target.connections(), target.bytes()]).toEqual(before);
  });

  test('asked for itself, the place that was redirected to is reached', async () => {
    const there = world(
      () => ['2.2.2.2'],
      () => target.port,
    );
    const before = target.bytes();
    await ask(storageIn({}, there));
    expect(target.bytes()).toBeGreaterThan(before);
  });
});

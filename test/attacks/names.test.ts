import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Credential } from '../../functions/core/storage/credential.ts';
import type { Storage } from '../../functions/core/storage/storage.ts';
import { type Attacked, attacked, storageIn } from './attacked.ts';
import { afterToken, type Front, identity, startFront } from './front.ts';
import { accessKeys, accounts, names, regions } from './names.ts';
import { world } from './world.ts';

let front: Front;
let storage: Storage;
/** Every name leads to one server, which every storage could be. */
const there = world(
  () => ['1.1.1.1'],
  () => front.port,
);
beforeAll(async () => {
  front = await startFront();
  front.answer = afterToken({ status: 400 });
  storage = storageIn({}, { ...there, ca: [identity.cert] });
});
afterAll(() => front.stop());

interface Sent {
  readonly outcome: string;
  readonly lookedUp: readonly string[];
  /** The request lines that the storage was sent, without those for a token. */
  readonly lines: readonly string[];
  readonly heads: readonly string[];
}

/** Asks once, and tells what was sent and to whom. */
async function sentBy({ ask }: Attacked, more: object, credential?: Credential): Promise<Sent> {
  const before = [there.lookedUp.length, front.requests.length];
  const served = front.reached();
  const outcome = await ask(storage, more, credential).catch((error: unknown) => `thrown: ${error}`);
  // Every connection brought a request that could be read as one.
  expect(front.requests.length - (before[1] ?? 0)).toBe(front.reached() - served);
  const heads = front.requests.slice(before[1]).filter((head) => !head.startsWith('POST /token '));
  const lines = heads.map((head) => head.split('\r\n')[0] ?? '');
  return { outcome, lookedUp: there.lookedUp.slice(before[0]), heads, lines };
}

/** Expects that whatever was sent was the usual request of this storage, with this name in its one place. */
function expectUsual({ name, hosts }: Attacked, { outcome, lookedUp, heads }: Sent, bucket: string): void {
  expect(outcome).not.toMatch(/^thrown/);
  const isUsual = (host: string) => hosts.includes(host) || (bucket !== '' && host === `${bucket}.${hosts.at(-1)}`);
  expect(lookedUp.filter((host) => !isUsual(host))).toEqual([]);
  for (const head of heads) {
    const [line = '', ...fields] = head.split('\r\n');
    const named = fields.filter((field) => /^host:/i.test(field)).map((field) => field.slice(5).trim());
    expect([named, named.map(isUsual)]).toEqual([named, [true]]);
    const url = new URL(/^GET (\/\S*) HTTP\/1\.1$/.exec(line)?.[1] ?? 'no-request:', 'https://request.test');
    const isInHost = named[0]?.startsWith(`${bucket}.`) === true;
    const paths = name.includes('list of buckets')
      ? ['/', '/attacked', '/attacked/', '/storage/v1/b']
      : isInHost
        ? ['/']
        : [`/${bucket}`, `/${bucket}/`, `/attacked/${bucket}`, `/storage/v1/b/${bucket}/o`];
    // Azure has containers that begin so; encoded or not, it is the same name.
    expect(paths).toContain(url.pathname.replaceAll('%24', '$'));
    expect(url.host).toBe('request.test');
  }
}

describe.each(attacked.filter(({ name }) => !name.includes('list of buckets')))('$name', (one) => {
  test('the usual request is sent, so that what is not sent below was refused', async () => {
    const sent = await sentBy(one, {});
    expect(sent.lines.length).toBeGreaterThan(0);
    expectUsual(one, sent, 'photos');
  });

  test('a bucket’s name is a name or is refused', async () => {
    for (const bucket of names) expectUsual(one, await sentBy(one, { bucket }), bucket);
  });

  test('whatever the name is', async () => {
    const hostile = fc.array(
      fc.constantFrom('a', '.', '..', '/', '%2e', '@', '#', '?', ':', '\\', '--x-s3', 'arn:', '\r\n', ' ', '-'),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (parts) =>
        expectUsual(one, await sentBy(one, { bucket: parts.join('') }), parts.join('')),
      ),
      { numRuns: 25 },
    );
  });

  test('a prefix stays within the query', async () => {
    // Those with a character that ends, escapes or separates something.
    for (const prefix of names.filter((name) => /[/\\%@#?&:\r\0]/.test(name))) {
      const sent = await sentBy(one, { prefix });
      expectUsual(one, sent, 'photos');
      for (const line of sent.lines) {
        const query = new URL(line.split(' ')[1] ?? '', 'https://storage.test').searchParams;
        expect(query.getAll('prefix')).toEqual([prefix]);
      }
    }
  });
});

test.each(attacked.filter(({ anyHost }) => anyHost))(
  '$name: where the names would lead can be reached',
  async (one) => {
    const sent = await sentBy(one, { endpoint: 'https://evil.test' });
    expect(sent.lookedUp).toContain('evil.test');
    expect(there.reached.length).toBeGreaterThan(0);
  },
);

describe.each(attacked)('$name', (one) => {
  test('a region is not part of a host, and no more than one part of what is signed', async () => {
    for (const region of regions) {
      const sent = await sentBy(one, { region });
      expectUsual(one, sent, 'photos');
      if (one.credential.kind !== 'access-key-pair' && one.credential.kind !== 'assumed-role') continue;
      for (const head of sent.heads) {
        expect(head).toMatch(
          /\r\nauthorization: AWS4-HMAC-SHA256 Credential=[A-Z]+\/\d{8}\/[A-Za-z0-9-]+\/s3\/aws4_request, /i,
        );
      }
    }
  });

  test('an account’s name or an access key changes neither host nor path nor header', async () => {
    const { credential } = one;
    switch (credential.kind) {
      case 'account-key':
        for (const account of accounts) {
          const sent = await sentBy(one, {}, { ...credential, account });
          if (account === 'evil' && one.anyHost) continue;
          expect(sent.lines).toEqual([]);
        }
        break;
      case 'access-key-pair':
        for (const accessKey of accessKeys) {
          const sent = await sentBy(one, {}, { ...credential, accessKey });
          for (const head of sent.heads) expect(head.match(/Signature=/g)).toHaveLength(1);
          expect(sent.heads.join()).not.toContain('evil.test');
        }
        break;
      case 'service-account-key':
        for (const clientEmail of [
          'evil',
          'a@evil.test',
          'a@project.iam.gserviceaccount.com\r\nX: y',
          'a@../../evil.iam.gserviceaccount.com',
        ]) {
          const sent = await sentBy(one, {}, { ...credential, clientEmail });
          expectUsual(one, sent, 'photos');
          expect(sent.heads.join()).not.toContain('evil');
        }
        break;
      case 'assumed-role':
        break;
    }
  });
});

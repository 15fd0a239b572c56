import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../functions/core/diagnosis/diagnosis.ts';
import type { Connection } from '../../../functions/core/records/connection.ts';
import { synchronizeIn } from '../../../functions/dialects/cval/change-storage/wire.ts';
import { expressible, fromCreateRequest, toDataset, toStorage } from '../../../functions/dialects/cval/storage-wire.ts';
import { Refused } from '../../../functions/http/problem.ts';

const good = {
  access_key: 'name',
  secret_key: 'word',
  endpoint: 'https://s3.example.com',
  bucket: 'box',
  synchronize: true,
};

/** What a reading gives, or is refused for. */
function outcome<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { problem } = error;
    if (problem.kind !== 'invalid') return problem.kind;
    return problem.faults.map(({ field, message }) => `${field} ${message}`).join('; ');
  }
}
const create = (body: unknown) => outcome(() => fromCreateRequest(body));

describe('a create request', () => {
  test('is a pair of keys for a bucket, whose secret may be shown', () => {
    expect(create({ ...good, id: 'x', color: 'red' })).toEqual({
      target: { provider: 's3', endpoint: 'https://s3.example.com', bucket: 'box', prefix: '' },
      credential: { kind: 'access-key-pair', accessKey: 'name', secretKey: 'word' },
      revealable: true,
      synchronize: true,
    });
  });

  test.each([
    ['https://s3.eu-central-1.amazonaws.com', 's3'],
    ['https://s3.amazonaws.com/', 's3'],
    ['https://storage.yandexcloud.net', 's3'],
    ['http://minio.example.com:9000', 's3'],
    ['https://storage.googleapis.com', 'gcs'],
    ['https://storage.googleapis.com:443/', 'gcs'],
    ['Storage.GoogleAPIs.com', 'gcs'],
    ['https://storage.googleapis.com.example.com', 's3'],
    ['https://example.com/storage.googleapis.com', 's3'],
  ])('at %s is for %s', (endpoint, provider) => {
    expect(create({ ...good, endpoint })).toMatchObject({
      target: { provider },
      credential: { kind: 'access-key-pair' },
    });
  });

  test('at Azure is refused before anybody is asked', () => {
    expect(create({ ...good, endpoint: 'https://account.blob.core.windows.net' })).toBe(
      'endpoint is the address of a storage that does not speak the S3 protocol',
    );
  });

  test('lacks every field by name, at once', () => {
    const missing = ['access_key', 'secret_key', 'endpoint', 'bucket', 'synchronize'];
    expect(create({})).toBe(missing.map((field) => `${field} is required`).join('; '));
    expect(create({ ...good, access_key: '', secret_key: ' x', endpoint: 'ftp://x', bucket: 'a/b' })).toBe(
      [
        'endpoint must begin with https:// or http://',
        'bucket must be letters, digits, dots, dashes and underscores only',
        "access_key can't be blank",
        'secret_key must not begin or end with a space or line break',
      ].join('; '),
    );
  });

  test.each(Object.keys(good))('with a %s of another type is refused', (field) => {
    for (const value of [1, null, {}, [], field === 'synchronize' ? 'true' : true]) {
      expect(create({ ...good, [field]: value })).toMatch(new RegExp(`^${field} must be a (string|boolean)$`));
    }
  });

  test.each([undefined, null, [], 'text', 5, true])('of %j is no object', (body) => {
    expect(create(body)).toBe('malformed');
  });

  test('of any JSON is read or refused, and a refusal never repeats a value', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant('CANARY-VALUE\u0000'));
    const body = fc.record({
      access_key: value,
      secret_key: value,
      endpoint: value,
      bucket: value,
      synchronize: value,
    });
    fc.assert(
      fc.property(body, (given) => {
        expect(JSON.stringify(create(given)).includes('CANARY-VALUE')).toBe(false);
      }),
    );
  });
});

describe('the flag of a change', () => {
  const read = (query: Record<string, string>, body?: unknown) => outcome(() => synchronizeIn(query, body));
  const names = fc.constantFrom('synchronize', 'syncronization');

  test('is read under both names, in query and body, in any case', () => {
    const inAnyCase = fc.boolean().chain((flag) => {
      const letters = [...String(flag)].map((letter) => fc.constantFrom(letter, letter.toUpperCase()));
      return fc.tuple(...letters).map((chosen) => ({ flag, text: chosen.join('') }));
    });
    fc.assert(
      fc.property(names, inAnyCase, (name, { flag, text }) => {
        expect(read({ [name]: text })).toBe(flag);
        expect(read({}, { [name]: text })).toBe(flag);
        expect(read({}, { [name]: flag })).toBe(flag);
        expect(read({ limit: '5', [name]: text }, { other: 1, [name]: flag })).toBe(flag);
      }),
    );
  });

  test('has to be somewhere', () => {
    expect(read({})).toBe('synchronize is required');
    expect(read({ sync: 'true' }, {})).toBe('synchronize is required');
  });

  test('has to be one', () => {
    for (const text of ['', '1', 'yes', 'truefalse', ' true', 'TRUE\u0000']) {
      expect(read({ synchronize: text })).toBe('synchronize must be true or false');
      expect(read({}, { syncronization: text })).toBe('syncronization must be true or false');
    }
    for (const value of [null, 1, [], {}]) expect(read({}, { synchronize: value })).toMatch(/must be true or false$/);
    expect(read({ synchronize: 'true' }, { syncronization: 'nonsense' })).toMatch(/must be true or false$/);
  });

  test('must not be both', () => {
    const contradiction = 'synchronize is given as true and as false';
    expect(read({ synchronize: 'True', syncronization: 'false' })).toBe(contradiction);
    expect(read({ synchronize: 'True' }, { synchronize: false })).toBe(contradiction);
  });

  test.each([null, [], 'true', true, 5])('is not found in a body of %j, which is no object', (body) => {
    expect(read({ synchronize: 'true' }, body)).toBe('malformed');
  });
});

const connection: Connection = {
  ...{ uid: 'u', id: 1, organizationId: 7, name: 'box', revealable: true, synchronize: false },
  target: { provider: 's3', endpoint: 'https://s3.example.com', region: 'x', bucket: 'box', prefix: 'p/' },
  credential: { kind: 'access-key-pair', accessKey: 'name', version: 'v' },
  verification: { status: 'connected', since: 5, verifiedAt: 6 },
  ...{ createdAt: 0, updatedAt: 0, version: 1 },
};
const shown = (of: Partial<Connection>, secret?: string) => {
  const found = expressible({ ...connection, ...of });
  return found && toStorage(found, secret);
};

describe('an answer', () => {
  const documented = {
    id: 'u',
    access_key: 'name',
    secret_key: '********',
    endpoint: 'https://s3.example.com',
    bucket: 'box',
    synchronize: false,
  };

  test('has the document’s fields, a mask in the place of the secret', () => {
    expect(shown({})).toEqual(documented);
    expect(shown({}, 'word')).toEqual({ ...documented, secret_key: 'word' });
    expect(shown({ synchronize: true })).toEqual({ ...documented, synchronize: true });
  });

  test('says what a dataset lacks, where it was looked for', () => {
    expect(shown({ dataset: { complete: true } })).toEqual({ ...documented, dataset: { complete: true, missing: [] } });
    const dataset = { complete: false, missing: ['images/val', 'annotations/test'] } as const;
    expect(shown({ dataset })?.dataset).toEqual({
      complete: false,
      missing: ['cval/images/val', 'cval/annotations/test'],
    });
    expect(toDataset({ unknown: diagnose('list-denied') })).toEqual({
      complete: null,
      missing: [],
      detail: expect.stringMatching(/^bucket: The storage does not let this credential list/),
    });
  });

  test('is given of buckets with a pair of keys only', () => {
    const { bucket: _, ...account } = connection.target;
    expect(shown({ target: account })).toBeUndefined();
    expect(shown({ target: { ...connection.target, provider: 'gcs' } })).toEqual(documented);
    expect(shown({ target: { ...connection.target, provider: 'azure' } })).toBeUndefined();
    for (const kind of ['account-key', 'service-account-key', 'assumed-role'] as const) {
      expect(shown({ credential: { ...connection.credential, kind } })).toBeUndefined();
    }
  });
});

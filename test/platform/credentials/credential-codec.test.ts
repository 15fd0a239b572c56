import { describe, expect, test } from 'vitest';
import { findCredential } from '../../../functions/platform/credentials/credential-codec.ts';

const pair = {
  kind: 'access-key-pair',
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: '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',
};

describe('a secret that was written into Secrets Manager by hand', () => {
  test('is a credential when it has the form of one', () => {
    expect(findCredential(JSON.stringify(pair))).toEqual(pair);
  });

  test('is none when its halves are swapped, because the public half is shown', () => {
    expect(
      findCredential(JSON.stringify({ ...pair, accessKey: pair.secretKey, secretKey: pair.accessKey })),
    ).toBeUndefined();
  });

  test.each([undefined, '', '{', 'null', '{"kind":"access-key-pair"}'])('is none when it is %j', (text) => {
    expect(findCredential(text)).toBeUndefined();
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckMessage } from '../../../../functions/core/records/check-ports.ts';
import { readCheckMessage } from '../../../../functions/workflows/reverification/check/check-message.ts';

const check = { kind: 'check', organizationId: 1, uid: 'u', claim: 'c' } as const;

const message: fc.Arbitrary<CheckMessage> = fc.oneof(
  fc.record({ kind: fc.constant('check'), organizationId: fc.integer(), uid: fc.string(), claim: fc.string() }),
  fc.record({ kind: fc.constant('announcement'), uid: fc.string(), id: fc.string() }),
);

test('a message is read as it was sent, as text and parsed', () => {
  fc.assert(
    fc.property(message, (sent) => {
      expect(readCheckMessage(JSON.stringify(sent))).toEqual(sent);
      expect(readCheckMessage(sent)).toEqual(sent);
    }),
  );
});

test.each([
  ...['', 'no JSON', '7', undefined, null, {}],
  ...[
    { ...check, kind: 'other' },
    { ...check, organizationId: '1' },
    { ...check, organizationId: 1.5 },
  ],
  ...[
    { kind: 'check', uid: 'u', claim: 'c' },
    { kind: 'announcement', uid: 'u' },
  ],
])('anything else is none: %j', (other) => {
  expect(() => readCheckMessage(other)).toThrow();
});

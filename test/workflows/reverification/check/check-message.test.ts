import { expect, test } from 'vitest';
import { readCheckMessage } from '../../../../functions/workflows/reverification/check/check-message.ts';

const check = { kind: 'check', organizationId: 1, uid: 'u', claim: 'c' } as const;
const announcement = { kind: 'announcement', uid: 'u', id: 'i' } as const;

test.each([check, announcement])('a message is read, as text and parsed: $kind', (message) => {
  expect(readCheckMessage(JSON.stringify(message))).toEqual(message);
  expect(readCheckMessage(message)).toEqual(message);
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

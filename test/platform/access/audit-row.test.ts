import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newUid } from '../../../functions/core/uid.ts';
import { idsIn, toAuditEntry } from '../../../functions/platform/access/audit-row.ts';

const moment = fc.integer({ min: 0, max: 2 ** 48 - 1 });
/** Also what no id can be of, and what is between two milliseconds. */
const bound = fc.option(fc.oneof(moment, fc.double({ noNaN: true })), { nil: undefined });
const random = fc.float({ min: 0, max: Math.fround(1 - 2 ** -24), noNaN: true });
const hasId = (ids: ReturnType<typeof idsIn>, id: string) => ids !== undefined && ids.first <= id && id <= ids.last;

test('the ids between two moments are those of the entries made then', () => {
  fc.assert(
    fc.property(moment, random, bound, bound, fc.integer({ min: -1, max: 1 }), (at, chance, from, to, off) => {
      const id = newUid(at, () => chance);
      const query = (first = from, last = to) => ({
        ...(first !== undefined && { from: first }),
        ...(last !== undefined && { to: last }),
      });
      expect(hasId(idsIn(query()), id)).toBe((from ?? at) <= at && at <= (to ?? at));
      // So near that it is decided by a millisecond.
      expect(hasId(idsIn(query(at + off)), id)).toBe(off <= 0 && at <= (to ?? at));
      expect(hasId(idsIn(query(from, at + off)), id)).toBe(off >= 0 && (from ?? at) <= at);
    }),
  );
});

test('the ids after an entry end with it, whatever else is asked', () => {
  fc.assert(
    fc.property(moment, moment, moment, random, (at, other, to, chance) => {
      const [after, id] = [newUid(at, () => chance), newUid(other, () => chance)];
      expect(hasId(idsIn({ after, to }), id)).toBe(id <= after && other <= to);
    }),
  );
});

const row = {
  ...{ id: '01', organizationId: 7, at: 5, actor: { kind: 'key', key: 'k1' }, endpoint: 'e/e', connections: [] },
  ...{ asked: {}, from: { ip: '', agent: '' }, action: 'connection.create', outcome: { kind: 'unfinished' } },
};

test('a row is read with names that this version does not know, and without attributes that it does not', () => {
  const strange = { action: 'connection.frobnicate', outcome: { kind: 'done', status: 200, verdict: 'old-code' } };
  const { entry, expiresAt } = toAuditEntry({ ...row, ...strange, ttl: 9, pk: 'AUDIT#7', sk: '01', mood: 'blue' });
  expect(entry).toEqual({ ...row, ...strange });
  expect(expiresAt).toBe(9_000);
});

test.each([
  {},
  { ...row },
  { ...row, ttl: 9, actor: { kind: 'ghost' } },
  { ...row, ttl: 9, outcome: { kind: 'done' } },
])('a row that is no entry is not made one of: %j', (other) => {
  expect(() => toAuditEntry(other)).toThrow();
});

import { describe, expect, test } from 'vitest';
import type { Organizations } from '../../../functions/core/access/api-key.ts';
import type { Caller } from '../../../functions/core/access/caller.ts';
import { type OrganizationFrom, resolveOrganization } from '../../../functions/http/auth/resolve-organization.ts';
import { Refused } from '../../../functions/http/problem.ts';
import { access, organization } from './callers.ts';

const caller = (...organizations: Organizations): Caller => ({
  actor: { kind: 'key', key: 'k' },
  organizations,
  scopes: new Set(),
});
const there = [organization(7), organization(8), organization(9), organization(6, { disabledAt: 1 })];

/** The id of the organization that a request is about, or what it is refused for; and the calls that took. */
async function answered(
  from: OrganizationFrom | undefined,
  asked: { path?: Record<string, string>; query?: Record<string, string> },
  organizations: Organizations,
) {
  const { ports, calls } = access([], there);
  const answer = await resolveOrganization(
    from,
    { path: {}, query: {}, ...asked },
    caller(...organizations),
    ports,
  ).then(
    (found) => found.organization.id,
    (error: unknown) => (error instanceof Refused ? error.problem.kind : error),
  );
  return { answer, calls };
}

describe('named in the path', () => {
  const from = { path: 'id' } as const;
  const named = (id: string, ...of: Organizations) => answered(from, { path: { id } }, of);

  test("is one of the caller's, home or not", async () => {
    expect((await named('7', 7, 8)).answer).toBe(7);
    expect((await named('8', 7, 8)).answer).toBe(8);
  });

  test("another's, one that does not exist and one that is disabled take the same calls and are refused alike", async () => {
    const [foreign, absent, disabled] = [await named('9', 7, 6), await named('99', 7, 6), await named('6', 7, 6)];
    expect(foreign).toEqual({ answer: 'unauthenticated', calls: ['organization 7', 'organization 6'] });
    expect(absent).toEqual(foreign);
    expect(disabled).toEqual(foreign);
  });

  test.each(['', '07', '7.0', '+7', 'o7', ' 7', '7e0'])('is not %j', async (id) => {
    expect((await named(id, 7)).answer).toBe('unauthenticated');
  });
});

describe('named in the query', () => {
  const from = { query: 'organization' } as const;
  const named = (slug: string | undefined, ...of: Organizations) =>
    answered(from, { query: slug === undefined ? {} : { organization: slug } }, of);

  test("is one of the caller's", async () => {
    expect((await named('o8', 7, 8)).answer).toBe(8);
  });

  test("another's, one that does not exist and one that is disabled are forbidden alike", async () => {
    const [foreign, absent, disabled] = [await named('o9', 7, 6), await named('none', 7, 6), await named('o6', 7, 6)];
    expect(foreign).toEqual({ answer: 'forbidden', calls: ['organization 7', 'organization 6'] });
    expect(absent).toEqual(foreign);
    expect(disabled).toEqual(foreign);
  });

  test('has to be when the caller has several that are open, and need not be otherwise', async () => {
    expect((await named(undefined, 7, 8)).answer).toBe('invalid');
    expect((await named('', 7, 8)).answer).toBe('invalid');
    expect((await named(undefined, 7)).answer).toBe(7);
    expect((await named(undefined, 6, 8)).answer).toBe(8);
  });

  test('may be left out where it is optional, and counts where it is there', async () => {
    const perhaps = (slug: string, ...of: Organizations) =>
      answered({ ...from, optional: true }, { query: { organization: slug } }, of);
    expect((await perhaps('', 7, 8)).answer).toBe(7);
    expect((await perhaps('', 6, 8, 7)).answer).toBe(8);
    expect((await perhaps('o8', 7, 8)).answer).toBe(8);
    expect((await perhaps('o9', 7, 8)).answer).toBe('forbidden');
  });
});

describe('named nowhere', () => {
  test("is the caller's home", async () => {
    expect((await answered(undefined, {}, [8, 7])).answer).toBe(8);
  });

  test('is refused when that is disabled or gone', async () => {
    expect((await answered(undefined, {}, [6, 7])).answer).toBe('unauthenticated');
    expect((await answered(undefined, {}, [99])).answer).toBe('unauthenticated');
  });
});

test('all open organizations of the caller come along', async () => {
  const { ports } = access([], there);
  const found = await resolveOrganization(undefined, { path: {}, query: {} }, caller(8, 6, 7, 99), ports);
  expect(found.organizations.map(({ id }) => id)).toEqual([8, 7]);
});

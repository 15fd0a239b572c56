import { request } from 'node:https';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeBy } from '../../functions/providers/egress/address.ts';
import { type AddressRule, addressRules } from '../../functions/providers/egress/address-rules.ts';
import { guardedEgress } from '../../functions/providers/egress/egress.ts';
import { parseRules } from '../../functions/providers/egress/parse-rules.ts';
import { xmlListing } from '../../functions/providers/egress/response-meter.ts';
import { type AddressRow, addressRows } from './rows.ts';
import { startTarget, type Target } from './target.ts';
import { world } from './world.ts';

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.stop());

/** Whether an attack of the table reaches the target when the egress has only these rules. */
async function getsThrough({ address, besides }: AddressRow, rules: readonly AddressRule[]): Promise<boolean> {
  const there = world(
    () => [address],
    () => target.port,
  );
  const configured = parseRules(besides === undefined ? {} : { EGRESS_ALLOW: `storage.test,${besides}` });
  const ended = new AbortController();
  const { httpsAgent: agent } = guardedEgress({ ...configured, addresses: judgeBy(rules) }, there).open(
    ended.signal,
    xmlListing,
  );
  const before = target.bytes();
  await new Promise((resolve) => request('https://storage.test/', { agent }).on('error', resolve).end());
  ended.abort();
  return target.bytes() > before;
}

async function whatGetsThrough(rules: readonly AddressRule[], most = Infinity): Promise<readonly AddressRow[]> {
  const through: AddressRow[] = [];
  for (const row of addressRows) {
    if (through.length < most && (await getsThrough(row, rules))) through.push(row);
  }
  return through;
}

test('with every rule nothing of the table gets through', async () => {
  expect(await whatGetsThrough(addressRules)).toEqual([]);
});

test.each(addressRules)('without the rule "$name" the table fails', async (rule) => {
  expect(
    await whatGetsThrough(
      addressRules.filter((one) => one !== rule),
      1,
    ),
  ).not.toEqual([]);
});

test('without any rule everything gets through: no row is refused for another reason', async () => {
  expect(await whatGetsThrough([])).toHaveLength(addressRows.length);
});

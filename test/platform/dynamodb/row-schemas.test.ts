import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Inventory } from '../../../functions/core/datasets/inventory.ts';
import { inventoryShape } from '../../../functions/platform/dynamodb/row-schemas.ts';

const counted = fc.record({ files: fc.nat(50_000), bytes: fc.maxSafeNat() });
const split = fc.record({ images: counted, annotations: counted });
const inventory: fc.Arbitrary<Inventory> = fc.record(
  {
    takenAt: fc.maxSafeNat(),
    complete: fc.boolean(),
    splits: fc.record({ train: split, test: split, val: split }),
    newestChange: fc.maxSafeNat(),
  },
  { requiredKeys: ['takenAt', 'complete', 'splits'] },
);

test('any inventory is read back as it was', () => {
  fc.assert(
    fc.property(inventory, (taken) => {
      const read: Inventory = inventoryShape.parse(JSON.parse(JSON.stringify(taken)));
      expect(read).toEqual(taken);
    }),
  );
});

test('what is no inventory is not read', () => {
  const [taken] = fc.sample(inventory, 1);
  expect(inventoryShape.safeParse({ ...taken, splits: {} }).success).toBe(false);
  expect(inventoryShape.safeParse({ ...taken, newestChange: '1' }).success).toBe(false);
});

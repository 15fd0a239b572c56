import { describe } from 'vitest';
import { accountCases } from './cases/account-cases.ts';
import { foreignCases } from './cases/foreign-cases.ts';
import { honestCases } from './cases/honest-cases.ts';
import { networkCases } from './cases/network-cases.ts';
import type { Harness } from './harness.ts';
import { setScene } from './scene.ts';

/**
 * The one suite that every storage driver has to pass. A provider supplies a harness; what it lacks (rights of
 * single keys, regions), its harness leaves out, and nothing is skipped.
 */
export function storageConformance(harness: Harness): void {
  describe(harness.provider, () => {
    const scene = setScene(harness);
    honestCases(scene);
    foreignCases(scene);
    networkCases(scene);
    accountCases(scene);
  });
}

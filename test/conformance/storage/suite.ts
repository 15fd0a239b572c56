import { describe } from 'vitest';
import { accountCases } from './account-cases.ts';
import { foreignCases } from './foreign-cases.ts';
import type { Harness } from './harness.ts';
import { honestCases } from './honest-cases.ts';
import { networkCases } from './network-cases.ts';
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

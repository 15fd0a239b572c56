import type { Storage } from '../core/storage/storage.ts';
import { egressEnvironment } from './runtime/egress-environment.ts';
import { loadOnce } from './runtime/load-once.ts';

/**
 * The storages, reached under this deployment's egress rules, and customers' roles assumed under its identity. What it
 * takes to reach them is loaded when the first is opened: a request that is refused before never needs it.
 */
export const reachStorage = (): Storage => {
  const storage = loadOnce(async (): Promise<Storage> => {
    const [{ storageFor }, { assumeRole }] = await Promise.all([
      import('../providers/open-storage.ts'),
      import('./credentials/assume-role.ts'),
    ]);
    return storageFor(egressEnvironment(), { assumeRole });
  });
  return {
    async open(target, credential, deadline) {
      return (await storage()).open(target, credential, deadline);
    },
    async openAccount(target, credential, deadline) {
      return (await storage()).openAccount(target, credential, deadline);
    },
    async exposure(credential) {
      return (await storage()).exposure(credential);
    },
  };
};

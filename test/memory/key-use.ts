import { type KeyUse, keyUseGrain, type ReadKeyUse } from '../../functions/core/access/ports.ts';

/** When keys were last used, in a map: the same ports as the table, held to the same suite. */
export function memoryKeyUse(): { readonly note: KeyUse; readonly read: ReadKeyUse } {
  const used = new Map<string, number>();
  return {
    note: {
      async note(id, at) {
        used.set(id, Math.max(used.get(id) ?? 0, at - (at % keyUseGrain)));
      },
    },
    read: async (ids) => new Map(ids.flatMap((id) => (used.has(id) ? [[id, used.get(id) ?? 0] as const] : []))),
  };
}

import type { Ports } from '../../functions/core/ports.ts';

/** At which call of any port a process dies (from 1), and whether the call took effect before. */
export interface Death {
  readonly at: number;
  readonly when: 'before' | 'after';
}
export class Died extends Error {}

/** Ports that only read the deployment's settings, which is no call. */
const settings: readonly PropertyKey[] = ['schedule.read', 'account.read', 'events.busArn'] satisfies (keyof Ports)[];

/** The ports of a process that dies at a call, and at every later one: nothing is done after a death. */
export function mortal(ports: Ports, { at, when }: Death): { readonly ports: Ports; readonly calls: () => number } {
  let calls = 0;
  const guarded = <T extends object>(of: T): T =>
    new Proxy(of, {
      get(target, name) {
        const part: unknown = Reflect.get(target, name);
        if (settings.includes(name)) return part;
        if (typeof part === 'object' && part !== null) return guarded(part);
        if (typeof part !== 'function') return part;
        return async (...args: unknown[]): Promise<unknown> => {
          const own = ++calls;
          if (own > at || (own === at && when === 'before')) throw new Died();
          const result: unknown = await Reflect.apply(part, target, args);
          if (own === at) throw new Died();
          return result;
        };
      },
    });
  return { ports: guarded(ports), calls: () => calls };
}

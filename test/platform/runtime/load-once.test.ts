import { describe, expect, it } from 'vitest';
import { loadOnce } from '../../../functions/platform/runtime/load-once.ts';

describe('loadOnce', () => {
  it('loads at the first call, once for all callers', async () => {
    let loads = 0;
    const value = loadOnce(async () => ({ load: ++loads }));
    expect(loads).toBe(0);
    const [first, second] = await Promise.all([value(), value()]);
    expect(first).toEqual({ load: 1 });
    expect(second).toBe(first);
    expect(await value()).toBe(first);
  });

  it('forgets a load that failed', async () => {
    let loads = 0;
    const value = loadOnce(async () => {
      if (++loads === 1) throw new Error('The first load fails.');
      return loads;
    });
    await expect(Promise.all([value(), value()])).rejects.toThrow('The first load fails.');
    expect(await value()).toBe(2);
  });
});

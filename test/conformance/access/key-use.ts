import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type KeyUse, keyUseGrain, type ReadKeyUse } from '../../../functions/core/access/ports.ts';

/** On the hour. */
const hour = Date.UTC(2026, 5, 1, 8);

/** What every implementation of the ports on the use of keys does. Each test uses keys of its own. */
export function keyUseConformance(
  name: string,
  /** `note` is called once for each instance of a function. */
  open: () => Promise<{ readonly note: () => KeyUse; readonly read: ReadKeyUse }>,
): void {
  const newId = () => randomBytes(6).toString('hex');

  describe(`use of keys: ${name}`, () => {
    test('it is known to the hour; a key that was never used is left out', async () => {
      const { note, read } = await open();
      const [early, late, never] = [newId(), newId(), newId()];
      const instance = note();
      await instance.note(early, hour);
      await instance.note(late, hour + keyUseGrain - 1);
      expect(await read([early, never, late, early])).toEqual(
        new Map([
          [early, hour],
          [late, hour],
        ]),
      );
      expect(await read([])).toEqual(new Map());
    });

    test('the last one counts, whichever instance of a function noted it, and in whichever order', async () => {
      const { note, read } = await open();
      const id = newId();
      const [one, another] = [note(), note()];
      await one.note(id, hour);
      await one.note(id, hour + keyUseGrain);
      await another.note(id, hour);
      expect(await read([id])).toEqual(new Map([[id, hour + keyUseGrain]]));
      await another.note(id, hour + 3 * keyUseGrain);
      await one.note(id, hour + 2 * keyUseGrain);
      expect(await read([id])).toEqual(new Map([[id, hour + 3 * keyUseGrain]]));
    });
  });
}

import { expect } from 'vitest';

/**
 * Words that occur nowhere but where a test plants them: the secrets it sends, and what remote hosts answer. Made of
 * letters that no encoding changes, so that a search finds them in any form.
 */
export const canary = {
  secret: 'canarySecretZ9',
  remote: 'canaryRemoteZ9',
} as const;

/** The canary as an Azure account key, which is base64. */
export const canaryAccountKey = Buffer.from(canary.secret.repeat(4)).toString('base64');

const planted = [canary.secret, canary.remote, canaryAccountKey];

/**
 * Searches everything that left the service or was kept by it.
 *
 * @param places what was seen, by where: answers, logs, rows, events, histories. None may be empty: a search through
 * nothing finds nothing
 */
export function expectNoCanary(places: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [place, seen] of Object.entries(places)) {
    expect(seen, `nothing was collected from ${place}`).not.toHaveLength(0);
    const text = JSON.stringify(seen);
    for (const word of planted) {
      expect(text.includes(word), `${place} holds ${word}`).toBe(false);
      expect(text.includes(Buffer.from(word).toString('base64').slice(0, -4)), `${place} holds ${word} as base64`).toBe(
        false,
      );
    }
  }
}

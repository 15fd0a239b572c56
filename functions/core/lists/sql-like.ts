/**
 * Matches texts with a pattern as SQL's LIKE does: `%` is any number of characters, `_` is one, `\%`, `\_` and `\\`
 * are the characters themselves, a backslash before anything else is itself. Capitals count; a character is a code
 * point.
 *
 * Patterns come from callers, so there is no going back to try again: all places of the pattern that the text may have
 * got to are kept at once, as bits of one number (Baeza-Yates and Gonnet, "A new approach to text searching", 1992).
 * Each character is looked at once, for the price of three operations on as many bits as the pattern is long.
 *
 * @returns whether a whole text matches
 */
export function matchesLike(pattern: string): (text: string) => boolean {
  /** The places from which a character leads on to the next: from some, every character does. */
  const leading = new Map<string, bigint>();
  let everLeading = 0n;
  /** The places at which every character may be passed over: those that a `%` follows. */
  let staying = 0n;
  let place = 1n;
  for (const [token, escaped] of pattern.matchAll(/\\([%_\\])|./gsu)) {
    if (token === '%') {
      staying |= place;
      continue;
    }
    if (token === '_') everLeading |= place;
    else {
      const character = escaped ?? token;
      leading.set(character, (leading.get(character) ?? 0n) | place);
    }
    place <<= 1n;
  }
  const end = place;

  return (text) => {
    let places = 1n;
    for (const character of text) {
      const led = places & (everLeading | (leading.get(character) ?? 0n));
      places = (places & staying) | (led << 1n);
      if (places === 0n) return false;
    }
    return (places & end) !== 0n;
  };
}

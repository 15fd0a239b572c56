/**
 * Matches a text against an IAM pattern: `*` stands for any characters (none included, `:` and `/` too), `?` for one.
 * Case-sensitive. Takes at most pattern length × text length steps, whatever the pattern.
 */
export function wildcard(pattern: string, text: string): boolean {
  let at = 0;
  let next = 0;
  /** Where the last `*` was, and how much of the text it has taken so far: the only place to go back to. */
  let star = -1;
  let taken = 0;
  while (next < text.length) {
    const expected = pattern[at];
    if (expected === '*') {
      star = at;
      taken = next;
      at += 1;
    } else if (expected !== undefined && (expected === '?' || expected === text[next])) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      taken += 1;
      next = taken;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

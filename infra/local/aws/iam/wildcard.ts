/**
 * Matches a text against an IAM pattern: `*` stands for any number of characters, `:` and `/` included, `?` for one.
 * It is case-sensitive, and takes at most pattern length × text length steps.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let patternIndex = 0;
  let textIndex = 0;
  // The last `*`, and where the text continues after what it has matched: the only position to return to.
  let starIndex = -1;
  let starEnd = 0;
  while (textIndex < text.length) {
    const expected = pattern[patternIndex];
    if (expected === '*') {
      starIndex = patternIndex;
      starEnd = textIndex;
      patternIndex += 1;
    } else if (expected !== undefined && (expected === '?' || expected === text[textIndex])) {
      patternIndex += 1;
      textIndex += 1;
    } else if (starIndex >= 0) {
      starEnd += 1;
      textIndex = starEnd;
      patternIndex = starIndex + 1;
    } else {
      return false;
    }
  }
  while (pattern[patternIndex] === '*') patternIndex += 1;
  return patternIndex === pattern.length;
}

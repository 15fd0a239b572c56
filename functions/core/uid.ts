/** Whether a text is a UUIDv7 in lower case, as `newUid` writes them. */
export const isUid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text);

/**
 * A UUIDv7 (RFC 9562, section 5.7): sorts by the time it was made, 74 bits of it random.
 *
 * @param now milliseconds since the epoch
 * @param random uniformly distributed in [0, 1), good for 47 bits a draw
 */
export function newUid(now: number, random: () => number): string {
  const digits = (count: number) =>
    Math.floor(random() * 16 ** count)
      .toString(16)
      .padStart(count, '0');
  const time = now.toString(16).padStart(12, '0');
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-${variant}${digits(3)}-${digits(6)}${digits(6)}`;
}

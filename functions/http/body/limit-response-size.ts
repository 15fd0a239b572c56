/**
 * Bytes that an answer's items may take: Lambda hands on 6 MiB at most, and the rest is for the headers and what
 * surrounds the items (AWS Lambda, "Quotas", invocation payload).
 */
const room = 6_000_000;

/**
 * The first items of a list, as many as one answer can carry; all of them but where values are at their longest.
 *
 * @param items JSON values
 */
export function truncateToResponseLimit<Item>(items: readonly Item[]): readonly Item[] {
  let left = room;
  const end = items.findIndex((item) => {
    left -= bytesOf(item);
    return left < 0;
  });
  return end === -1 ? items : items.slice(0, end);
}

/** The body is a text within what Lambda hands on, so that each of its quotes is escaped; the quotes around are the comma. */
const bytesOf = (item: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(item)));

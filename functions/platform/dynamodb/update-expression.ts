/** What of an update says which parts of a row become what. */
export interface RowChange {
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues: Readonly<Record<string, unknown>>;
}

/**
 * Sets the parts of a row that have a value here, and removes those that are undefined. Each part is called `#part` and
 * its value `:part`, so that none meets a reserved word.
 *
 * @param parts at least one
 */
export function rowChange(parts: object): RowChange {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(parts);
  const set = entries.filter(([, value]) => value !== undefined);
  const removed = entries.filter(([, value]) => value === undefined);
  return {
    UpdateExpression: [
      set.length > 0 ? `SET ${set.map(([part]) => `#${part} = :${part}`).join(', ')}` : '',
      removed.length > 0 ? `REMOVE ${removed.map(([part]) => `#${part}`).join(', ')}` : '',
    ]
      .join(' ')
      .trim(),
    ExpressionAttributeNames: Object.fromEntries(entries.map(([part]) => [`#${part}`, part])),
    ExpressionAttributeValues: Object.fromEntries(set.map(([part, value]) => [`:${part}`, value])),
  };
}

/** Epoch milliseconds as ISO 8601 writes them, in UTC; null for what has not happened. */
export const toTime = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());

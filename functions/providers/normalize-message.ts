/** The most that is read of what a server says; what tells causes apart comes early in it. */
const maxLength = 2000;

/** What a server says, in the form that phrases are looked for in. It is only ever read, never repeated. */
export const normalizeMessage = (said: string | undefined): string => (said ?? '').slice(0, maxLength).toLowerCase();

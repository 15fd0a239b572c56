/**
 * Where something is reached. The client's own base ends in `/api` already and it appends another, so that everything
 * is at `/api/api…` too (dialects/README.md).
 */
export const toPaths = (path: string, ...also: readonly string[]) => ({
  path: `/api${path}`,
  also: [...also.map((other) => `/api${other}`), ...[path, ...also].map((each) => `/api/api${each}`)],
});

export const storage = '/cloud/{storage_id}';

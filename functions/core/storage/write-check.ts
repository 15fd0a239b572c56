/** The object that a signed URL is for. One fixed name, so that trying leaves at most one object behind. */
const writeCheckName = '.storage-connections-write-check';

/** Gives the key of the write check below a prefix as a folder: rights on `data` or on `data/` both cover `data/…`. */
export const writeCheckKey = (prefix: string): string =>
  prefix === '' || prefix.endsWith('/') ? prefix + writeCheckName : `${prefix}/${writeCheckName}`;

/** Whether a key is that of a write check, below whatever prefix: it is this service's own, and never one of the caller's files. */
export const isWriteCheck = (key: string): boolean => key === writeCheckName || key.endsWith(`/${writeCheckName}`);

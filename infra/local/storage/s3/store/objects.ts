import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { S3Refusal } from '../errors.ts';

/** An in-memory store holds no more than this; it is for tests. */
const MAXIMUM_BYTES_IN_MEMORY = 256 * 1024 * 1024;

/** What is known of an object without its content. `headers` are those it is served with. */
export interface ObjectHead {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: Date;
  readonly headers: Readonly<Record<string, string>>;
}

/** An object opened for reading: its head, and a reader of the bytes from `start` up to and including `end`. */
export interface OpenObject {
  readonly head: ObjectHead;
  read(start: number, end: number): Readable;
  /** Must be called when nothing was read. */
  close(): Promise<void>;
}

/** The objects of one bucket. */
export interface ObjectStore {
  /** Every head, in the order of the keys' UTF-8 bytes, which is S3's. */
  list(): readonly ObjectHead[];
  head(key: string): ObjectHead | undefined;
  open(key: string): Promise<OpenObject | undefined>;
  put(key: string, content: Uint8Array, headers: Readonly<Record<string, string>>): Promise<ObjectHead>;
  remove(key: string): Promise<void>;
}

/** The head of new content. S3's times have whole seconds in headers, so they are kept in whole seconds. */
export function newHead(key: string, content: Uint8Array, headers: Readonly<Record<string, string>>): ObjectHead {
  return {
    key,
    size: content.length,
    etag: `"${createHash('md5').update(content).digest('hex')}"`,
    modified: new Date(Math.floor(Date.now() / 1000) * 1000),
    headers,
  };
}

/** Orders keys as S3 does: by their UTF-8 bytes. JavaScript's own order differs beyond U+FFFF. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A map of what is listed, which sorts itself when it is listed after a change. */
export interface ObjectIndex<Entry extends { readonly head: ObjectHead }> {
  get(key: string): Entry | undefined;
  set(entry: Entry): void;
  delete(key: string): void;
  heads(): readonly ObjectHead[];
}

export function newObjectIndex<Entry extends { readonly head: ObjectHead }>(): ObjectIndex<Entry> {
  const entries = new Map<string, Entry>();
  let sorted: readonly ObjectHead[] | undefined;
  return {
    get: (key) => entries.get(key),
    set: (entry) => {
      entries.set(entry.head.key, entry);
      sorted = undefined;
    },
    delete: (key) => {
      if (entries.delete(key)) sorted = undefined;
    },
    heads: () => {
      sorted ??= [...entries.values()].map(({ head }) => head).sort((a, b) => compareKeys(a.key, b.key));
      return sorted;
    },
  };
}

/**
 * A store that keeps everything in memory.
 *
 * @throws S3Refusal SlowDown from `put` when it is full
 */
export function memoryObjects(): ObjectStore {
  const index = newObjectIndex<{ readonly head: ObjectHead; readonly content: Buffer }>();
  let held = 0;
  const forget = (key: string): void => {
    held -= index.get(key)?.head.size ?? 0;
    index.delete(key);
  };
  return {
    list: () => index.heads(),
    head: (key) => index.get(key)?.head,
    open: async (key) => {
      const entry = index.get(key);
      if (entry === undefined) return undefined;
      const read = (start: number, end: number): Readable => Readable.from([entry.content.subarray(start, end + 1)]);
      return { head: entry.head, read, close: async () => undefined };
    },
    put: async (key, content, headers) => {
      if (held + content.length > MAXIMUM_BYTES_IN_MEMORY) throw new S3Refusal('SlowDown');
      forget(key);
      const head = newHead(key, content, headers);
      held += head.size;
      index.set({ head, content: Buffer.from(content) });
      return head;
    },
    remove: async (key) => forget(key),
  };
}

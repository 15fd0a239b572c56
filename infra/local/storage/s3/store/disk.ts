import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { sha256 } from '../auth/canonical.ts';
import { newHead, newObjectIndex, type ObjectHead, type ObjectStore } from './objects.ts';

/** A key has 1024 bytes at most and metadata 2048: a head line, escapes included, is far shorter than this. */
const MAXIMUM_HEAD_BYTES = 64 * 1024;

const HeadLine = z.object({
  key: z.string(),
  size: z.number(),
  etag: z.string(),
  modified: z.string(),
  headers: z.record(z.string(), z.string()),
});

/**
 * A store that keeps each object in one file: a line of JSON (its head), then its content. The file's name is a hash
 * of the key, so that no key can name a path. A file is written aside and renamed into place: after a crash an object
 * is the old one or the new one, never a mixture.
 *
 * @param directory the bucket's own directory; made when it is missing
 */
export async function diskObjects(directory: string): Promise<ObjectStore> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const index = newObjectIndex<{ readonly head: ObjectHead }>();
  for (const name of await readdir(directory)) {
    if (name.endsWith('.writing')) await rm(join(directory, name), { force: true });
    if (!name.endsWith('.object')) continue;
    const found = await openFile(join(directory, name));
    if (found === undefined) continue;
    await found.handle.close();
    if (fileName(found.head.key) === name) index.set({ head: found.head });
  }
  const path = (key: string): string => join(directory, fileName(key));
  // One change at a time, so that the index and the files agree on which of two writes came last.
  let lastChange: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(change: () => Promise<Result>): Promise<Result> => {
    const done = lastChange.then(change);
    lastChange = done.catch(() => undefined);
    return done;
  };
  return {
    list: () => index.heads(),
    head: (key) => index.get(key)?.head,
    open: async (key) => {
      if (index.get(key) === undefined) return undefined;
      // The head is read from the file that will be served: a put in between must not give a mixture.
      const found = await openFile(path(key));
      if (found === undefined) return undefined;
      const { handle, head, contentStart } = found;
      return {
        head,
        read: (start, end) => handle.createReadStream({ start: contentStart + start, end: contentStart + end }),
        close: () => handle.close(),
      };
    },
    put: (key, content, headers) =>
      inTurn(async () => {
        const head = newHead(key, content, headers);
        const aside = join(directory, `${randomUUID()}.writing`);
        try {
          await writeFile(aside, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), content]), { mode: 0o600 });
          await rename(aside, path(key));
        } finally {
          await rm(aside, { force: true });
        }
        index.set({ head });
        return head;
      }),
    remove: (key) =>
      inTurn(async () => {
        index.delete(key);
        await rm(path(key), { force: true });
      }),
  };
}

function fileName(key: string): string {
  return `${sha256(key)}.object`;
}

interface FoundFile {
  readonly handle: FileHandle;
  readonly head: ObjectHead;
  readonly contentStart: number;
}

/** Opens an object's file and reads its head; undefined when there is no such file or it is not an object's. */
async function openFile(path: string): Promise<FoundFile | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch {
    return undefined;
  }
  const found = await readHead(handle).catch(() => undefined);
  if (found === undefined) await handle.close();
  return found;
}

async function readHead(handle: FileHandle): Promise<FoundFile | undefined> {
  for (let length = 4096; length <= MAXIMUM_HEAD_BYTES; length *= 4) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    const end = buffer.subarray(0, bytesRead).indexOf('\n');
    if (end !== -1) {
      const line = HeadLine.parse(JSON.parse(buffer.toString('utf8', 0, end)));
      return { handle, head: { ...line, modified: new Date(line.modified) }, contentStart: end + 1 };
    }
    if (bytesRead < length) return undefined;
  }
  return undefined;
}

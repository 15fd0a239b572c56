import { createWriteStream, rmSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { LogEntry } from './local-target.ts';

export interface ServiceLog {
  readonly file: string;
  write(entry: LogEntry): void;
  /** Resolves when everything is on disk. */
  close(): Promise<void>;
}

/** Opens a new, empty log that only its owner may read; one line per entry, with the time and where it comes from. */
export function openServiceLog(file: string): ServiceLog {
  rmSync(file, { force: true });
  const stream = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  return {
    file,
    write: (entry) => {
      const source = entry.kind === 'function' ? entry.functionName : 'local';
      stream.write(`${new Date().toISOString()} ${source} ${entry.text}\n`);
    },
    close: async () => {
      stream.end();
      await finished(stream);
    },
  };
}

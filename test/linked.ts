import { link, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Another assembly like this one: its templates are copies and may be written to, the rest is linked. Copying two
 * thousand files takes longer than most tests.
 */
export async function linkedAssembly(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const there = (file: string) => to + file.slice(from.length);
  for (const parent of new Set(files.map((file) => dirname(there(file))))) await mkdir(parent, { recursive: true });
  await Promise.all(
    files.map(async (file) =>
      file.endsWith('.template.json') ? writeFile(there(file), await readFile(file)) : link(file, there(file)),
    ),
  );
}

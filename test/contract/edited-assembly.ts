import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { linkedAssembly } from '../linked.ts';

/**
 * A copy of the synthesized deployment whose template's text was changed.
 *
 * @throws Error when the change changed nothing: the test would then prove nothing
 */
export async function editedAssembly(change: (template: string) => string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'edited-'));
  await linkedAssembly(inject('assembly'), directory);
  const name = (await readdir(directory)).find((file) => file.endsWith('.template.json'));
  if (!name) throw new Error('The assembly has no template.');
  const file = join(directory, name);
  const template = await readFile(file, 'utf8');
  const changed = change(template);
  if (changed === template) throw new Error('The template has nothing of what was to be changed.');
  await writeFile(file, changed);
  return directory;
}

/** Takes a grant away, by the id its statement has in the policies. */
export const withoutGrant = (sid: string) =>
  editedAssembly((template) =>
    JSON.stringify(JSON.parse(template), (_, value: unknown) =>
      Array.isArray(value) ? value.filter((item) => item?.Sid !== sid) : value,
    ),
  );

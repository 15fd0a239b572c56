import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod/mini';

const versionSchema = z.object({
  id: z.string(),
  stages: z.array(z.string()),
  createdAt: z.number(),
  /** Exactly one of the two is present; binary is base64. */
  string: z.optional(z.string()),
  binary: z.optional(z.string()),
});

const secretSchema = z.object({
  name: z.string(),
  arn: z.string(),
  description: z.optional(z.string()),
  tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
  createdAt: z.number(),
  changedAt: z.number(),
  /** The end of the recovery window; absent unless the secret is marked for deletion. */
  deletionAt: z.optional(z.number()),
  versions: z.array(versionSchema),
});

const stateSchema = z.object({ secrets: z.array(secretSchema) });

export type SecretVersion = z.infer<typeof versionSchema>;
export type Secret = z.infer<typeof secretSchema>;

/** The file of all secrets. Times are milliseconds since 1970. */
export interface SecretFile {
  /** By name. Changes are durable once `save` resolves. */
  readonly secrets: Map<string, Secret>;
  readonly save: () => Promise<void>;
}

/**
 * Opens the file of all secrets, which only its owner can read. It is replaced atomically, so a crash leaves the old
 * state or the new one. Saves that are requested during another save are combined.
 * @throws Error when the file is malformed
 */
export async function openSecretFile(path: string): Promise<SecretFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const state = text === undefined ? { secrets: [] } : z.parse(stateSchema, JSON.parse(text));
  const secrets = new Map(state.secrets.map((secret) => [secret.name, secret]));

  const replaceFile = async (): Promise<void> => {
    const newPath = `${path}.new`;
    const file = await open(newPath, 'w', 0o600);
    try {
      await file.chmod(0o600);
      await file.writeFile(JSON.stringify({ secrets: [...secrets.values()] }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(newPath, path);
  };

  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return {
    secrets,
    save: () => {
      next ??= current
        .catch(() => undefined)
        .then(() => {
          current = next ?? current;
          next = undefined;
          return replaceFile();
        });
      return next;
    },
  };
}

import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod/mini';

const versionSchema = z.object({
  id: z.string(),
  stages: z.array(z.string()),
  createdAt: z.number(),
  /** Exactly one of the two; binary is base64, as on the wire. */
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
  /** When the recovery window ends; absent while the secret is not being deleted. */
  deletionAt: z.optional(z.number()),
  versions: z.array(versionSchema),
});

const stateSchema = z.object({ secrets: z.array(secretSchema) });

export type SecretVersion = z.infer<typeof versionSchema>;
export type Secret = z.infer<typeof secretSchema>;

/** Times are milliseconds since 1970. */
export interface SecretFile {
  /** By name. What is changed here is durable once `save` resolves. */
  readonly secrets: Map<string, Secret>;
  readonly save: () => Promise<void>;
}

/**
 * Opens the file of all secrets, readable by its owner only. It is replaced as a whole, so that a crash leaves the old
 * state or the new one; saves asked for while one is under way are done as one.
 * @throws Error when the file is not one of these
 */
export async function openSecretFile(path: string): Promise<SecretFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const state = text === undefined ? { secrets: [] } : z.parse(stateSchema, JSON.parse(text));
  const secrets = new Map(state.secrets.map((secret) => [secret.name, secret]));

  const replace = async (): Promise<void> => {
    const fresh = `${path}.new`;
    const file = await open(fresh, 'w', 0o600);
    try {
      await file.chmod(0o600);
      await file.writeFile(JSON.stringify({ secrets: [...secrets.values()] }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
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
          return replace();
        });
      return next;
    },
  };
}

import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { writePrivately } from '../private-file.ts';
import { refuse } from '../template/start-refused.ts';
import { type DemoKeys, newDemoKeys, newServiceAccount } from './demo-keys.ts';

const portSchema = z.int().check(z.minimum(1), z.maximum(65_535));
const keptSchema = z.object({
  keys: z.object({
    s3: z.object({ accessKey: z.string(), secretKey: z.string() }),
    azure: z.object({ account: z.string(), key: z.string() }),
    // Earlier versions had none.
    gcs: z.optional(
      z.object({
        clientEmail: z.string(),
        privateKey: z.string(),
        hmac: z.object({ accessKey: z.string(), secretKey: z.string() }),
      }),
    ),
  }),
  ports: z.optional(z.object({ s3: portSchema, azure: portSchema })),
});

/** What makes yesterday's commands and data still good today. */
export interface KeptDemo {
  readonly keys: DemoKeys;
  readonly ports?: { readonly s3: number; readonly azure: number };
}

/**
 * The demo storage's keys and ports of the last run; new keys on the first.
 *
 * @throws StartRefused when the file is there but not what this program wrote
 */
export function readKeptDemo(file: string): KeptDemo {
  if (!existsSync(file)) {
    const kept = { keys: newDemoKeys() };
    writePrivately(file, kept);
    return kept;
  }
  const kept = keptSchema.safeParse(parsed(readFileSync(file, 'utf8')));
  if (!kept.success) return refuse(`${file} is damaged. Remove it, and the demo storage gets new keys.`);
  const { ports } = kept.data;
  const { gcs = newServiceAccount(), ...others } = kept.data.keys;
  const keys = { ...others, gcs };
  return ports === undefined ? { keys } : { keys, ports };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

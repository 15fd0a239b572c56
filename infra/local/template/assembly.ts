import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { refuse } from './start-refused.ts';

/** What a cloud assembly (a `cdk.out` directory) holds of its one stack. */
export interface Assembly {
  readonly stackName: string;
  readonly template: unknown;
  /** Absolute path of the asset that is uploaded under `key`, and how it is packed; undefined when there is none. */
  readonly asset: (key: string) => Asset | undefined;
}

export interface Asset {
  readonly path: string;
  /** `zip`: a directory. `file`: one file. */
  readonly packaging: 'zip' | 'file';
}

const manifestSchema = z.object({
  artifacts: z.optional(
    z.record(
      z.string(),
      z.object({
        type: z.string(),
        properties: z.optional(
          z.object({
            templateFile: z.optional(z.string()),
            stackName: z.optional(z.string()),
            file: z.optional(z.string()),
          }),
        ),
      }),
    ),
  ),
});

const assetsSchema = z.object({
  files: z.optional(
    z.record(
      z.string(),
      z.object({
        source: z.object({ path: z.optional(z.string()), packaging: z.optional(z.enum(['zip', 'file'])) }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    ),
  ),
});

/**
 * Opens a cloud assembly of exactly one stack.
 * @param directory absolute path of the `cdk.out` directory
 * @throws StartRefused when there is no assembly, no stack or more than one
 */
export function openAssembly(directory: string): Assembly {
  const artifacts = Object.entries(readJson(directory, 'manifest.json', manifestSchema).artifacts ?? {});
  const stacks = artifacts.filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack');
  const [stack, another] = stacks;
  if (stack === undefined) refuse(`${directory} holds no stack; synthesize the app first.`);
  if (another !== undefined) {
    refuse(`The local target runs one stack, and the assembly holds ${stacks.map(([id]) => id).join(' and ')}.`);
  }
  const [id, { properties }] = stack;
  if (properties?.templateFile === undefined) refuse(`The stack ${id} names no template file.`);

  const assets = new Map<string, Asset>();
  for (const [, artifact] of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest' || artifact.properties?.file === undefined) continue;
    for (const { source, destinations } of Object.values(
      readJson(directory, artifact.properties.file, assetsSchema).files ?? {},
    )) {
      if (source.path === undefined) continue;
      const asset: Asset = { path: resolve(directory, source.path), packaging: source.packaging ?? 'file' };
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, asset);
    }
  }
  return {
    stackName: properties.stackName ?? id,
    template: readJson(directory, properties.templateFile, z.unknown()),
    asset: (key) => assets.get(key),
  };
}

function readJson<S extends z.ZodMiniType>(directory: string, file: string, schema: S): z.infer<S> {
  let text: string;
  try {
    text = readFileSync(join(directory, file), 'utf8');
  } catch {
    refuse(`${join(directory, file)} cannot be read; synthesize the app first.`);
  }
  const parsed = z.safeParse(schema, JSON.parse(text));
  if (!parsed.success) refuse(`${join(directory, file)} is not what the CDK writes.`);
  return parsed.data;
}

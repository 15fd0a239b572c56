import { join } from 'node:path';
import type { GeneratedSecret } from '../../template/model.ts';
import type { BusEvent } from '../eventbridge/envelope.ts';
import type { JsonService } from '../service.ts';
import { createGenerated } from './generate.ts';
import { lookUp } from './lookup.ts';
import { readOperations } from './read.ts';
import { openSecretFile, type SecretFile } from './state.ts';
import { writeOperations } from './write.ts';

/** A secret with its versions and without its values, for tests and the operator. */
export interface ObservedSecret {
  readonly name: string;
  readonly arn: string;
  /** The end of its recovery window (milliseconds since 1970); absent unless it is marked for deletion. */
  readonly deletionAt?: number;
  readonly versions: readonly { readonly id: string; readonly stages: readonly string[] }[];
}

/** The local Secrets Manager. */
export interface SecretsManager {
  readonly service: JsonService;
  readonly observe: () => readonly ObservedSecret[];
}

/**
 * Opens Secrets Manager with the secrets in `<dataDir>/secrets.json`. The template's secrets are generated when they
 * are missing.
 * @param publish receives the events of labels that have moved; no operation waits for it
 */
export async function openSecretsManager(
  dataDir: string,
  generated: readonly GeneratedSecret[],
  place: { account: string; region: string },
  publish: (event: BusEvent) => void,
): Promise<SecretsManager> {
  const file = await openSecretFile(join(dataDir, 'secrets.json'));
  const missing = generated.filter(({ name }) => lookUp(file.secrets, name) === undefined);
  for (const secret of missing) file.secrets.set(secret.name, createGenerated(secret));
  if (missing.length > 0) await file.save();
  return {
    service: {
      target: 'secretsmanager',
      signingName: 'secretsmanager',
      operations: { ...readOperations(file.secrets, place), ...writeOperations(file, place, publish) },
    },
    observe: () => observe(file),
  };
}

function observe({ secrets }: SecretFile): readonly ObservedSecret[] {
  return [...secrets.values()].map(({ name, arn, deletionAt, versions }) => ({
    name,
    arn,
    ...(deletionAt === undefined ? {} : { deletionAt }),
    versions: versions.map(({ id, stages }) => ({ id, stages: [...stages] })),
  }));
}

import type { ListSecrets, RetireCredential } from '../../core/janitor/ports.ts';
import type { Page, PageOf } from '../../core/page.ts';
import { uuid } from '../../core/validation/uuid.ts';
import { isNamed, secretsManager, tableTag } from '../credentials/secrets-manager.ts';
import { type Variable, variable } from '../runtime/environment.ts';
import { mapThrottling } from '../runtime/map-throttling.ts';

/** Days for which a retired secret can be restored: the fewest that Secrets Manager takes. */
const recoveryDays = 7;

const jobName = /^([0-9a-f]{64})-(\d{1,15})$/;

/** Connections' and jobs' secrets in Secrets Manager that carry this table's mark. */
export const listSecrets: ListSecrets = {
  ofConnections: (page) => list('CREDENTIALS_PREFIX', page, (uid) => (uuid.test(uid) ? { uid } : undefined)),
  ofJobs: (page) =>
    list('UNSAVED_CREDENTIALS_PREFIX', page, (name) => {
      const [, fingerprint, generation] = jobName.exec(name) ?? [];
      return fingerprint === undefined ? undefined : { job: { fingerprint, generation: Number(generation) } };
    }),
};

async function list<Item extends object>(
  prefixOf: Variable,
  { limit, after }: PageOf,
  itemOf: (name: string) => Item | undefined,
): Promise<Page<Item & { readonly createdAt: number }>> {
  const prefix = variable(prefixOf);
  const { sdk, client } = await secretsManager();
  const { SecretList = [], NextToken } = await mapThrottling(
    client.send(
      new sdk.ListSecretsCommand({
        Filters: [{ Key: 'name', Values: [prefix] }],
        SortOrder: 'asc',
        MaxResults: limit,
        ...(after !== undefined && { NextToken: after }),
      }),
    ),
  );
  const own = tableTag();
  const items = SecretList.flatMap(({ Name = '', CreatedDate, Tags = [] }) => {
    if (!Tags.some(({ Key, Value }) => Key === own.Key && Value === own.Value)) return [];
    const item = Name.startsWith(prefix) ? itemOf(Name.slice(prefix.length)) : undefined;
    return item && CreatedDate ? [{ ...item, createdAt: CreatedDate.getTime() }] : [];
  });
  return { items, ...(NextToken !== undefined && { next: NextToken }) };
}

export const retireConnectionCredential: RetireCredential = async (uid) => {
  const { sdk, client } = await secretsManager();
  const SecretId = `${variable('CREDENTIALS_PREFIX')}${uid}`;
  try {
    await mapThrottling(client.send(new sdk.DeleteSecretCommand({ SecretId, RecoveryWindowInDays: recoveryDays })));
    return true;
  } catch (error) {
    // It is not there, or on its way out.
    if (isNamed(error, 'ResourceNotFoundException') || isNamed(error, 'InvalidRequestException')) return false;
    throw error;
  }
};

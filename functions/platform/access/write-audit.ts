import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { WriteAudit } from '../../core/ports.ts';
import { table } from '../dynamodb/client.ts';
import { variable } from '../runtime/environment.ts';
import { integerVariable } from '../runtime/integer-variable.ts';

/** The partition of an organization's trail; an entry's sort key is its id, so that their order is that of time. */
export const auditPartition = (organizationId: number) => `AUDIT#${organizationId}`;

const longestRetentionDays = 3_650;
const secondsOfDay = 86_400;

/**
 * The trail in the connections table, to be written. Every function has this, and none but the operator's can read
 * (`audit-reading.ts`).
 *
 * @throws Error when the deployment's retention is not a whole number of days from 1 to 3,650
 */
export const writeAudit = (): WriteAudit => {
  const TableName = variable('CONNECTIONS_TABLE');
  const retention = integerVariable('AUDIT_RETENTION_DAYS', longestRetentionDays) * secondsOfDay;
  return async (entry) => {
    const place = { pk: auditPartition(entry.organizationId), sk: entry.id };
    const ttl = Math.ceil(entry.at / 1000) + retention;
    await table.send(new PutCommand({ TableName, Item: { ...entry, ...place, ttl } }));
  };
};

import type { ApiKey } from '../../core/access/api-key.ts';
import type { ListKeys, WriteKeys } from '../../core/access/ports.ts';
import { variable } from '../runtime/environment.ts';
import { changedRow, sortKeys, type TransactItems, transact } from './admin-table.ts';
import { apiKeyKey, currentApiKey, toApiKey } from './api-keys.ts';
import { accessPartition, organizationKey } from './organizations.ts';

const opens = 'KEY#';

/** A key as rows: itself, and one for each organization it opens, by which the organization's keys are listed. */
export const apiKeyRows = (key: ApiKey) => [
  { ...apiKeyKey(key.id), ...key },
  ...key.organizations.map((id) => ({ pk: accessPartition(id), sk: `${opens}${key.id}` })),
];

/**
 * Keys in the access table, for the operator. Nothing is remembered. A transaction has room for a key of 49
 * organizations, each named once.
 */
export const operatorKeys = (): WriteKeys & ListKeys => {
  const TableName = variable('ACCESS_TABLE');
  return {
    find: currentApiKey,
    async ofOrganization(organizationId, { limit, after }) {
      const { items, next } = await sortKeys(
        {
          TableName,
          partition: accessPartition(organizationId),
          condition: 'begins_with(sk, :of)',
          value: opens,
        },
        { limit, ...(after !== undefined && { after: opens + after }) },
      );
      const idOf = (sortKey: string) => sortKey.slice(opens.length);
      const keys = await Promise.all(items.map((sortKey) => currentApiKey(idOf(sortKey))));
      return {
        items: keys.flatMap((key) => key ?? []),
        ...(next !== undefined && { next: idOf(next) }),
      };
    },
    async create(key) {
      const puts: TransactItems = apiKeyRows(key).map((Item) => ({
        Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
      }));
      const checks: TransactItems = key.organizations.map((id) => ({
        ConditionCheck: { TableName, Key: organizationKey(id), ConditionExpression: 'attribute_exists(pk)' },
      }));
      const refused = await transact([...puts, ...checks]);
      if (refused.length === 0) return 'created';
      if (refused.every((index) => index >= puts.length)) return 'no-organization';
      throw new Error('A key of this id is there already.');
    },
    async revoke(id, at) {
      const row = await changedRow({
        TableName,
        Key: apiKeyKey(id),
        UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :at)',
        ExpressionAttributeValues: { ':at': at },
      });
      return row === undefined ? undefined : toApiKey(row);
    },
  };
};

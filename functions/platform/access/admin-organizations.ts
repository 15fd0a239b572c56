import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Organization } from '../../core/access/organization.ts';
import type { ListOrganizations, WriteOrganizations } from '../../core/access/ports.ts';
import { table } from '../dynamodb/client.ts';
import { variable } from '../runtime/environment.ts';
import { changedRow, sortKeys, transact } from './admin-table.ts';
import {
  currentOrganization,
  currentOrganizations,
  organizationKey,
  slugKey,
  toOrganization,
} from './organizations.ts';

/** The partition that lists organizations: ids of ten digits, so that their order is that of the numbers. */
const partition = 'ORGANIZATIONS';
const counter = 'COUNTER';
const listed = (id: number | string) => String(id).padStart(10, '0');

/** An organization as rows: itself, its place in the list, and what its slug names. */
export const organizationRows = (organization: Organization) => {
  const { id, slug } = organization;
  return [
    { ...organizationKey(id), ...organization },
    { pk: partition, sk: listed(id) },
    { ...slugKey(slug), organizationId: id },
  ] as const;
};

/** Organizations in the access table, for the operator. Nothing is remembered. */
export const operatorOrganizations = (): WriteOrganizations & ListOrganizations => {
  const TableName = variable('ACCESS_TABLE');
  return {
    ...currentOrganizations,
    async list({ limit, after }) {
      // Digits come before letters: below the counter are the ids, all of them.
      const { items, next } = await sortKeys(
        { TableName, partition, condition: 'sk < :of', value: counter },
        { limit, ...(after !== undefined && { after: listed(after) }) },
      );
      const organizations = await Promise.all(items.map((sortKey) => currentOrganization(Number(sortKey))));
      return {
        items: organizations.flatMap((organization) => organization ?? []),
        ...(next !== undefined && { next: String(Number(next)) }),
      };
    },
    async nextId() {
      const { Attributes } = await table.send(
        new UpdateCommand({
          TableName,
          Key: { pk: partition, sk: counter },
          UpdateExpression: 'ADD #last :one',
          ExpressionAttributeNames: { '#last': 'last' },
          ExpressionAttributeValues: { ':one': 1 },
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      return z.object({ last: z.int() }).parse(Attributes).last;
    },
    async create(organization) {
      const rows = organizationRows(organization);
      const refused = await transact(
        rows.map((Item) => ({ Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } })),
      );
      if (refused.length === 0) return 'created';
      // Where both are taken, the next id leads to the slug; the other way round would be no help to anybody.
      return refused.some((index) => rows[index]?.pk !== slugKey(organization.slug).pk) ? 'id-taken' : 'slug-taken';
    },
    async disable(id, at) {
      const row = await changedRow({
        TableName,
        Key: organizationKey(id),
        ...(at === undefined
          ? { UpdateExpression: 'REMOVE disabledAt' }
          : {
              UpdateExpression: 'SET disabledAt = if_not_exists(disabledAt, :at)',
              ExpressionAttributeValues: { ':at': at },
            }),
      });
      return row === undefined ? undefined : toOrganization(row);
    },
  };
};

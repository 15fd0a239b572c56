import { isRecord } from '../../template/intrinsics.ts';
import type { Table } from '../../template/model.ts';
import type { AwsEnvironment, Caller } from '../service.ts';
import type { OperationName, ValidatedInput } from './operations.ts';
import { readPartitionKeys } from './tables.ts';

/**
 * Requires of a caller the permissions that DynamoDB's operations need
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html).
 */
export interface TableAccess {
  /** Requires the permissions of one call. @throws ServiceError AccessDeniedException */
  readonly require: (operation: OperationName, input: ValidatedInput, caller: Caller) => void;
  /**
   * Requires the permission of one member of a transaction. Transactions have no action of their own: AWS checks that
   * of each member. @throws ServiceError AccessDeniedException
   */
  readonly requireInTransaction: (
    action: 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem',
    input: ValidatedInput,
    enclosing: 'TransactGetItems' | 'TransactWriteItems',
    caller: Caller,
  ) => void;
}

/** Creates the permission checks for the tables of a template. */
export function createTableAccess(tables: readonly Table[], env: AwsEnvironment): TableAccess {
  const partitionKeys = new Map(tables.map((table) => [table.name, readPartitionKeys(table)]));
  const toArn = (name: string) => `arn:aws:dynamodb:${env.region}:${env.account}:table/${name}`;

  /** Reads the partition keys of items or keys. A table that is not in the template has none. */
  const readLeadingKeys = (table: string, items: readonly unknown[]): readonly string[] => {
    const attribute = partitionKeys.get(table)?.table;
    return items.flatMap((item) => (isRecord(item) && attribute !== undefined ? toText(item[attribute]) : []));
  };

  const requireAction = (
    caller: Caller,
    action: string,
    resource: string,
    leadingKeys: readonly string[],
    moreKeys = {},
  ) =>
    caller.require(`dynamodb:${action}`, resource, {
      ...(leadingKeys.length > 0 ? { 'dynamodb:LeadingKeys': leadingKeys } : {}),
      ...moreKeys,
    });

  return {
    require: (operation, input, caller) => {
      const table = String(input['TableName']);
      switch (operation) {
        case 'GetItem':
        case 'UpdateItem':
        case 'DeleteItem':
          return requireAction(caller, operation, toArn(table), readLeadingKeys(table, [input['Key']]));
        case 'PutItem':
          return requireAction(caller, operation, toArn(table), readLeadingKeys(table, [input['Item']]));
        case 'Query':
        case 'Scan': {
          const index = input['IndexName'];
          if (typeof index !== 'string') {
            return requireAction(
              caller,
              operation,
              toArn(table),
              readQueriedKeys(input, partitionKeys.get(table)?.table),
            );
          }
          // IAM checks the partition key of the index, not the table's.
          const attribute = partitionKeys.get(table)?.indexes.get(index);
          return requireAction(caller, operation, `${toArn(table)}/index/${index}`, readQueriedKeys(input, attribute));
        }
        case 'BatchGetItem':
          for (const [name, request] of readRequestItems(input)) {
            const requestedKeys = isRecord(request) && Array.isArray(request['Keys']) ? request['Keys'] : [];
            requireAction(caller, operation, toArn(name), readLeadingKeys(name, requestedKeys));
          }
          return;
        case 'BatchWriteItem':
          for (const [name, request] of readRequestItems(input)) {
            requireAction(caller, operation, toArn(name), readLeadingKeys(name, readWrittenItems(request)));
          }
          return;
        case 'DescribeTable':
        case 'CreateTable':
          return requireAction(caller, operation, toArn(table), []);
        default:
          return operation satisfies never;
      }
    },
    requireInTransaction: (action, input, enclosing, caller) => {
      const table = String(input['TableName']);
      const leadingKeys = readLeadingKeys(table, [input['Item'] ?? input['Key']]);
      requireAction(caller, action, toArn(table), leadingKeys, { 'dynamodb:EnclosingOperation': [enclosing] });
    },
  };
}

/** Reads the entries of a batch, by table name. */
function readRequestItems(input: ValidatedInput): readonly (readonly [string, unknown])[] {
  return isRecord(input['RequestItems']) ? Object.entries(input['RequestItems']) : [];
}

/** Reads the items and keys of one table's entries in a BatchWriteItem. */
function readWrittenItems(request: unknown): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(request) ? request : [];
  return list.flatMap((entry) => {
    if (!isRecord(entry)) return [];
    const { PutRequest: put, DeleteRequest: remove } = entry;
    return [isRecord(put) ? put['Item'] : undefined, isRecord(remove) ? remove['Key'] : undefined];
  });
}

/** Reads the partition key of a query from the conditions that dynalite has parsed. A scan has none. */
function readQueriedKeys(input: ValidatedInput, attribute: string | undefined): readonly string[] {
  const conditions = input['KeyConditions'];
  if (attribute === undefined || !isRecord(conditions)) return [];
  const condition = conditions[attribute];
  const [value]: readonly unknown[] =
    isRecord(condition) && Array.isArray(condition['AttributeValueList']) ? condition['AttributeValueList'] : [];
  return toText(value);
}

/** Gives the text of a string, number or binary attribute; none for anything else. */
function toText(value: unknown): readonly string[] {
  if (!isRecord(value)) return [];
  const text = value['S'] ?? value['N'] ?? value['B'];
  return typeof text === 'string' ? [text] : [];
}

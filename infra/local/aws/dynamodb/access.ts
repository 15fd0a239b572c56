import { isRecord } from '../../template/intrinsics.ts';
import type { Table } from '../../template/model.ts';
import type { AwsEnvironment, Caller } from '../service.ts';
import type { Checked, OperationName } from './operations.ts';
import { partitionKeys } from './tables.ts';

/** Asks a caller's statements for what DynamoDB's operations need (Service Authorization Reference, DynamoDB). */
export interface TableAccess {
  readonly require: (operation: OperationName, input: Checked, caller: Caller) => void;
  /** One item of a transaction, by the action that AWS asks for it: transactions have no action of their own. */
  readonly requireInTransaction: (
    action: 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem',
    input: Checked,
    enclosing: 'TransactGetItems' | 'TransactWriteItems',
    caller: Caller,
  ) => void;
}

export function createTableAccess(tables: readonly Table[], env: AwsEnvironment): TableAccess {
  const keys = new Map(tables.map((table) => [table.name, partitionKeys(table)]));
  const arn = (name: string) => `arn:aws:dynamodb:${env.region}:${env.account}:table/${name}`;

  /** The partition keys of items or of their keys; none when the table is not the template's (nothing is in it). */
  const leading = (table: string, items: readonly unknown[]): readonly string[] => {
    const attribute = keys.get(table)?.table;
    return items.flatMap((item) => (isRecord(item) && attribute !== undefined ? scalar(item[attribute]) : []));
  };

  const ask = (caller: Caller, action: string, resource: string, leadingKeys: readonly string[], more = {}) =>
    caller.require(`dynamodb:${action}`, resource, {
      ...(leadingKeys.length > 0 ? { 'dynamodb:LeadingKeys': leadingKeys } : {}),
      ...more,
    });

  return {
    require: (operation, input, caller) => {
      const table = String(input['TableName']);
      switch (operation) {
        case 'GetItem':
        case 'UpdateItem':
        case 'DeleteItem':
          return ask(caller, operation, arn(table), leading(table, [input['Key']]));
        case 'PutItem':
          return ask(caller, operation, arn(table), leading(table, [input['Item']]));
        case 'Query':
        case 'Scan': {
          const index = input['IndexName'];
          if (typeof index !== 'string') {
            return ask(caller, operation, arn(table), queried(input, keys.get(table)?.table));
          }
          // The partition key of what is queried: the index's own, when an index is queried.
          const attribute = keys.get(table)?.indexes.get(index);
          return ask(caller, operation, `${arn(table)}/index/${index}`, queried(input, attribute));
        }
        case 'BatchGetItem':
          for (const [name, request] of requests(input)) {
            const wanted = isRecord(request) && Array.isArray(request['Keys']) ? request['Keys'] : [];
            ask(caller, operation, arn(name), leading(name, wanted));
          }
          return;
        case 'BatchWriteItem':
          for (const [name, request] of requests(input)) {
            ask(caller, operation, arn(name), leading(name, writes(request)));
          }
          return;
        case 'DescribeTable':
        case 'CreateTable':
          return ask(caller, operation, arn(table), []);
        default:
          return operation satisfies never;
      }
    },
    requireInTransaction: (action, input, enclosing, caller) => {
      const table = String(input['TableName']);
      const leadingKeys = leading(table, [input['Item'] ?? input['Key']]);
      ask(caller, action, arn(table), leadingKeys, { 'dynamodb:EnclosingOperation': [enclosing] });
    },
  };
}

function requests(input: Checked): readonly (readonly [string, unknown])[] {
  return isRecord(input['RequestItems']) ? Object.entries(input['RequestItems']) : [];
}

function writes(request: unknown): readonly unknown[] {
  const list: readonly unknown[] = Array.isArray(request) ? request : [];
  return list.flatMap((one) => {
    if (!isRecord(one)) return [];
    const { PutRequest: put, DeleteRequest: remove } = one;
    return [isRecord(put) ? put['Item'] : undefined, isRecord(remove) ? remove['Key'] : undefined];
  });
}

/** The partition key a query asks for, as dynalite has parsed it; a scan asks for none. */
function queried(input: Checked, attribute: string | undefined): readonly string[] {
  const conditions = input['KeyConditions'];
  if (attribute === undefined || !isRecord(conditions)) return [];
  const condition = conditions[attribute];
  const [value]: readonly unknown[] =
    isRecord(condition) && Array.isArray(condition['AttributeValueList']) ? condition['AttributeValueList'] : [];
  return scalar(value);
}

function scalar(value: unknown): readonly string[] {
  if (!isRecord(value)) return [];
  const text = value['S'] ?? value['N'] ?? value['B'];
  return typeof text === 'string' ? [text] : [];
}

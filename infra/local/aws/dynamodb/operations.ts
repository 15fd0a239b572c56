import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import createTable from 'dynalite/actions/createTable.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import describeTable from 'dynalite/actions/describeTable.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import updateItem from 'dynalite/actions/updateItem.js';
import type { ActionStore, DynaliteError } from 'dynalite/db/index.js';
import batchGetItemInput from 'dynalite/validations/batchGetItem.js';
import batchWriteItemInput from 'dynalite/validations/batchWriteItem.js';
import createTableInput from 'dynalite/validations/createTable.js';
import deleteItemInput from 'dynalite/validations/deleteItem.js';
import describeTableInput from 'dynalite/validations/describeTable.js';
import getItemInput from 'dynalite/validations/getItem.js';
import validations from 'dynalite/validations/index.js';
import putItemInput from 'dynalite/validations/putItem.js';
import queryInput from 'dynalite/validations/query.js';
import scanInput from 'dynalite/validations/scan.js';
import updateItemInput from 'dynalite/validations/updateItem.js';
import { isRecord } from '../../template/intrinsics.ts';
import { ServiceError } from '../service.ts';

/** The operations that dynalite performs. Transactions are composed of them (transactions.ts). */
export const operations = {
  GetItem: { action: getItem, input: getItemInput },
  PutItem: { action: putItem, input: putItemInput },
  UpdateItem: { action: updateItem, input: updateItemInput },
  DeleteItem: { action: deleteItem, input: deleteItemInput },
  Query: { action: query, input: queryInput },
  Scan: { action: scan, input: scanInput },
  BatchGetItem: { action: batchGetItem, input: batchGetItemInput },
  BatchWriteItem: { action: batchWriteItem, input: batchWriteItemInput },
  DescribeTable: { action: describeTable, input: describeTableInput },
  CreateTable: { action: createTable, input: createTableInput },
};

export type OperationName = keyof typeof operations;

/** An input that dynalite has validated, with its expressions parsed. */
export type ValidatedInput = Readonly<Record<string, unknown>>;

/**
 * Validates an input as DynamoDB does before it reads any table.
 * @throws ServiceError for an invalid input, and for a parameter that dynalite would silently ignore
 */
export function validateInput(name: OperationName, input: unknown, store: ActionStore): ValidatedInput {
  const { types, custom } = operations[name].input;
  if (!isRecord(input)) throw new ServiceError('SerializationException', 'The request is not an object.');
  const unknown = Object.keys(input).find((parameter) => !(parameter in types));
  if (unknown !== undefined) {
    throw new ServiceError(
      'ValidationException',
      `The local DynamoDB does not support the parameter ${unknown} of ${name}.`,
    );
  }
  try {
    const data = validations.checkTypes(structuredClone(input), types);
    validations.checkValidations(data, types, custom, store);
    return data;
  } catch (error) {
    throw toServiceError(error);
  }
}

/** Performs an operation on a validated input. @throws ServiceError as DynamoDB returns it */
export function perform(
  name: OperationName,
  store: ActionStore,
  data: ValidatedInput,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    operations[name].action(store, data, (error, result) => {
      if (error) reject(toServiceError(error));
      else resolve(isRecord(result) ? { ...result } : {});
    });
  });
}

/** Converts dynalite's errors, which carry DynamoDB's error body. Any other error is returned as it is. */
export function toServiceError(error: unknown): unknown {
  if (!isDynaliteError(error)) return error;
  const { __type: code, message, Message: capitalMessage, ...more } = error.body;
  return new ServiceError(code, message ?? capitalMessage ?? '', more, error.statusCode);
}

function isDynaliteError(error: unknown): error is DynaliteError {
  return error instanceof Error && 'statusCode' in error && 'body' in error && isRecord(error.body);
}

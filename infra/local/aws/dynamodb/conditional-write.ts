import type { ActionStore } from 'dynalite/db/index.js';
import { isRecord } from '../../template/intrinsics.ts';
import { ServiceError } from '../service.ts';
import { perform, type ValidatedInput } from './operations.ts';

/**
 * Removes ReturnValuesOnConditionCheckFailure from an input, because dynalite does not support it.
 * @returns the input without it, and whether it was ALL_OLD
 * @throws ServiceError ValidationException for a value other than ALL_OLD and NONE
 */
export function extractReturnsOld(input: unknown): { readonly input: unknown; readonly returnsOld: boolean } {
  if (!isRecord(input)) return { input, returnsOld: false };
  const { ReturnValuesOnConditionCheckFailure: returnValues = 'NONE', ...rest } = input;
  if (returnValues !== 'ALL_OLD' && returnValues !== 'NONE') {
    throw new ServiceError(
      'com.amazon.coral.validate#ValidationException',
      'ReturnValuesOnConditionCheckFailure can only be ALL_OLD or NONE',
    );
  }
  return { input: rest, returnsOld: returnValues === 'ALL_OLD' };
}

/** Reads the stored item that a write addresses; undefined when there is none. */
export async function readExistingItem(input: ValidatedInput, store: ActionStore): Promise<unknown> {
  const table = await perform('DescribeTable', store, { TableName: input['TableName'] });
  const schema = isRecord(table['Table']) ? table['Table']['KeySchema'] : [];
  const names = (Array.isArray(schema) ? schema : []).map((part: unknown) =>
    isRecord(part) ? String(part['AttributeName']) : '',
  );
  const source = input['Item'] ?? input['Key'];
  const key = Object.fromEntries(names.map((name) => [name, isRecord(source) ? source[name] : undefined]));
  const found = await perform('GetItem', store, { TableName: input['TableName'], Key: key });
  return found['Item'];
}

/**
 * Performs a single conditional write.
 * @param returnsOld whether the error of a failed condition carries the stored item
 * @throws ServiceError as DynamoDB returns it
 */
export async function performConditionalWrite(
  name: 'PutItem' | 'UpdateItem' | 'DeleteItem',
  store: ActionStore,
  input: ValidatedInput,
  returnsOld: boolean,
): Promise<Record<string, unknown>> {
  try {
    return await perform(name, store, input);
  } catch (error) {
    const failed = error instanceof ServiceError && error.code.endsWith('#ConditionalCheckFailedException');
    if (!failed || !returnsOld) throw error;
    const item = await readExistingItem(input, store);
    throw new ServiceError(error.code, error.message, item === undefined ? {} : { Item: item });
  }
}

import type { ActionStore } from 'dynalite/db/index.js';
import { isRecord } from '../../template/intrinsics.ts';
import { ServiceError } from '../service.ts';
import { type Checked, perform } from './operations.ts';

/**
 * Takes ReturnValuesOnConditionCheckFailure, which dynalite does not know, out of an input.
 * @throws ServiceError ValidationException for a value other than ALL_OLD and NONE
 */
export function returnOld(input: unknown): { readonly input: unknown; readonly returnsOld: boolean } {
  if (!isRecord(input)) return { input, returnsOld: false };
  const { ReturnValuesOnConditionCheckFailure: wanted = 'NONE', ...bare } = input;
  if (wanted !== 'ALL_OLD' && wanted !== 'NONE') {
    throw new ServiceError(
      'com.amazon.coral.validate#ValidationException',
      'ReturnValuesOnConditionCheckFailure can only be ALL_OLD or NONE',
    );
  }
  return { input: bare, returnsOld: wanted === 'ALL_OLD' };
}

/** The item that a write addresses, as the store has it; undefined when there is none. */
export async function existingItem(input: Checked, store: ActionStore): Promise<unknown> {
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
 * Performs a single conditional write; when its condition fails and the caller asked for it, the item that failed it
 * goes with the error.
 */
export async function performConditional(
  name: 'PutItem' | 'UpdateItem' | 'DeleteItem',
  store: ActionStore,
  input: Checked,
  returnsOld: boolean,
): Promise<Record<string, unknown>> {
  try {
    return await perform(name, store, input);
  } catch (error) {
    const failed = error instanceof ServiceError && error.code.endsWith('#ConditionalCheckFailedException');
    if (!failed || !returnsOld) throw error;
    const item = await existingItem(input, store);
    throw new ServiceError(error.code, error.message, item === undefined ? {} : { Item: item });
  }
}

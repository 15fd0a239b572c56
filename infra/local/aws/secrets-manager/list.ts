import { type Operation, parseInput } from '../service.ts';
import { inputs } from './inputs.ts';
import { pageOf } from './page.ts';
import type { Secret } from './state.ts';

/**
 * Creates ListSecrets, which lists secrets that are not marked for deletion, the oldest first by default.
 * A filter's value is a case-sensitive prefix of the name, negated by a leading `!`. Every filter must match by one of
 * its values (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html). Other keys are not
 * supported.
 */
export function listOperation(secrets: ReadonlyMap<string, Secret>): Operation {
  return async (input, caller) => {
    const { Filters: filters = [], SortOrder: order = 'asc', ...paging } = parseInput(inputs.ListSecrets, input);
    caller.require('secretsmanager:ListSecrets', '*');
    const found = [...secrets.values()]
      .filter(({ name, deletionAt }) => {
        const matches = filters.every(({ Values }) => Values.some((wanted) => hasPrefix(name, wanted)));
        return matches && deletionAt === undefined;
      })
      .toSorted((a, b) => a.createdAt - b.createdAt);
    const { entries, NextToken } = pageOf(order === 'asc' ? found : found.toReversed(), paging);
    return { SecretList: entries.map(toListEntry), NextToken };
  };
}

function hasPrefix(name: string, wanted: string): boolean {
  return wanted.startsWith('!') ? !name.startsWith(wanted.slice(1)) : name.startsWith(wanted);
}

function toListEntry({ arn, name, description, createdAt, changedAt, tags, versions }: Secret) {
  const labelled = versions.filter(({ stages }) => stages.length > 0);
  return {
    ARN: arn,
    Name: name,
    Description: description,
    CreatedDate: createdAt / 1000,
    LastChangedDate: changedAt / 1000,
    ...(tags.length === 0 ? {} : { Tags: tags }),
    SecretVersionsToStages: Object.fromEntries(labelled.map(({ id, stages }) => [id, stages])),
  };
}

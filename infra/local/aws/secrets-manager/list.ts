import { type Operation, parseInput } from '../service.ts';
import { inputs } from './inputs.ts';
import { pageOf } from './page.ts';
import type { Secret } from './state.ts';

/**
 * ListSecrets: what is there and not marked for deletion, by its creation, the oldest first unless asked for otherwise.
 * A filter by name is a prefix, case-sensitive, and `!` before it turns it round (Secrets Manager API Reference,
 * "Filter"); one of a filter's values and every filter must hold. The other keys are not served.
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
    return { SecretList: entries.map(listed), NextToken };
  };
}

function hasPrefix(name: string, wanted: string): boolean {
  return wanted.startsWith('!') ? !name.startsWith(wanted.slice(1)) : name.startsWith(wanted);
}

function listed({ arn, name, description, createdAt, changedAt, tags, versions }: Secret) {
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

import { type BusEvent, formatEventTime, toBusEvent } from '../eventbridge/envelope.ts';
import type { Secret } from './state.ts';

/** Labels whose moves are not told: they follow from what else happens to the secret. */
const untold: ReadonlySet<string> = new Set(['AWSPENDING', 'AWSPREVIOUS']);

/** Which version has each label of a secret: label to version id. */
export function labelsOf({ versions }: Secret): ReadonlyMap<string, string> {
  return new Map(versions.flatMap(({ id, stages }) => stages.map((stage) => [stage, id] as const)));
}

/**
 * The events that Secrets Manager publishes for labels that are on another version than before (Secrets Manager User
 * Guide, "Secret Label Updated event"). A label that is nowhere any more is not told of.
 * @param before the labels before the change
 */
export function labelEvents(
  secret: Secret,
  before: ReadonlyMap<string, string>,
  place: { readonly account: string; readonly region: string },
): readonly BusEvent[] {
  const moved = [...labelsOf(secret)].filter(([label, id]) => !untold.has(label) && before.get(label) !== id);
  return moved.map(([labelUpdated, versionId]) =>
    toBusEvent({
      ...place,
      source: 'aws.secretsmanager',
      'detail-type': 'Secret Label Updated',
      resources: [secret.arn],
      time: formatEventTime(Date.now()),
      detail: { name: secret.name, labelUpdated, versionId },
    }),
  );
}

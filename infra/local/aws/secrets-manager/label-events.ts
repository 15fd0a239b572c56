import { type BusEvent, formatEventTime, toBusEvent } from '../eventbridge/envelope.ts';
import type { Secret } from './state.ts';

/** Secrets Manager publishes no events for these labels, because their moves follow from other changes. */
const unpublishedLabels: ReadonlySet<string> = new Set(['AWSPENDING', 'AWSPREVIOUS']);

/** Maps each label of a secret to the id of its version. */
export function labelsOf({ versions }: Secret): ReadonlyMap<string, string> {
  return new Map(versions.flatMap(({ id, stages }) => stages.map((stage) => [stage, id] as const)));
}

/**
 * Builds the events that Secrets Manager publishes for labels that have moved to another version. A label that was
 * removed has no event.
 * @param before the labels before the change
 */
export function labelEvents(
  secret: Secret,
  before: ReadonlyMap<string, string>,
  place: { readonly account: string; readonly region: string },
): readonly BusEvent[] {
  const moved = [...labelsOf(secret)].filter(
    ([label, id]) => !unpublishedLabels.has(label) && before.get(label) !== id,
  );
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

import type { EventRule, EventTarget, LocalTemplate } from '../../../../../infra/local/template/model.ts';
import { createQueue } from '../sqs/sqs-queues.ts';
import { account, allow, emptyTemplate, lambda, region, role } from '../test-aws.ts';

export const env = { account, region };
export const busArn = `arn:aws:events:${region}:${account}:event-bus/own`;
export const queueArn = (name: string) => `arn:aws:sqs:${region}:${account}:${name}`;
export const listener = lambda('listener', { invokers: ['events.amazonaws.com'] });
export const closedFunction = lambda('closed-function');
export const listenerTarget: EventTarget = { arn: listener.arn, kind: 'function' };

export function createRule(
  name: string,
  bus: string,
  targets: readonly EventTarget[],
  trigger: { pattern: Record<string, unknown> } | { everySeconds: number } = { pattern: { source: ['app', 'aws.s3'] } },
): EventRule {
  return {
    logicalId: `Id${name}`,
    name,
    arn: `arn:aws:events:${region}:${account}:rule/${name}`,
    bus,
    targets,
    ...trigger,
  };
}

export const publisher = role('publisher', [
  {
    ...allow('events:PutEvents', busArn),
    conditions: { StringEquals: { 'events:source': ['app'] }, StringLike: { 'events:detail-type': ['Thing*'] } },
  },
]);
export const openQueue = createQueue('open', {
  policy: [
    {
      ...allow('sqs:SendMessage', queueArn('open')),
      services: ['events.amazonaws.com'],
      conditions: { ArnEquals: { 'aws:SourceArn': [`arn:aws:events:${region}:${account}:rule/to-queue`] } },
    },
  ],
});
export const template: LocalTemplate = {
  ...emptyTemplate,
  queues: [openQueue],
  functions: [listener, closedFunction],
  roles: [publisher],
  buses: [
    {
      name: 'own',
      arn: busArn,
      admits: [{ accounts: ['111122223333'], sources: ['aws.s3'] }, { accounts: ['444455556666'] }],
    },
  ],
  rules: [
    createRule('on-own', 'own', [listenerTarget]),
    createRule('on-default', 'default', [listenerTarget, { arn: closedFunction.arn, kind: 'function' }]),
    createRule('to-queue', 'own', [{ arn: openQueue.arn, kind: 'queue' }], { pattern: { source: ['queued'] } }),
    createRule('sweep', 'default', [listenerTarget], { everySeconds: 60 }),
  ],
};

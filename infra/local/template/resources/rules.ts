import * as z from 'zod/mini';
import { compilePattern } from '../../aws/eventbridge/pattern.ts';
import type { EventBus, EventRule, EventTarget } from '../model.ts';
import { busNameOf } from '../resource-names.ts';
import type { Stack, StackResource } from '../stack.ts';
import { refuse } from '../start-refused.ts';
import type { Source } from './functions.ts';
import { periodOf } from './schedule.ts';

const ruleSchema = z.strictObject({
  Name: z.optional(z.string()),
  State: z.optional(z.enum(['ENABLED', 'DISABLED'])),
  EventBusName: z.optional(z.string()),
  EventPattern: z.optional(z.record(z.string(), z.unknown())),
  ScheduleExpression: z.optional(z.string()),
  Targets: z._default(
    z.array(
      z.strictObject({
        Arn: z.string(),
        Id: z.string(),
        DeadLetterConfig: z.optional(z.strictObject({ Arn: z.string() })),
        /** How long EventBridge tries a target that it cannot reach, and locally every target is there. */
        RetryPolicy: z.optional(z.unknown()),
      }),
    ),
    [],
  ),
});

export interface Rules {
  readonly rules: readonly EventRule[];
  /** One per target that is a function, as the functions' permissions see it. */
  readonly sources: readonly Source[];
}

/**
 * The enabled rules.
 * @throws StartRefused for a schedule by cron, an unknown matcher or bus, and a target that is neither a function nor a
 *   queue of the template
 */
export function readRules(stack: Stack, buses: readonly EventBus[]): Rules {
  const arnsOf = (type: string) => new Set(stack.of(type).map((found) => stack.identity(found).attributes['Arn']));
  const functions = arnsOf('AWS::Lambda::Function');
  const queues = arnsOf('AWS::SQS::Queue');

  const targetOf = (target: z.infer<typeof ruleSchema>['Targets'][number], title: string): EventTarget => {
    const { Arn: arn, DeadLetterConfig: deadLetters } = target;
    if (!functions.has(arn) && !queues.has(arn)) {
      refuse(`${title} has a target that is neither a function nor a queue of the template.`);
    }
    if (deadLetters !== undefined && !queues.has(deadLetters.Arn)) {
      refuse(`${title} has dead letters that go to no queue of the template.`);
    }
    const kind = functions.has(arn) ? 'function' : 'queue';
    return { arn, kind, ...(deadLetters === undefined ? {} : { deadLetterArn: deadLetters.Arn }) };
  };

  const rules = stack.of('AWS::Events::Rule').flatMap((resource): readonly EventRule[] => {
    const read = stack.read(resource, ruleSchema, ['Description', 'Tags']);
    if (read.State === 'DISABLED') return [];
    const { title, logicalId } = resource;
    const { ref: name, attributes } = stack.identity(resource);
    const bus = busNameOf(read.EventBusName);
    if (bus !== 'default' && !buses.some((one) => one.name === bus)) {
      refuse(`${title} is of a bus that the template does not have.`);
    }
    const targets = read.Targets.map((target) => targetOf(target, title));
    return [{ logicalId, name, arn: attributes['Arn'] ?? '', bus, targets, ...triggerOf(read, bus, resource) }];
  });
  return {
    rules,
    sources: rules.flatMap(({ arn, targets }) =>
      targets
        .filter(({ kind }) => kind === 'function')
        .map((target) => ({ principal: 'events.amazonaws.com', arn, functionArn: target.arn })),
    ),
  };
}

/** A rule of both kinds would be allowed on AWS; nothing here needs one. */
function triggerOf(
  { EventPattern: pattern, ScheduleExpression: schedule }: z.infer<typeof ruleSchema>,
  bus: string,
  { title }: StackResource,
): { readonly pattern: Readonly<Record<string, unknown>> } | { readonly everySeconds: number } {
  if (pattern !== undefined && schedule === undefined) {
    compilePattern(pattern, title);
    return { pattern };
  }
  if (schedule === undefined || pattern !== undefined) refuse(`${title} needs either a pattern or a schedule.`);
  if (bus !== 'default') refuse(`${title} is a schedule, which only the default bus can have.`);
  return { everySeconds: periodOf(schedule, title) };
}

import * as z from 'zod/mini';
import { compilePattern } from '../aws/events/pattern.ts';
import type { Source } from './functions.ts';
import type { EventRule } from './model.ts';
import { refuse } from './refusal.ts';
import type { Stack } from './stack.ts';

const ruleSchema = z.strictObject({
  Name: z.optional(z.string()),
  State: z.optional(z.enum(['ENABLED', 'DISABLED'])),
  EventBusName: z.optional(z.literal('default')),
  EventPattern: z.record(z.string(), z.unknown()),
  Targets: z._default(
    z.array(
      z.strictObject({
        Arn: z.string(),
        Id: z.string(),
        /** How long EventBridge tries to hand the event to Lambda's queue, which locally is always there. */
        RetryPolicy: z.optional(z.unknown()),
      }),
    ),
    [],
  ),
});

export interface Rules {
  readonly rules: readonly EventRule[];
  /** One per target, as the functions' permissions see it. */
  readonly sources: readonly Source[];
}

/** The enabled rules. @throws StartRefused for a schedule, an unknown matcher, or a target that is not a function */
export function readRules(stack: Stack): Rules {
  const functions = new Set(stack.of('AWS::Lambda::Function').map((found) => stack.identity(found).attributes['Arn']));
  const enabled = stack.of('AWS::Events::Rule').flatMap((resource) => {
    const read = stack.read(resource, ruleSchema, ['Description', 'Tags']);
    if (read.State === 'DISABLED') return [];
    compilePattern(read.EventPattern, resource.title);
    const targets = read.Targets.map(({ Arn }) => Arn);
    const stranger = targets.find((target) => !functions.has(target));
    if (stranger !== undefined) refuse(`${resource.title} has a target that is not a function of the template.`);
    const { ref: name, attributes } = stack.identity(resource);
    return [{ rule: { name, pattern: read.EventPattern, targets }, arn: attributes['Arn'] ?? '' }];
  });
  return {
    rules: enabled.map(({ rule }) => rule),
    sources: enabled.flatMap(({ rule, arn }) =>
      rule.targets.map((functionArn) => ({ principal: 'events.amazonaws.com', arn, functionArn })),
    ),
  };
}

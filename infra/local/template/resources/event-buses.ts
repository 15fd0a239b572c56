import * as z from 'zod/mini';
import type { BusGrant, EventBus } from '../model.ts';
import { busNameOf } from '../resource-names.ts';
import type { Stack, StackResource } from '../stack.ts';
import { refuse } from '../start-refused.ts';

const busSchema = z.strictObject({ Name: z.string() });
/** How it is described and logged; the local target logs what becomes of events itself. */
const busInert = ['Description', 'LogConfig', 'Tags'];

const texts = z.union([z.string(), z.array(z.string())]);
const sources = z.optional(z.strictObject({ 'events:source': texts }));

const statementSchema = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: z.literal('Allow'),
  Principal: z.strictObject({ AWS: texts }),
  Action: z.union([z.literal('events:PutEvents'), z.tuple([z.literal('events:PutEvents')])]),
  Resource: z.union([z.string(), z.tuple([z.string()])]),
  /** An event has one source, so that the three say the same. */
  Condition: z.optional(
    z.strictObject({
      StringEquals: sources,
      'ForAnyValue:StringEquals': sources,
      'ForAllValues:StringEquals': sources,
    }),
  ),
});

const policySchema = z.strictObject({
  EventBusName: z.optional(z.string()),
  StatementId: z.string(),
  Statement: z.optional(statementSchema),
  /** The older form of a statement. */
  Action: z.optional(z.literal('events:PutEvents')),
  Principal: z.optional(z.string()),
});

/**
 * The template's buses, with what their policies let other accounts put on them.
 * @throws StartRefused for a policy of the default bus, and for statements about anything but accounts and sources
 */
export function readBuses(stack: Stack): readonly EventBus[] {
  const policies = stack.of('AWS::Events::EventBusPolicy').map((resource) => {
    const policy = stack.read(resource, policySchema);
    return { resource, policy, bus: busNameOf(policy.EventBusName) };
  });
  const buses = stack.of('AWS::Events::EventBus').map((resource): EventBus => {
    stack.read(resource, busSchema, busInert);
    const { ref: name, attributes } = stack.identity(resource);
    const arn = attributes['Arn'] ?? '';
    const own = policies.filter(({ bus }) => bus === name);
    return { name, arn, admits: own.map((one) => grantOf(one.resource, one.policy, arn)) };
  });
  const stranger = policies.find(({ bus }) => !buses.some(({ name }) => name === bus));
  if (stranger !== undefined) refuse(`${stranger.resource.title} is of a bus that the template does not have.`);
  return buses;
}

function grantOf({ title }: StackResource, policy: z.infer<typeof policySchema>, busArn: string): BusGrant {
  const { Statement: statement, Action: action, Principal: account } = policy;
  if ((statement === undefined) === (action === undefined || account === undefined)) {
    return refuse(`${title} needs either a statement or an action and a principal.`);
  }
  if (statement === undefined) return { accounts: [accountOf(account ?? '', title)] };
  if ([statement.Resource].flat()[0] !== busArn) return refuse(`${title} is about something other than its bus.`);
  const [condition, another] = Object.values(statement.Condition ?? {});
  if (another !== undefined) refuse(`${title} has two conditions about the source.`);
  return {
    accounts: [statement.Principal.AWS].flat().map((principal) => accountOf(principal, title)),
    ...(condition === undefined ? {} : { sources: [condition['events:source']].flat() }),
  };
}

/** An account is named by its number or by its root. */
function accountOf(principal: string, title: string): string {
  const [, number, root] = /^(?:(\d{12})|arn:aws:iam::(\d{12}):root)$/.exec(principal) ?? [];
  return number ?? root ?? refuse(`${title} admits something other than an account.`);
}

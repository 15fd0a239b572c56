import * as z from 'zod/mini';
import type { Assembly } from './assembly.ts';
import { createConditions } from './conditions.ts';
import { describeIssue, type TemplateDocument } from './document.ts';
import { inertTypes } from './ignored-types.ts';
import { createResolver, noValue, type Resolve } from './intrinsics.ts';
import { type ParameterValue, readParameters } from './parameters.ts';
import { type Identity, identityOf, understoodTypes } from './resource-names.ts';
import { refuse } from './start-refused.ts';

/** One resource of the stack, its properties not yet resolved. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  /** Type and logical id, as refusals name it. */
  readonly title: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A stack whose references can be resolved: what the readers of each kind of resource work on. */
export interface Stack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly asset: Assembly['asset'];
  readonly of: (...types: readonly string[]) => readonly StackResource[];
  readonly identity: (resource: StackResource) => Identity;
  /**
   * The resource's properties, resolved and parsed by a strict schema; those in `inert` change nothing locally and are
   * dropped unread.
   * @throws StartRefused naming the resource, for a property that is in neither, or of another form
   */
  readonly read: <S extends z.ZodMiniType>(resource: StackResource, schema: S, inert?: readonly string[]) => z.infer<S>;
}

export interface StackSettings {
  readonly account: string;
  readonly region: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** @throws StartRefused for a resource type that is neither understood nor inert */
export function openStack(assembly: Assembly, document: TemplateDocument, settings: StackSettings): Stack {
  const { account, region } = settings;
  const stack = assembly.stackName;
  const parameter = readParameters(document.Parameters ?? {}, settings.parameters);
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stack}/00000000-0000-0000-0000-000000000000`,
    'AWS::NoValue': noValue,
  };

  const identities = new Map<string, Identity>();
  const underway = new Set<string>();
  const identity = (logicalId: string, where: string): Identity => {
    const known = identities.get(logicalId);
    if (known !== undefined) return known;
    const resource = resources.get(logicalId);
    if (resource === undefined) {
      refuse(`${where} refers to ${logicalId}, which is no parameter and no resource of this deployment.`);
    }
    if (underway.has(logicalId)) refuse(`${resource.title} is named after itself.`);
    underway.add(logicalId);
    const named = (property: string) => {
      const value = resolve(resource.properties[property] ?? noValue, `${resource.title}: ${property}`);
      return typeof value === 'string' ? value : undefined;
    };
    const found = identityOf(resource.type, { stack, account, region, logicalId, named });
    underway.delete(logicalId);
    identities.set(logicalId, found);
    return found;
  };

  const resolve: Resolve = createResolver({
    ref: (name, where): ParameterValue | unknown => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      return parameter(name) ?? identity(name, where).ref;
    },
    attribute: (logicalId, attribute, where) =>
      identity(logicalId, where).attributes[attribute] ??
      refuse(`${where} needs the attribute ${attribute} of ${logicalId}, which the local target cannot give.`),
    condition: (name, where) => condition(name, where),
  });
  const condition = createConditions(document.Conditions ?? {}, resolve);

  const resources = new Map<string, StackResource>();
  for (const [logicalId, { Type: type, Condition: needs, Properties: properties = {} }] of Object.entries(
    document.Resources,
  )) {
    const title = `${type} ${logicalId}`;
    if (needs !== undefined && !condition(needs, title)) continue;
    if (!understoodTypes.includes(type) && !inertTypes.has(type)) {
      refuse(`${title} is of a type the local target does not understand.`);
    }
    resources.set(logicalId, { logicalId, type, title, properties });
  }

  return {
    name: stack,
    account,
    region,
    asset: assembly.asset,
    of: (...types) => [...resources.values()].filter(({ type }) => types.includes(type)),
    identity: ({ logicalId, title }) => identity(logicalId, title),
    read: (resource, schema, inert = []) => {
      const active = Object.entries(resource.properties).filter(([property]) => !inert.includes(property));
      const resolved = active
        .map(([property, value]) => [property, resolve(value, `${resource.title}: ${property}`)] as const)
        .filter(([, value]) => value !== noValue);
      const parsed = z.safeParse(schema, Object.fromEntries(resolved));
      return parsed.success ? parsed.data : refuse(`${resource.title}: ${describeIssue(parsed.error)}.`);
    },
  };
}

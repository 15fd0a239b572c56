import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import * as z from 'zod/mini';
import { endpoints } from '../../functions/dialects/registry.ts';
import { tasks } from '../../functions/workflows/registry.ts';
import { type DeclaredFunction, endpointFunction, taskFunction } from '../../infra/functions/declarations.ts';
import { settingsFrom } from '../../infra/settings.ts';
import { StorageConnections } from '../../infra/stack.ts';

export const synthesizedTemplate = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z._default(z.record(z.string(), z.unknown()), {}),
      Condition: z.optional(z.string()),
      DeletionPolicy: z.optional(z.string()),
      UpdateReplacePolicy: z.optional(z.string()),
    }),
  ),
  Parameters: z.record(z.string(), z.record(z.string(), z.unknown())),
  Conditions: z._default(z.record(z.string(), z.unknown()), {}),
  Outputs: z.record(z.string(), z.record(z.string(), z.unknown())),
});
export type SynthesizedTemplate = z.infer<typeof synthesizedTemplate>;
export type Resource = SynthesizedTemplate['Resources'][string];

/** Every function that is declared. */
export const declaredFunctions: readonly DeclaredFunction[] = [
  ...endpoints.map(endpointFunction),
  ...tasks.map(taskFunction),
];

/**
 * The template of the service as it is declared, under the given context. The functions' code is none of its business
 * and left out (`bundle.test.ts` and `app.test.ts` look at it).
 */
export function synthesize(context: Readonly<Record<string, unknown>> = {}): SynthesizedTemplate {
  const directory = mkdtempSync(join(tmpdir(), 'storage-connections-test-'));
  try {
    const code = join(directory, 'code');
    mkdirSync(code);
    writeFileSync(join(code, 'index.mjs'), 'export const handler = () => {};\n');
    // The CDK's own checks of templates take a second and are part of `npm run synth`.
    const app = new App({
      analyticsReporting: false,
      builtinCloudFormationValidation: false,
      outdir: join(directory, 'cdk.out'),
    });
    const functions = new Map(
      declaredFunctions.map(({ name }) => [
        name,
        { directory: code, hash: createHash('sha256').update(name).digest('hex') },
      ]),
    );
    const service = { endpoints, tasks, code: functions };
    const stack = new StorageConnections(app, 'StorageConnections', service, settingsFrom(context));
    return synthesizedTemplate.parse(Template.fromStack(stack).toJSON());
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** All resources of a type, by logical id. Throws when there is none, so that no test looks at nothing. */
export function resourcesOf(template: SynthesizedTemplate, type: string): readonly [string, Resource][] {
  const found = Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
  if (found.length === 0) throw new Error(`The template has no ${type}.`);
  return found;
}

/** The one resource of a type. */
export function resourceOf(template: SynthesizedTemplate, type: string): readonly [string, Resource] {
  const [first, second] = resourcesOf(template, type);
  if (!first || second) throw new Error(`The template has more than one ${type}.`);
  return first;
}

const reference = z.strictObject({ Ref: z.string() });
const attribute = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const joined = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

/** A value of the template in one line: `arn:<AWS::Partition>:…`, `<Table.Arn>`. Throws on what it does not know. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const ref = reference.safeParse(value);
  if (ref.success) return `<${ref.data.Ref}>`;
  const got = attribute.safeParse(value);
  if (got.success) return `<${got.data['Fn::GetAtt'].join('.')}>`;
  const { 'Fn::Join': join } = joined.parse(value);
  return join[1].map(textOf).join(join[0]);
}

/** The logical id in `{ Ref }` or `{ Fn::GetAtt: [id, 'Arn'] }`. */
export const logicalIdIn = (value: unknown): string => textOf(value).replace(/^<([^.>]+).*$/, '$1');

const manyOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: unknown;
}

const policyDocument = z.object({
  Statement: z.array(
    z.strictObject({
      Sid: z.optional(z.string()),
      Effect: z.string(),
      Action: z.unknown(),
      Resource: z.unknown(),
      Condition: z.optional(z.unknown()),
    }),
  ),
});
const roleProperties = z.strictObject({
  AssumeRolePolicyDocument: z.object({
    Statement: z.tuple([
      z.strictObject({
        Effect: z.literal('Allow'),
        Action: z.literal('sts:AssumeRole'),
        Principal: z.strictObject({ Service: z.string() }),
      }),
    ]),
  }),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: policyDocument })),
});

export interface SynthesizedRole {
  /** The only one that may take the role on. */
  readonly principal: string;
  readonly statements: readonly Statement[];
}

/** Every role by logical id. Throws on anything about a role that it does not look into, such as managed policies. */
export function rolesOf(template: SynthesizedTemplate): ReadonlyMap<string, SynthesizedRole> {
  return new Map(
    resourcesOf(template, 'AWS::IAM::Role').map(([id, { Properties }]) => {
      const { AssumeRolePolicyDocument, Policies } = roleProperties.parse(Properties);
      const statements = Policies.flatMap((policy) => policy.PolicyDocument.Statement).map((statement) => ({
        sid: statement.Sid,
        effect: statement.Effect,
        actions: manyOf(statement.Action).map(textOf),
        resources: manyOf(statement.Resource).map(textOf),
        conditions: statement.Condition,
      }));
      return [id, { principal: AssumeRolePolicyDocument.Statement[0].Principal.Service, statements }];
    }),
  );
}

const functionProperties = z.object({
  Description: z.string(),
  Role: z.unknown(),
  Environment: z.optional(z.object({ Variables: z.record(z.string(), z.unknown()) })),
  LoggingConfig: z.object({ LogGroup: z.unknown() }),
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Handler: z.string(),
  MemorySize: z.number(),
  Timeout: z.number(),
});

export interface SynthesizedFunction {
  readonly id: string;
  readonly role: string;
  readonly logGroup: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly properties: z.infer<typeof functionProperties>;
}

/** Every function by the name it is declared under. */
export function functionsOf(template: SynthesizedTemplate): ReadonlyMap<string, SynthesizedFunction> {
  return new Map(
    resourcesOf(template, 'AWS::Lambda::Function').map(([id, { Properties }]) => {
      const properties = functionProperties.parse(Properties);
      const variables = Object.entries(properties.Environment?.Variables ?? {});
      return [
        properties.Description,
        {
          id,
          role: logicalIdIn(properties.Role),
          logGroup: logicalIdIn(properties.LoggingConfig.LogGroup),
          environment: Object.fromEntries(variables.map(([name, value]) => [name, textOf(value)])),
          properties,
        },
      ];
    }),
  );
}

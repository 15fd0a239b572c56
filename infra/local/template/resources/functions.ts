import { existsSync } from 'node:fs';
import * as z from 'zod/mini';
import { matchesWildcard } from '../../aws/iam/wildcard.ts';
import type { LocalFunction } from '../model.ts';
import type { Stack } from '../stack.ts';
import { refuse } from '../start-refused.ts';
import type { TrustedRole } from './roles.ts';

const functionSchema = z.strictObject({
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
  FunctionName: z.optional(z.string()),
  Handler: z.string(),
  Runtime: z.string(),
  Role: z.string(),
  Timeout: z._default(z.number(), 3),
  MemorySize: z._default(z.number(), 128),
  Environment: z.optional(z.strictObject({ Variables: z.optional(z.record(z.string(), z.string())) })),
  PackageType: z.optional(z.literal('Zip')),
});

/** Where and how it is run on AWS; the local process is one machine, one log, no tracing, no limit of concurrency. */
const functionInert = [
  'Architectures',
  'Description',
  'EphemeralStorage',
  'LoggingConfig',
  'RecursiveLoop',
  'ReservedConcurrentExecutions',
  'RuntimeManagementConfig',
  'Tags',
  'TracingConfig',
];

const permissionSchema = z.strictObject({
  Action: z.literal('lambda:InvokeFunction'),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.optional(z.string()),
  SourceAccount: z.optional(z.string()),
});

const invokeConfigSchema = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumRetryAttempts: z.optional(z.number()),
});

/** What calls a function by right of an AWS::Lambda::Permission: the principal, and the ARN it calls from. */
export interface Source {
  readonly principal: string;
  readonly arn: string;
  readonly functionArn: string;
}

/**
 * The functions of the stack, with their bundles. A function's `invokers` holds API Gateway or EventBridge only when
 * permissions cover every route or rule that is wired to it, as AWS checks it per source.
 * @param roles the roles a function may run as
 * @param sources the routes and rules wired to functions
 */
export function readFunctions(
  stack: Stack,
  roles: readonly TrustedRole[],
  sources: readonly Source[],
): readonly LocalFunction[] {
  const resources = stack.of('AWS::Lambda::Function');
  const arns = new Map(resources.map((resource) => [stack.identity(resource).ref, arnOf(stack, resource)]));
  const arnByName = (name: string, title: string) =>
    arns.get(name) ?? [...arns.values()].find((arn) => arn === name) ?? refuse(`${title} names an unknown function.`);

  const permissions = stack.of('AWS::Lambda::Permission').map((resource) => {
    const permission = stack.read(resource, permissionSchema, ['EventSourceToken']);
    return { ...permission, functionArn: arnByName(permission.FunctionName, resource.title) };
  });
  const retries = new Map(
    stack.of('AWS::Lambda::EventInvokeConfig').map((resource) => {
      const config = stack.read(resource, invokeConfigSchema, ['MaximumEventAgeInSeconds']);
      return [arnByName(config.FunctionName, resource.title), config.MaximumRetryAttempts] as const;
    }),
  );

  return resources.map((resource): LocalFunction => {
    const arn = arnOf(stack, resource);
    const read = stack.read(resource, functionSchema, functionInert);
    if (!read.Runtime.startsWith('nodejs'))
      refuse(`${resource.title} runs ${read.Runtime}; only Node.js runs locally.`);
    const code = stack.asset(read.Code.S3Key);
    if (code?.packaging !== 'zip' || !existsSync(code.path))
      refuse(`${resource.title}: its bundle is not in the assembly.`);
    const role = roles.find((candidate) => candidate.arn === read.Role);
    if (!role?.trusts('lambda.amazonaws.com', arn)) {
      refuse(`${resource.title} runs as a role that the template does not have, or that Lambda may not assume.`);
    }
    const own = permissions.filter((permission) => permission.functionArn === arn);
    const covers = (principal: string) =>
      sources
        .filter((source) => source.principal === principal && source.functionArn === arn)
        .every((source) => own.some((permission) => allows(permission, source, stack.account)));
    const asyncRetries = retries.get(arn);
    return {
      logicalId: resource.logicalId,
      name: stack.identity(resource).ref,
      arn,
      code: code.path,
      handler: read.Handler,
      environment: read.Environment?.Variables ?? {},
      role: role.arn,
      timeoutSeconds: read.Timeout,
      memoryMb: read.MemorySize,
      invokers: [...new Set(own.map(({ Principal }) => Principal))].filter(covers),
      ...(asyncRetries === undefined ? {} : { asyncRetries }),
    };
  });
}

function arnOf(stack: Stack, resource: Parameters<Stack['identity']>[0]): string {
  return stack.identity(resource).attributes['Arn'] ?? refuse(`${resource.title} has no ARN.`);
}

function allows(permission: z.infer<typeof permissionSchema>, source: Source, account: string): boolean {
  return (
    permission.Principal === source.principal &&
    (permission.SourceArn === undefined || matchesWildcard(permission.SourceArn, source.arn)) &&
    (permission.SourceAccount === undefined || permission.SourceAccount === account)
  );
}

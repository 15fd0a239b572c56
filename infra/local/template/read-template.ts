import { resolve } from 'node:path';
import { openAssembly } from './assembly.ts';
import { parseDocument } from './document.ts';
import type { LocalTemplate } from './model.ts';
import { readBuses } from './resources/event-buses.ts';
import { readFunctions } from './resources/functions.ts';
import { readGateway } from './resources/gateway.ts';
import { readMappings } from './resources/mappings.ts';
import { readQueues } from './resources/queues.ts';
import { readRoles } from './resources/roles.ts';
import { readRules } from './resources/rules.ts';
import { readSecrets } from './resources/secrets.ts';
import { readStateMachines } from './resources/state-machines.ts';
import { readTables } from './resources/tables.ts';
import { openStack } from './stack.ts';

export interface ReadOptions {
  /** Values for the template's parameters; the others take their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly account?: string;
  readonly region?: string;
}

/**
 * Reads the one stack of a cloud assembly into what the local target runs, names and ARNs as CloudFormation would give
 * them (and the same on every start).
 * @param assemblyDir the `cdk.out` directory
 * @throws StartRefused with one sentence that names the resource, for anything that would run differently on AWS: an
 *   unknown resource type, property, intrinsic, condition operator or key, integration or event matcher
 */
export function readTemplate(assemblyDir: string, options: ReadOptions = {}): LocalTemplate {
  const { parameters = {}, account = '000000000000', region = 'us-east-1' } = options;
  const assembly = openAssembly(resolve(assemblyDir));
  const stack = openStack(assembly, parseDocument(assembly.template), { parameters, account, region });

  const gateway = readGateway(stack);
  const buses = readBuses(stack);
  const { rules, sources } = readRules(stack, buses);
  const roles = readRoles(stack);
  const functions = readFunctions(stack, roles, [...gateway.sources, ...sources]);
  const queues = readQueues(stack);
  return {
    account,
    region,
    ...(gateway.apiId === undefined ? {} : { apiId: gateway.apiId }),
    ...(gateway.stage === undefined ? {} : { stage: gateway.stage }),
    functions,
    routes: gateway.routes,
    gatewayResponses: gateway.responses,
    roles: roles.map(({ logicalId, id, arn, statements }) => ({ logicalId, id, arn, statements })),
    tables: readTables(stack),
    secrets: readSecrets(stack),
    stateMachines: readStateMachines(stack, roles),
    buses,
    rules,
    queues,
    mappings: readMappings(stack, functions, queues),
  };
}

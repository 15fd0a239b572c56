import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import type { StateMachine } from '../model.ts';
import type { Stack } from '../stack.ts';
import { refuse } from '../start-refused.ts';
import type { TrustedRole } from './roles.ts';

const stateMachineSchema = z.strictObject({
  StateMachineName: z.optional(z.string()),
  StateMachineType: z.optional(z.literal('STANDARD')),
  RoleArn: z.string(),
  DefinitionString: z.optional(z.string()),
  DefinitionS3Location: z.optional(z.strictObject({ Bucket: z.string(), Key: z.string() })),
  DefinitionSubstitutions: z._default(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])), {}),
});
const inert = ['LoggingConfiguration', 'Tags', 'TracingConfiguration'];

const definitionSchema = z.record(z.string(), z.unknown());

/** The state machines, their definitions parsed, written in the template or kept beside it as an asset. */
export function readStateMachines(stack: Stack, roles: readonly TrustedRole[]): readonly StateMachine[] {
  return stack.of('AWS::StepFunctions::StateMachine').map((resource): StateMachine => {
    const read = stack.read(resource, stateMachineSchema, inert);
    const { ref: arn, attributes } = stack.identity(resource);
    const role = roles.find((candidate) => candidate.arn === read.RoleArn);
    if (!role?.trusts('states.amazonaws.com', arn)) {
      refuse(
        `${resource.title} runs as a role that the template does not have, or that Step Functions may not assume.`,
      );
    }
    const asset = read.DefinitionS3Location && stack.asset(read.DefinitionS3Location.Key);
    const text = read.DefinitionString ?? (asset?.packaging === 'file' ? readFileSync(asset.path, 'utf8') : undefined);
    if (text === undefined) refuse(`${resource.title} has no definition in the template or the assembly.`);
    return {
      arn,
      name: attributes['Name'] ?? '',
      role: role.arn,
      definition: parseDefinition(substitute(text, read.DefinitionSubstitutions), resource.title),
    };
  });
}

/** CloudFormation puts the value into the text as it stands, quoted or not by the definition itself. */
function substitute(text: string, values: Readonly<Record<string, string | number | boolean>>): string {
  return text.replace(/\$\{([^}]+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

function parseDefinition(text: string, title: string): Readonly<Record<string, unknown>> {
  try {
    return z.parse(definitionSchema, JSON.parse(text));
  } catch {
    return refuse(`${title}: its definition is not a JSON object.`);
  }
}

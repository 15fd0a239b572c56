import * as z from 'zod/mini';
import { refuse } from './start-refused.ts';

/**
 * The outer form of a CloudFormation template. Outputs, metadata and rules change nothing that runs; a transform or a
 * section that is not listed would.
 */
const documentSchema = z.strictObject({
  AWSTemplateFormatVersion: z.optional(z.string()),
  Description: z.optional(z.string()),
  Metadata: z.optional(z.unknown()),
  Outputs: z.optional(z.unknown()),
  Rules: z.optional(z.unknown()),
  Mappings: z.optional(z.unknown()),
  Parameters: z.optional(
    z.record(
      z.string(),
      z.object({
        Type: z.string(),
        Default: z.optional(z.union([z.string(), z.number(), z.boolean()])),
        AllowedValues: z.optional(z.array(z.union([z.string(), z.number(), z.boolean()]))),
        AllowedPattern: z.optional(z.string()),
      }),
    ),
  ),
  Conditions: z.optional(z.record(z.string(), z.unknown())),
  Resources: z.record(
    z.string(),
    z.strictObject({
      Type: z.string(),
      Properties: z.optional(z.record(z.string(), z.unknown())),
      Condition: z.optional(z.string()),
      DependsOn: z.optional(z.unknown()),
      Metadata: z.optional(z.unknown()),
      DeletionPolicy: z.optional(z.unknown()),
      UpdateReplacePolicy: z.optional(z.unknown()),
      UpdatePolicy: z.optional(z.unknown()),
      CreationPolicy: z.optional(z.unknown()),
    }),
  ),
});

export type TemplateDocument = z.infer<typeof documentSchema>;
export type TemplateParameters = NonNullable<TemplateDocument['Parameters']>;

/** @throws StartRefused for anything that is not a template, or has a section that would change what runs */
export function parseDocument(template: unknown): TemplateDocument {
  const parsed = z.safeParse(documentSchema, template);
  if (parsed.success) return parsed.data;
  return refuse(`The template is not understood: ${describeIssue(parsed.error)}.`);
}

/** One clause about the first thing wrong: the path, and what is wrong with it; never the value. */
export function describeIssue(error: z.core.$ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'it has an unknown form';
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return `${[path, issue.keys.join(', ')].filter((part) => part !== '').join('.')} is not understood by the local target`;
  }
  return `${path === '' ? 'the whole' : path} is not of a form the local target understands (${issue.code})`;
}

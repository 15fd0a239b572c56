import * as z from 'zod/mini';
import type { GeneratedSecret } from '../model.ts';
import type { Stack } from '../stack.ts';

const secretSchema = z.strictObject({
  Name: z.optional(z.string()),
  GenerateSecretString: z.strictObject({
    PasswordLength: z._default(z.number(), 32),
    ExcludePunctuation: z._default(z.boolean(), false),
    IncludeSpace: z.optional(z.literal(false)),
    RequireEachIncludedType: z.optional(z.literal(true)),
  }),
});

/** @throws StartRefused for a value written in the template, and for ways of generating one that are not understood */
export function readSecrets(stack: Stack): readonly GeneratedSecret[] {
  return stack.of('AWS::SecretsManager::Secret').map((resource): GeneratedSecret => {
    const { GenerateSecretString: generate } = stack.read(resource, secretSchema, ['Description', 'Tags']);
    const { ref: arn } = stack.identity(resource);
    return {
      arn,
      name: arn.slice(arn.indexOf(':secret:') + ':secret:'.length, -'-123456'.length),
      length: generate.PasswordLength,
      excludePunctuation: generate.ExcludePunctuation,
    };
  });
}

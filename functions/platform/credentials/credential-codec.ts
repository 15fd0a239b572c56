import * as z from 'zod/mini';
import { type Credential, publicPart } from '../../core/storage/credential.ts';
import { exactSchema } from '../../core/validation/exact-schema.ts';
import { secretFormOf } from '../../core/validation/secret-form.ts';

const proxyUser = z.exactOptional(z.string());

/** A credential as the vault holds it. */
const storedCredential = exactSchema<Credential>()(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('access-key-pair'),
      accessKey: z.string(),
      secretKey: z.string(),
      sessionToken: z.exactOptional(z.string()),
      proxyUser,
    }),
    z.object({ kind: z.literal('account-key'), account: z.string(), key: z.string(), proxyUser }),
    z.object({ kind: z.literal('service-account-key'), clientEmail: z.string(), privateKey: z.string(), proxyUser }),
    z.object({ kind: z.literal('assumed-role'), roleArn: z.string(), externalId: z.string(), proxyUser }),
  ]),
);

export const writeCredential = (credential: Credential): string => JSON.stringify(credential);

/** @throws when the vault holds something else, which only another writer could have put there */
export const readCredential = (text: string | undefined): Credential => storedCredential.parse(JSON.parse(text ?? ''));

/**
 * Finds the credential in a text that someone wrote into the vault by hand. Its public part is going to be shown, so that
 * one which has the form of a secret (the halves were swapped) makes it none.
 */
export function findCredential(text: string | undefined): Credential | undefined {
  try {
    const parsed = storedCredential.safeParse(JSON.parse(text ?? ''));
    return parsed.success && secretFormOf(publicPart(parsed.data)) === undefined ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

import { toFailureUnasked, type Verdict } from '../records/verdict.ts';
import type { Credential } from '../storage/credential.ts';
import type { Storage } from '../storage/storage.ts';

/**
 * A verdict that also says how the credential is guarded: one that works but that others could have this service use is
 * wrong (functions/dialects/README.md). Only roles are looked at, at one call to STS.
 */
export async function checkExternalId(
  outcome: Verdict,
  credential: Credential,
  storage: Pick<Storage, 'exposure'>,
): Promise<Verdict> {
  if (outcome.status !== 'connected') return outcome;
  const diagnosis = await storage.exposure(credential);
  return diagnosis ? toFailureUnasked(diagnosis) : outcome;
}

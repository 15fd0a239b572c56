import { ServiceError } from '../service.ts';
import type { CredentialIssuer, Principal } from './credentials.ts';
import { type SignatureFault, type SignedRequest, verifySignature } from './signature.ts';

/** The error codes that the services return for each fault. */
const errorCodes: Readonly<Record<SignatureFault, string>> = {
  missing: 'MissingAuthenticationTokenException',
  incomplete: 'IncompleteSignatureException',
  unknown: 'UnrecognizedClientException',
  mismatch: 'InvalidSignatureException',
  expired: 'InvalidSignatureException',
};

/**
 * Verifies the signature of a call and returns the principal that owns the access key.
 *
 * @param service the signing name that the signature must be scoped to
 * @throws ServiceError with AWS's codes: MissingAuthenticationTokenException, IncompleteSignatureException,
 *   UnrecognizedClientException, InvalidSignatureException
 */
export async function authenticate(call: SignedRequest, service: string, issuer: CredentialIssuer): Promise<Principal> {
  const request = { ...call, method: 'POST', path: '/', query: [] };
  const verified = await verifySignature(request, { service }, issuer, new Date());
  if (verified.kind === 'refused') throw new ServiceError(errorCodes[verified.fault], verified.message);
  return verified.issued.principal;
}

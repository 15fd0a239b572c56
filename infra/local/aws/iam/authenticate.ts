import { ServiceError } from '../service.ts';
import type { Issuer, Principal } from './credentials.ts';
import { type SignatureFault, type SignedRequest, verifySignature } from './signature.ts';

/** How the services on the wire name a fault. */
const codes: Readonly<Record<SignatureFault, string>> = {
  missing: 'MissingAuthenticationTokenException',
  incomplete: 'IncompleteSignatureException',
  unknown: 'UnrecognizedClientException',
  mismatch: 'InvalidSignatureException',
  expired: 'InvalidSignatureException',
};

/**
 * Verifies the signature of a call on the wire and gives the caller behind the access key.
 *
 * @param service the name the call must be signed for
 * @throws ServiceError as AWS answers: MissingAuthenticationToken, IncompleteSignature, UnrecognizedClient,
 *   InvalidSignature
 */
export async function authenticate(call: SignedRequest, service: string, issuer: Issuer): Promise<Principal> {
  const request = { ...call, method: 'POST', path: '/', query: [] };
  const verified = await verifySignature(request, { service }, issuer, new Date());
  if (verified.kind === 'refused') throw new ServiceError(codes[verified.fault], verified.message);
  return verified.issued.principal;
}

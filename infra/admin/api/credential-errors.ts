/**
 * What is wrong with the caller's credentials, by the name AWS gives its error, whichever of its services says so.
 * Undefined for errors that are about something else. AWS's own words are not repeated.
 */
export function credentialFault(errorName: string): string | undefined {
  switch (errorName) {
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'RequestExpired':
      return 'Your AWS credentials have expired. Sign in again.';
    case 'InvalidClientTokenId':
    case 'UnrecognizedClientException':
    case 'AuthFailure':
      return 'AWS does not know these credentials.';
    case 'SignatureDoesNotMatch':
    case 'InvalidSignatureException':
      return "AWS does not accept the signature: the secret access key or this machine's clock is wrong.";
    default:
      return undefined;
  }
}

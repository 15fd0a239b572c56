/** The kinds of text that hold a secret, told apart by their form alone. */
export type SecretForm =
  /** An Azure storage connection string, such as the portal's "Connection string". */
  | 'connection-string'
  /** A URL or query with a signature in it: an Azure SAS, or a presigned URL of Amazon or Google. */
  | 'signed-url'
  /** A PEM block. */
  | 'pem'
  /** The JSON key file of a Google service account. */
  | 'key-file'
  /** The secret half of a key pair: an AWS secret access key, an Azure account key, or one of the same form. */
  | 'secret-key';

/** Longest text that is examined; whatever is longer is refused for its length before. */
const maxExamined = 16_384;

/**
 * Names of an Azure connection string's secret parts, and of the part that every one begins with by default.
 * https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
 */
const connectionStringPart =
  /(?:^|[;/\s"'])(?:accountkey|sharedaccesssignature|sharedaccesskey|defaultendpointsprotocol)(?:=|%3d)/i;

/**
 * A signature as a parameter, `=` and separators perhaps percent-encoded: `sig` of a SAS, `X-Amz-Signature`,
 * `X-Goog-Signature`, and `Signature` of Amazon's older query authentication.
 */
const signatureParameter =
  /(?:^|[?&;/\s"']|%3f|%26|%3b)(?:sig|signature|x-amz-signature|x-goog-signature|x-amz-security-token)(?:=|%3d)[\w%+/.~-]{24}/i;

const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/;
const hasMixedCase = (text: string): boolean => /[a-z]/.test(text) && /[A-Z]/.test(text);

/**
 * Whether a whole text has the form of a secret key. Public identifiers that vendors give out never have it: access key
 * ids are upper case (AWS, Google, Wasabi, MinIO), lower-case hexadecimal (R2, IBM, OCI, OVH) or short (Backblaze).
 */
function isSecretKey(text: string): boolean {
  if (!isBase64.test(text)) return false;
  switch (text.length) {
    // AWS and those that followed it: Google HMAC, Wasabi, MinIO, Alibaba's longer ones.
    case 40:
      return hasMixedCase(text) && /[0-9+/]/.test(text) && !text.endsWith('=');
    // OCI's customer secret keys: 32 bytes in base64.
    case 44:
      return hasMixedCase(text) && text.endsWith('=');
    // Azure's account keys: 64 bytes in base64.
    case 88:
      return hasMixedCase(text) && text.endsWith('==');
    default:
      return false;
  }
}

/**
 * Recognizes a text that is a secret or has one in it, by its form.
 *
 * @param text of any length; what lies beyond 16,384 characters is not examined
 * @returns undefined for a text that has no such form
 */
export function secretFormOf(text: string): SecretForm | undefined {
  const examined = text.slice(0, maxExamined);
  if (/-----BEGIN [A-Z ]{0,32}(?:KEY|CERTIFICATE)-----/.test(examined)) return 'pem';
  if (/["']private_key["']/.test(examined)) return 'key-file';
  if (connectionStringPart.test(examined)) return 'connection-string';
  if (signatureParameter.test(examined)) return 'signed-url';
  return isSecretKey(text.trim()) ? 'secret-key' : undefined;
}

/**
 * Whether a text is as long a hexadecimal number as R2's secret access keys are (SHA-256; its ids have half the digits).
 * Prefixes and names may be hashes, so only a key is suspected for it.
 */
export const isHexadecimalSecret = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text);

/** Access key ids of AWS and Google, a service account's e-mail address, an IAM ARN: nothing that is ever a secret. */
const publicIdentifier =
  /^(?:(?:AKIA|ASIA)[A-Z0-9]{16}|GOOG[A-Z0-9]{20,60}|[a-z0-9._-]{1,200}@[a-z0-9.-]{1,200}\.gserviceaccount\.com|arn:aws[a-z-]{0,20}:iam::.{1,600})$/;

/** Whether a text has the form of the public half of a credential. */
export const isPublicIdentifier = (text: string): boolean => publicIdentifier.test(text);

/**
 * Tells a caller what is wrong with a secret in a field that is shown, and where its parts go. Nothing of it is repeated.
 */
export function describeSecret(form: SecretForm): string {
  switch (form) {
    case 'connection-string':
      return (
        'must not be a connection string: send its BlobEndpoint, such as https://<AccountName>.blob.core.windows.net, ' +
        'as the endpoint, its AccountName as the access key and its AccountKey as the secret key'
      );
    case 'signed-url':
      return 'must not contain a signature (SAS or presigned URL): send the address without it';
    case 'pem':
      return 'must not be a private key or a certificate: a private key goes into the secret key';
    case 'key-file':
      return 'must not be a key file: it goes into the secret key';
    case 'secret-key':
      return 'has the form of a secret key, which goes into the secret key';
  }
}

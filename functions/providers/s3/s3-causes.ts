import type { DiagnosisCode } from '../../core/diagnosis/catalogue.ts';
import { googleCauses } from '../google-reasons.ts';
import { normalizeMessage } from '../normalize-message.ts';

type Code = Exclude<DiagnosisCode, 'region-wrong'>;

/** The causes that one error code stands for, told apart by what its message contains, in lower case; the first counts. */
type Causes = readonly (readonly [phrase: string, code: Code])[];

/** The form of a policy's kind in "…with an explicit deny in a …" and "…because no … allows the … action". */
const policies: readonly (readonly [kind: string, code: Code])[] = [
  ['service control policy', 'denied-by-organization'],
  ['resource control policy', 'denied-by-organization'],
  ['vpc endpoint policy', 'denied-by-vpc-endpoint'],
  ['permissions boundary', 'denied-by-boundary'],
  ['session policy', 'denied-by-session-policy'],
  ['resource-based policy', 'denied-by-bucket-policy'],
];

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html: "access denied message examples".
 * That no identity-based policy allows it is the plain case: the right is missing.
 */
const awsDenials: Causes = [
  ['kms:', 'encryption-key-denied'],
  ...policies.flatMap(
    ([kind, code]): Causes => [
      [`explicit deny in a ${kind}`, code],
      [`because no ${kind} allows`, code],
    ],
  ),
  ['explicit deny in an identity-based policy', 'denied-by-identity-policy'],
  ['explicit deny', 'denied-by-policy'],
];

/** MinIO's console says it in either of two ways, with a code and status for each. */
const consolePort: Causes = [
  ['console port', 'endpoint-is-console'],
  ['made to api port', 'endpoint-is-console'],
];

/** Of the `Credential` of a signature: Amazon's words, and MinIO's after it. */
const malformedCredential: Causes = [
  ['credential is mal-formed', 'access-key-form-wrong'],
  ['credential is malformed', 'access-key-form-wrong'],
  ['non-empty access key', 'access-key-form-wrong'],
];

const causes: Readonly<Record<string, Causes>> = {
  AccessDenied: [
    ...consolePort,
    // Garage has one code for all that it refuses.
    ['invalid signature', 'signature-refused'],
    ['no such key', 'access-key-unknown'],
    ...awsDenials,
    ...googleCauses,
  ],
  InvalidArgument: [
    ...consolePort,
    // Cloudflare R2.
    ['access key has length', 'access-key-form-wrong'],
    ...googleCauses,
  ],
  InvalidRequest: [
    // MinIO, of a request without TLS at a port that has it.
    ['plain-text request', 'https-required'],
    ...googleCauses,
  ],
  AuthorizationHeaderMalformed: malformedCredential,
  AuthorizationQueryParametersError: malformedCredential,
  // Oracle's words for a key that is not there, or not in the region that the request was signed for.
  SignatureDoesNotMatch: [['region must be specified', 'region-required']],
};

/** What a message says of an error code that has several causes; nothing where it does not tell. */
export function readCause(code: string, message: string | undefined): Code | undefined {
  if (!Object.hasOwn(causes, code)) return undefined;
  const text = normalizeMessage(message);
  return causes[code]?.find(([phrase]) => text.includes(phrase))?.[1];
}

const regionForm = /^[a-z0-9-]{2,40}$/;
/** What is a region though nothing sets it off from the words around it. */
const plainRegionForm = /^[a-z]{2,12}(?:-[a-z]{2,12}){1,3}-[0-9]{1,3}$/;

/**
 * The region that a message names as the right one, where the answer has no element for it: quoted behind "expecting",
 * before "location constraint is incompatible", or as the one that all others are alike to (Cloudflare R2's `auto`).
 */
export function readRegion(message: string | undefined): string | undefined {
  const text = normalizeMessage(message);
  const expected = text.includes('region') ? wordAfter(text, 'expecting ') : undefined;
  if (expected !== undefined) {
    const bare = expected.replace(/^['"]|['".,;]{1,3}$/g, '');
    return (/^['"]/.test(expected) ? regionForm : plainRegionForm).test(bare) ? bare : undefined;
  }
  const constraint = wordBefore(text, ' location constraint is incompatible');
  if (constraint !== undefined && plainRegionForm.test(constraint)) return constraint;
  const choice = text.indexOf('region');
  const list = text.indexOf('must be one of', choice);
  return choice >= 0 && list >= 0 && /\bauto\b/.test(text.slice(list)) ? 'auto' : undefined;
}

function wordAfter(text: string, phrase: string): string | undefined {
  const at = text.indexOf(phrase);
  return at < 0 ? undefined : text.slice(at + phrase.length).split(' ', 1)[0];
}

function wordBefore(text: string, phrase: string): string | undefined {
  const at = text.indexOf(phrase);
  return at < 0 ? undefined : text.slice(text.lastIndexOf(' ', at - 1) + 1, at);
}

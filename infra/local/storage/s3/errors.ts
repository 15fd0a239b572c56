/**
 * Every error the stand-in sends: its HTTP status (Amazon S3 API Reference, "Error responses") and a sentence of our
 * own. Clients act on the code; the region sentence alone is parsed by some of them and is therefore kept in the
 * service's form where it is made.
 */
const ERRORS = {
  AccessDenied: [403, 'Access Denied'],
  AccessForbidden: [403, 'This cross-origin request is not allowed by the bucket.'],
  AuthorizationHeaderMalformed: [400, 'The authorization header is malformed.'],
  AuthorizationQueryParametersError: [400, 'The authorization query parameters are malformed.'],
  BadDigest: [400, 'The checksum sent is not that of the content received.'],
  BadRequest: [400, 'A required header is missing.'],
  EntityTooLarge: [400, 'The content is larger than an object may be.'],
  ExpiredToken: [400, 'The session token has expired.'],
  IncompleteBody: [400, 'The content is shorter than announced, or its chunks are malformed.'],
  InternalError: [500, 'An internal error occurred.'],
  InvalidAccessKeyId: [403, 'The access key id is not known here.'],
  InvalidArgument: [400, 'Invalid Argument'],
  InvalidBucketName: [400, 'The specified bucket is not valid.'],
  InvalidChunkSizeError: [403, 'Only the last chunk may be smaller than 8192 bytes.'],
  InvalidDigest: [400, 'The Content-MD5 sent is not a digest.'],
  InvalidRange: [416, 'The requested range cannot be satisfied.'],
  InvalidRequest: [400, 'Invalid Request'],
  InvalidSecurity: [403, 'The provided security credentials are not valid.'],
  InvalidToken: [400, 'The session token is not valid.'],
  InvalidURI: [400, 'The request URI cannot be parsed.'],
  KeyTooLongError: [400, 'The key is too long.'],
  MalformedPolicy: [400, 'The policy is malformed.'],
  MalformedTrailerError: [400, 'The trailer is missing or malformed.'],
  MetadataTooLarge: [400, 'The metadata headers exceed 2048 bytes.'],
  MethodNotAllowed: [405, 'The method is not allowed against this resource.'],
  MissingContentLength: [411, 'The Content-Length header is required.'],
  NoSuchBucket: [404, 'The specified bucket does not exist.'],
  NoSuchBucketPolicy: [404, 'The bucket has no policy.'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NotImplemented: [501, 'The request asks for something that is not implemented.'],
  PermanentRedirect: [301, 'The bucket must be addressed at the endpoint named here.'],
  PreconditionFailed: [412, 'A precondition of the request does not hold.'],
  RequestTimeTooSkewed: [403, 'The time of the request is too far from the time of the server.'],
  SignatureDoesNotMatch: [403, 'The signature is not the one computed from the request and the secret key.'],
  SlowDown: [503, 'Please reduce your request rate.'],
  XAmzContentSHA256Mismatch: [400, 'The x-amz-content-sha256 sent is not the hash of the content received.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type S3ErrorCode = keyof typeof ERRORS;

/** What accompanies an error: its own sentence, further XML elements beside Code and Message, and response headers. */
export interface RefusalContext {
  readonly message?: string;
  readonly details?: Readonly<Record<string, string | number>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown anywhere while a request is served; the server turns it into S3's error answer. */
export class S3Refusal extends Error {
  readonly code: S3ErrorCode;
  readonly status: number;
  readonly details: Readonly<Record<string, string | number>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: S3ErrorCode, context: RefusalContext = {}) {
    const [status, message] = ERRORS[code];
    super(context.message ?? message);
    this.name = 'S3Refusal';
    this.code = code;
    this.status = status;
    this.details = context.details ?? {};
    this.headers = context.headers ?? {};
  }
}

/** The InvalidArgument answer, which names the argument and repeats its value. */
export function invalidArgument(name: string, value: string, message: string): S3Refusal {
  return new S3Refusal('InvalidArgument', { message, details: { ArgumentName: name, ArgumentValue: value } });
}

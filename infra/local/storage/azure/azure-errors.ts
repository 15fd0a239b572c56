/** What is known of a request when its answer is judged. `query` is the raw query string. */
export interface AzureRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** An error as the Blob service sends it: a status, a code in header and body, a message, and further elements. */
export interface AzureError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly detail: string | undefined;
}

/** A request signed with a shared key may be no older than this when it arrives. */
const MAXIMUM_AGE_MS = 15 * 60 * 1000;

/**
 * Where Azurite's errors differ from those the real service documents ("Authorize with Shared Key", "Create a service
 * SAS", "Common REST API error codes"), for clients with a shared key or a SAS.
 *
 * Azurite answers every failed authentication with AuthorizationFailure, the code that in the real service means that
 * a network rule, or the scope of a SAS, forbids what a well-authenticated request asks.
 *
 * @returns the error to send instead; undefined when Azurite's stands
 */
export function documentedError(
  request: AzureRequest,
  status: number,
  code: string | undefined,
): AzureError | undefined {
  if (status !== 403 || code !== 'AuthorizationFailure') return undefined;
  const authorization = request.headers.get('authorization');
  if (authorization !== undefined) {
    const signature = authorization.slice(authorization.lastIndexOf(':') + 1);
    return authenticationFailed(
      /^SharedKey(?:Lite)? /.test(authorization)
        ? `The MAC signature found in the HTTP request '${signature}' is not the same as any computed signature.`
        : undefined,
    );
  }
  const sas = new URLSearchParams(request.query);
  // A SAS of a container or a blob says so in sr; used on the account, it is authentic but out of its scope.
  if (!sas.has('sig')) return undefined;
  if (sas.has('sr') && !namesContainer(request)) {
    return { status, code, message: 'This request is not authorized to perform this operation.', detail: undefined };
  }
  const [start, expiry] = [sas.get('st'), sas.get('se')].map((text) => (text === null ? Number.NaN : Date.parse(text)));
  const untimely = Number(start) > Date.now() || Number(expiry) < Date.now();
  return authenticationFailed(
    untimely
      ? `Signature not valid in the specified time frame: Start [${sas.get('st') ?? ''}] - Expiry [${sas.get('se') ?? ''}]`
      : 'Signature did not match.',
  );
}

/**
 * The check of a shared-key request's age, which Azurite leaves out.
 *
 * @param now the server's time
 * @returns the error to send; undefined for a request that is young enough, or signed otherwise
 */
export function staleRequest(request: AzureRequest, now: Date): AzureError | undefined {
  if (!/^SharedKey(?:Lite)? /.test(request.headers.get('authorization') ?? '')) return undefined;
  const date = request.headers.get('x-ms-date') ?? request.headers.get('date');
  if (date === undefined) return authenticationFailed('Request date header not specified');
  const age = now.getTime() - Date.parse(date);
  return age <= MAXIMUM_AGE_MS ? undefined : authenticationFailed(`Request date header too old: '${date}'`);
}

function authenticationFailed(detail: string | undefined): AzureError {
  return {
    status: 403,
    code: 'AuthenticationFailed',
    message:
      'Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.',
    detail,
  };
}

/**
 * Whether a request names a container: the account is the first label of the host name or, at an address without
 * names, the first segment of the path.
 */
function namesContainer({ path, headers }: AzureRequest): boolean {
  const host = (headers.get('host') ?? '').replace(/:\d*$/, '');
  const accountInPath = /^(?:\d{1,3}\.){3}\d{1,3}$/.test(host) || !host.includes('.');
  const segments = path.split('/').filter((segment) => segment !== '');
  return segments.length > (accountInPath ? 1 : 0);
}

/** The body of an error, in the service's XML. */
export function azureErrorBody(error: AzureError, requestId: string, now: Date): string {
  const message = `${error.message}\nRequestId:${requestId}\nTime:${now.toISOString()}`;
  const detail =
    error.detail === undefined
      ? ''
      : `<AuthenticationErrorDetail>${escapeXml(error.detail)}</AuthenticationErrorDetail>`;
  return `\ufeff<?xml version="1.0" encoding="utf-8"?><Error><Code>${error.code}</Code><Message>${escapeXml(message)}</Message>${detail}</Error>`;
}

/** Adds a text to the message of an error body; a body without a message stays as it is. */
export function withPlanted(body: string, planted: string | undefined): string {
  return planted === undefined ? body : body.replace('</Message>', () => ` ${escapeXml(planted)}</Message>`);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

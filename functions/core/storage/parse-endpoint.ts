import { describeSecret, secretFormOf } from '../validation/secret-form.ts';
import { type Check, printable } from '../validation/text.ts';

/** Longest endpoint, in characters. */
export const maxEndpointLength = 2048;

/** A name, an IPv4 address, or an IPv6 address in brackets: `URL` itself lets `;` and `=` into a host, too. */
const hostForm = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

/** What a path must not have, percent-encoded or not: parameters, which an endpoint has no use for and may be secret. */
const parameterInPath = /[;=&]|%3[bdf]|%26/i;

/**
 * Parses an endpoint: an http(s) URL, or a bare host name, which stands for https. Userinfo, query, fragment and path
 * parameters are refused: they have no meaning here, hide where a URL really goes, and may be a secret, which an
 * endpoint would show. A path is kept, for Azure's emulator and the gateways that serve below one.
 *
 * @param text at most `maxEndpointLength` characters; nothing else looks at a longer one
 */
export function parseEndpoint(text: string): { readonly endpoint: string } | { readonly message: string } {
  if (text.length > maxEndpointLength) return { message: `must be at most ${maxEndpointLength} characters long` };
  const fault = withoutSecret(text) ?? printable(text);
  if (fault) return { message: fault };
  if (/[\s\\]/.test(text)) return { message: 'must not contain spaces or backslashes' };
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || !hostForm.test(url.hostname)) return { message: 'must be a URL such as https://s3.example.com' };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { message: 'must begin with https:// or http://' };
  if (url.username !== '' || url.password !== '' || text.includes('@')) {
    return { message: 'must not contain a user name or password' };
  }
  if (text.includes('?') || text.includes('#')) return { message: 'must not contain a query or a fragment' };
  if (parameterInPath.test(url.pathname)) return { message: 'must not contain parameters in its path' };
  return { endpoint: url.origin + url.pathname.replace(/\/+$/, '') };
}

/** A signed URL is a URL after all: the caller is told what to leave out of it. */
const withoutSecret: Check = (text) => {
  const form = secretFormOf(text);
  return form && describeSecret(form);
};

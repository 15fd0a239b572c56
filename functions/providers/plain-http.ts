import { normalizeMessage } from './normalize-message.ts';

/** What an answer is judged by: its status, what it consists of, and where it redirects to. */
export interface PlainAnswer {
  readonly status: number;
  readonly text?: string | undefined;
  readonly location?: string | undefined;
}

/** Whether an answer to plain http says that https has to be used, in words or by sending to it at the same host. */
export function requiresHttps({ status, text, location }: PlainAnswer, endpoint: string): boolean {
  if (!endpoint.startsWith('http:')) return false;
  return requiresTls(status, text ?? '') || (status >= 300 && status < 400 && isOnHttps(location, endpoint));
}

function isOnHttps(location: string | undefined, endpoint: string): boolean {
  const there = URL.parse(location ?? '');
  return there?.protocol === 'https:' && there.hostname === new URL(endpoint).hostname;
}

/**
 * Whether an answer says that the port wants TLS, though it was sent plain http. Go (MinIO, Caddy, Traefik), nginx,
 * Apache and Tomcat each say it in other words, with status 400, and all of them name HTTPS, TLS or SSL. Addresses that
 * a page links to say nothing.
 */
function requiresTls(status: number, text: string): boolean {
  if (status !== 400 && status !== 426) return false;
  const words = normalizeMessage(text).replaceAll('https://', ' ');
  return /\bhttps\b|\btls\b|\bssl\b/.test(words);
}

import { normalizeMessage } from './normalize-message.ts';

/**
 * Whether an answer says that the port wants TLS, though it was sent plain http. Go (MinIO, Caddy, Traefik), nginx,
 * Apache and Tomcat each say it in other words, with status 400, and all of them name HTTPS, TLS or SSL. Addresses that
 * a page links to say nothing.
 */
export function requiresTls(status: number, text: string): boolean {
  if (status !== 400 && status !== 426) return false;
  const words = normalizeMessage(text).replaceAll('https://', ' ');
  return /\bhttps\b|\btls\b|\bssl\b/.test(words);
}

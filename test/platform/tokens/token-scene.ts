import type { RequestListener } from 'node:http';
import { onTestFinished, vi } from 'vitest';
import type { VerifyToken } from '../../../functions/core/access/ports.ts';
import { type TokenSettings, tokenVerifier } from '../../../functions/platform/tokens/token-verifier.ts';
import type { Issuer } from '../../issuer.ts';

/** The settings of a deployment that takes tokens of this issuer, and may connect to it. */
export const settingsFor = (issuer: Issuer, more: Partial<TokenSettings> = {}): TokenSettings => ({
  issuer: issuer.url,
  audience: issuer.audience,
  organizationClaim: 'organization',
  scopesClaim: 'scope',
  scopePrefix: '',
  egress: { EGRESS_ALLOW: new URL(issuer.url).host },
  ...more,
});

/** A function that has not seen a token yet. */
export const verifierFor = (issuer: Issuer, more?: Partial<TokenSettings>): VerifyToken =>
  tokenVerifier(settingsFor(issuer, more));

/** Has an issuer answer as it should again when the test is over. */
export const behavingAgain = (issuer: Issuer) =>
  onTestFinished(() => {
    issuer.answer('configuration', undefined);
    issuer.answer('keys', undefined);
  });

/** How often an issuer is asked for either document from here on. */
export function requestsTo(issuer: Issuer) {
  const before = { configuration: issuer.requests('configuration'), keys: issuer.requests('keys') };
  return () => ({
    configuration: issuer.requests('configuration') - before.configuration,
    keys: issuer.requests('keys') - before.keys,
  });
}

/** Everything that is logged until the test is over. */
export function logged(): readonly unknown[][] {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  return log.mock.calls;
}

/** Stops the clock of this test; gives what turns it forward, by milliseconds. */
export function ownClock(): (time: number) => void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  return (time) => vi.setSystemTime(Date.now() + time);
}

/** Answers with a document: JSON, or a text as it is. */
export const json =
  (content: unknown, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status).end(typeof content === 'string' ? content : JSON.stringify(content));
  };

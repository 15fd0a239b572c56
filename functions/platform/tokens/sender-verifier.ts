import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import type { Sender, SenderService, VerifySender } from '../../core/access/webhook-sender.ts';
import { uuid } from '../../core/validation/uuid.ts';
import { guardedEgress } from '../../providers/egress/egress.ts';
import { type EgressEnvironment, parseRules } from '../../providers/egress/parse-rules.ts';
import { type IssuerTrouble, logSenderIssuer } from '../runtime/log.ts';
import { isFor } from './token-claims.ts';
import { IssuerAway, keysOf } from './token-issuer.ts';
import { listed, longestToken, onceInAWhile, readerOf } from './token-reader.ts';

/** The deployment's variables on those who tell of changes at a storage, as they are written: lists, by commas. */
export interface SenderSettings {
  /** Ids of Microsoft Entra tenants. */
  readonly azureTenants: string;
  readonly azureAudience: string;
  readonly googleAudience: string;
  /** E-mail addresses of service accounts. */
  readonly googleSenders: string;
  readonly egress: EgressEnvironment;
}

type Claims = Readonly<Record<string, unknown>>;

/** An issuer whose tokens are taken, and whom it has to name in them. */
interface Trusted {
  readonly issuer: string;
  /** Whom the claims name, if that is one of those who may send. */
  sender(claims: Claims): string | undefined;
}

/** Event Grid as an application of every tenant in Azure's public cloud ("Secure WebHook delivery with Microsoft Entra"). */
const eventGrid = '4962773b-9cdb-44cf-a8bf-237846a00ab7';

/**
 * A tenant has two issuers, and the application decides whose tokens it gets: those of version 1.0 name the client in
 * `appid`, those of 2.0 in `azp` ("Access token claims reference"). Tenants share their keys, so that the issuer's name
 * is all that tells them apart.
 */
const ofTenant = (tenant: string): readonly Trusted[] => [
  {
    issuer: `https://sts.windows.net/${tenant}/`,
    sender: ({ appid }) => (appid === eventGrid ? tenant : undefined),
  },
  {
    issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
    sender: ({ azp }) => (azp === eventGrid ? tenant : undefined),
  },
];

/** Anybody's service account gets tokens of this issuer for any audience: the address is what counts. */
const ofGoogle = (senders: ReadonlySet<string>): Trusted => ({
  issuer: 'https://accounts.google.com',
  sender: ({ email, email_verified }) =>
    email_verified === true && typeof email === 'string' && senders.has(email) ? email : undefined,
});

/**
 * Verifies the tokens of those who tell of changes at a storage. It never says what is wrong with a token.
 *
 * @throws Error when the egress variables cannot be read
 */
export function senderVerifier(settings: SenderSettings): VerifySender {
  const egress = guardedEgress(parseRules(settings.egress));
  const tenants = listed(settings.azureTenants).map((tenant) => tenant.toLowerCase());
  const senders = new Set(listed(settings.googleSenders));

  /** @param trusted none where the settings name nobody, or not as they should */
  const verifier = (service: SenderService, trusted: readonly Trusted[], audience: string) => {
    const report = onceInAWhile((trouble: IssuerTrouble) => logSenderIssuer(service, trouble));
    const audiences = new Set(listed(audience));
    const readers = new Map(
      trusted.flatMap(({ issuer, sender }) => {
        const keys = keysOf(issuer, egress, report);
        return keys ? [[issuer, { read: readerOf(issuer, keys, 'RS256'), sender }] as const] : [];
      }),
    );
    if (readers.size === 0 || audiences.size === 0) {
      return async () => {
        report({ code: 'token-settings-wrong' });
        return undefined;
      };
    }
    return async (token: string): Promise<Sender | undefined> => {
      const reader = readers.get(issuerIn(token) ?? '');
      const claims = await reader?.read(token).catch(refusedUnlessAway);
      // An audience that is said otherwise than in `aud` does not count.
      if (!reader || !claims || !isFor(audiences, { aud: claims.aud ?? null })) return undefined;
      const name = reader.sender(claims);
      return name === undefined ? undefined : { service, name };
    };
  };

  const verify: Readonly<Record<SenderService, (token: string) => Promise<Sender | undefined>>> = {
    'azure-event-grid': verifier(
      'azure-event-grid',
      // One that is misspelt is not to be overlooked because another is right.
      tenants.every((tenant) => uuid.test(tenant)) ? tenants.flatMap(ofTenant) : [],
      settings.azureAudience,
    ),
    'google-pubsub': verifier('google-pubsub', senders.size === 0 ? [] : [ofGoogle(senders)], settings.googleAudience),
  };
  return async (service, token) => (token.length > longestToken ? undefined : verify[service](token));
}

/** Whom a token claims to be by, which nobody has looked into yet. */
function issuerIn(token: string): string | undefined {
  try {
    return decomposeUnverifiedJwt(token).payload.iss;
  } catch {
    return undefined;
  }
}

/**
 * A token that is no good is refused for good, and Event Grid drops what it was sent with; whether one is good that
 * nobody can look into is left open.
 */
function refusedUnlessAway(error: unknown): undefined {
  if (error instanceof IssuerAway) throw error;
  return undefined;
}

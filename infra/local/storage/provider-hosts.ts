import type { RequestListener } from 'node:http';
import { createSecureContext, type SecureContext } from 'node:tls';
import { newAuthority } from './certificate.ts';
import { listenOnLoopback } from './loopback-server.ts';
import { awsServiceHost } from './s3/address.ts';

/** What answers in the place of each provider. */
export type OwnHostServices = Readonly<Record<keyof typeof providers, RequestListener>>;

export interface OwnHosts {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** The certificate authority to trust, in PEM. */
  readonly ca: string;
  /** What leads the providers' hosts here, as the entries of CONNECT_TO. */
  readonly connectTo: readonly string[];
  stop(): Promise<void>;
}

/**
 * The providers' hosts that stand-ins answer for: which are led here, and the names that the certificate of a host is
 * good for, which are those of the real one. Undefined: not this provider's.
 */
const providers = {
  // There is no pattern for the hosts of S3 alone. Another service's host comes here too, and finds no certificate.
  s3: {
    leads: ['*.amazonaws.com'],
    names: (host: string) => {
      const service = awsServiceHost(host);
      return service === undefined ? undefined : [service, `*.${service}`];
    },
  },
  gcs: {
    leads: ['storage.googleapis.com', 'oauth2.googleapis.com'],
    names: (host: string) => (/^(?:storage|oauth2)\.googleapis\.com$/.test(host) ? [host] : undefined),
  },
  azure: {
    leads: ['*.blob.core.windows.net'],
    names: (host: string) => (host.endsWith('.blob.core.windows.net') ? ['*.blob.core.windows.net'] : undefined),
  },
} as const;

const providerNames = ['s3', 'gcs', 'azure'] as const satisfies readonly (keyof typeof providers)[];

/**
 * Starts one TLS server on this machine for the hosts of Amazon S3, Google Cloud Storage and Azure Blob: it has a
 * certificate for each host that is asked for, as the provider's own would be, and hands the request to who answers
 * for the provider.
 */
export async function startOwnHosts(services: OwnHostServices): Promise<OwnHosts> {
  const authority = newAuthority();
  const contexts = new Map<string, SecureContext>();
  /** One for each service host: whatever bucket stands before it is covered. */
  const contextFor = (host: string): SecureContext | undefined => {
    const names = providerNames.map((provider) => providers[provider].names(host)).find(Boolean);
    const [first] = names ?? [];
    if (names === undefined || first === undefined) return undefined;
    const context = contexts.get(first) ?? createSecureContext(authority.issue(names));
    contexts.set(first, context);
    return context;
  };

  const server = await listenOnLoopback(
    (message, response) => {
      const host = (message.headers.host ?? '').toLowerCase().replace(/:\d*$/, '');
      const provider = providerNames.find((name) => providers[name].names(host) !== undefined);
      if (provider === undefined) response.writeHead(421).end();
      else services[provider](message, response);
    },
    0,
    {
      ...authority.issue(['127.0.0.1', 'localhost']),
      SNICallback: (host, give) => give(null, contextFor(host.toLowerCase())),
    },
  );
  const { port, stop } = server;
  const leads = providerNames.flatMap((name) => providers[name].leads);
  return { port, ca: authority.cert, connectTo: leads.map((host) => `${host}:443:127.0.0.1:${port}`), stop };
}

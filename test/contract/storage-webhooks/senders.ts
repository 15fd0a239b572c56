import { expect } from 'vitest';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import { startIssuer } from '../../issuer.ts';
import type { Service } from '../service.ts';

const azureIssuer = 'https://sts.windows.net/8f1a2b3c-0000-4000-8000-1234567890ab/';
const googleIssuer = 'https://accounts.google.com';
const azureAudience = 'api://storage-connections';
const googleAudience = 'https://storage.example.com/notices/google-pubsub';
const email = 'pusher@project.iam.gserviceaccount.com';
const eventGrid = '4962773b-9cdb-44cf-a8bf-237846a00ab7';

/** Starts the issuers that Azure's and Google's webhooks have their tokens of. */
export async function startSenders() {
  const hosts = [azureIssuer, googleIssuer].map((url) => new URL(url).host);
  const tls = newCertificate(hosts);
  const issuer = await startIssuer(tls, [azureIssuer, googleIssuer]);
  const { host } = new URL(issuer.url);

  async function tell({ send }: Service, whom: string, body: unknown, token: string): Promise<void> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    expect(await send('POST', `/notices/${whom}`, { body, headers })).toMatchObject({ status: 204 });
  }
  return {
    /** With which a deployment takes them. */
    parameters: {
      EgressAllow: host,
      EgressCa: tls.cert,
      ConnectTo: hosts.map((name) => `${name}:443:${host}`).join(','),
      AzureEventTenants: new URL(azureIssuer).pathname.replaceAll('/', ''),
      AzureEventAudience: azureAudience,
      GoogleEventAudience: googleAudience,
      GoogleEventSenders: email,
    },
    /** Has Event Grid tell of one event. */
    azure: (service: Service, event: unknown) =>
      tell(
        service,
        'azure-event-grid',
        [event],
        issuer.sign({ iss: azureIssuer, aud: azureAudience, appid: eventGrid }),
      ),
    /** Has Pub/Sub push a message. */
    google: (service: Service, push: unknown) =>
      tell(
        service,
        'google-pubsub',
        push,
        issuer.sign({ iss: googleIssuer, aud: googleAudience, email, email_verified: true }),
      ),
    stop: issuer.stop,
  };
}
export type Senders = Awaited<ReturnType<typeof startSenders>>;

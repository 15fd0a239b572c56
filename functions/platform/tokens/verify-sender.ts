import type { VerifySender } from '../../core/access/webhook-sender.ts';
import { egressEnvironment } from '../runtime/egress-environment.ts';
import { variable } from '../runtime/environment.ts';
import { loadOnce } from '../runtime/load-once.ts';

/**
 * Whose token it is, if the deployment takes events of anybody there. What it takes to find out is loaded when the
 * first token arrives for a service that the deployment takes events of.
 */
export const verifySender: VerifySender = async (service, token) => {
  const whose = service === 'azure-event-grid' ? variable('AZURE_EVENT_TENANTS') : variable('GOOGLE_EVENT_SENDERS');
  if (whose.trim() === '') return undefined;
  return (await senderVerification())(service, token);
};

const senderVerification = loadOnce(async (): Promise<VerifySender> => {
  const { senderVerifier } = await import('./sender-verifier.ts');
  return senderVerifier({
    azureTenants: variable('AZURE_EVENT_TENANTS'),
    azureAudience: variable('AZURE_EVENT_AUDIENCE'),
    googleAudience: variable('GOOGLE_EVENT_AUDIENCE'),
    googleSenders: variable('GOOGLE_EVENT_SENDERS'),
    egress: egressEnvironment(),
  });
});

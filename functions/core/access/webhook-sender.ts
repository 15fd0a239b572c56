/** The services that tell of changes at a storage. */
export type SenderService = 'azure-event-grid' | 'google-pubsub';

/** Who tells of changes at a storage: the tenant whose Event Grid it is, or the service account that pushes. */
export interface Sender {
  readonly service: SenderService;
  readonly name: string;
}

/**
 * Whose token it is, if it is one that the service sends and the deployment takes; undefined for every other text,
 * whatever is wrong with it.
 *
 * @throws Error where that cannot be told now: whoever sent it should come back
 */
export type VerifySender = (service: SenderService, token: string) => Promise<Sender | undefined>;

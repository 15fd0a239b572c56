import type { Sender, SenderService } from '../../core/access/webhook-sender.ts';
import type { PortName, Ports } from '../../core/ports.ts';
import type { Dialect } from '../dialect.ts';
import type { Response } from '../response.ts';
import type { DeclaredEndpoint } from './endpoint.ts';

/** What a service sends on its own account, once it is clear that it is the one. */
export interface WebhookRequest {
  readonly sender: Sender;
  /** Parsed JSON; undefined when the request had no body. */
  readonly body: unknown;
}

/**
 * An endpoint that no caller of the service's own calls but another service, by a token of its own: it has no key, acts
 * for no organization, and leaves no line in a trail.
 */
export interface WebhookEndpoint<Needs extends PortName = PortName> {
  readonly dialect: Dialect;
  /** Names the folder `<name>/` of the endpoint, and the function. Unique within the dialect. */
  readonly name: string;
  readonly path: string;
  /** Whose tokens are taken. */
  readonly service: SenderService;
  readonly needs: readonly Needs[];
  /** @throws Refused for everything the sender can put right. */
  run(request: WebhookRequest, ports: Pick<Ports, Needs>): Promise<Response>;
}

/** What every sender's request uses. */
export const webhookNeeds = ['webhookSenders.verify'] as const satisfies readonly PortName[];

/** The longest body that is taken, in bytes: Event Grid's longest event, and more than an entry of an audit log has. */
export const maxWebhookBytes = 1_048_576;

/** Declares a sender's endpoint; the ports its `run` gets are those it names. */
export const webhookEndpoint = <const Needs extends PortName>(
  declared: WebhookEndpoint<Needs>,
): WebhookEndpoint<Needs> => declared;

/** A sender's endpoint with what every such request uses. */
export const declareWebhookEndpoint = ({
  dialect,
  name,
  path,
  needs,
}: Omit<WebhookEndpoint, 'run'>): DeclaredEndpoint => ({
  ...{ dialect, name, method: 'POST', paths: [path], authorization: 'code' },
  needs: [...webhookNeeds, ...needs],
});

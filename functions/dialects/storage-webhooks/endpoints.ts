import { azureEventGrid } from './azure-event-grid/endpoint.ts';
import { googlePubSub } from './google-pubsub/endpoint.ts';

export const endpoints = [azureEventGrid, googlePubSub] as const;

import { destroyConnector } from './destroy-connector/endpoint.ts';
import { listConnectors, showConnector } from './read-endpoints.ts';
import { showTest, testConnector } from './test-endpoints.ts';
import { createConnector, updateConnector } from './write-endpoints.ts';

/** In files of what each takes, so that a function is not loaded with what others do. */
export const endpoints = [
  listConnectors,
  createConnector,
  testConnector,
  showTest,
  showConnector,
  updateConnector,
  destroyConnector,
] as const;

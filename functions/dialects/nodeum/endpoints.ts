import { createConnector } from './create-connector/endpoint.ts';
import { destroyConnector } from './destroy-connector/endpoint.ts';
import { listConnectors } from './list-connectors/endpoint.ts';
import { showConnector } from './show-connector/endpoint.ts';
import { showTest } from './show-test/endpoint.ts';
import { testConnector } from './test-connector/endpoint.ts';
import { updateConnector } from './update-connector/endpoint.ts';

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

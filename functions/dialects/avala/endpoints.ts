import { createConfig } from './create-config/endpoint.ts';
import { getConfig } from './get-config/endpoint.ts';
import { listConfigs } from './list-configs/endpoint.ts';
import { removeConfig } from './remove-config/endpoint.ts';
import { setupInfo } from './setup-info/endpoint.ts';
import { testConfig } from './test-config/endpoint.ts';

/** The document's five, and the one more that a client asks for. Each function loads the file of its own. */
export const endpoints = [listConfigs, createConfig, getConfig, testConfig, setupInfo, removeConfig] as const;

import type { Storage } from '../core/storage.ts';
import { openAzureContainer } from './azure-blob.ts';
import { type EgressOptions, guardedEgress } from './egress/egress.ts';
import { xmlListing } from './egress/meter.ts';
import { type EgressEnvironment, parseRules } from './egress/rules.ts';
import { openS3Bucket } from './s3.ts';

/**
 * The storages, reached under one deployment's egress rules. Starting takes no SDK: each driver loads its own when a
 * bucket is first opened with it.
 *
 * @param options for deployments and tests with certificate authorities of their own
 * @throws Error naming the entry of the configuration that cannot be read
 */
export function storageFor(environment: EgressEnvironment, options?: EgressOptions): Storage {
  const egress = guardedEgress(parseRules(environment), options);
  return {
    async open(target, credential, deadline) {
      switch (credential.kind) {
        case 'access-key-pair':
          if (target.provider === 'azure') break;
          return openS3Bucket(target, credential, egress.open(deadline, xmlListing));
        case 'account-key':
          if (target.provider !== 'azure') break;
          return openAzureContainer(target, credential, egress.open(deadline, xmlListing));
      }
      throw new Error(`A ${credential.kind} is not a credential for ${target.provider}.`);
    },
  };
}

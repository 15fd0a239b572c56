import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** The deployment's own secret, and the place of those that functions make. */
export class Secrets extends Construct {
  /**
   * Keys the fingerprints by which verification jobs are found. Goes with the stack: what it names lives a day at
   * most, a new stack makes its own, and Secrets Manager still keeps it for thirty days.
   */
  readonly fingerprintKey: Secret;
  /** Name and ARNs of the short-lived credentials of unsaved verifications. */
  readonly unsavedCredentials: { readonly prefix: string; readonly arns: string };

  constructor(scope: Construct, id: string, settings: Pick<Settings, 'stage'>) {
    super(scope, id);
    this.fingerprintKey = new Secret(this, 'FingerprintKey', {
      description: 'Keys the fingerprints by which verification jobs are found.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const prefix = `${settings.stage}/job/`;
    this.unsavedCredentials = {
      prefix,
      arns: Stack.of(this).formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: `${prefix}*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    };
  }
}

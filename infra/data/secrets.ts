import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/** What the names of secrets that functions make begin with, and the ARNs that covers. */
export interface SecretPlace {
  readonly prefix: string;
  readonly arns: string;
}

/** The deployment's own secret, and the place of those that functions make. */
export class Secrets extends Construct {
  /**
   * Keys the fingerprints by which verification jobs are found. Goes with the stack: what it names lives a day at
   * most, a new stack makes its own, and Secrets Manager still keeps it for thirty days.
   */
  readonly fingerprintKey: Secret;
  /** The short-lived credentials of unsaved verifications. */
  readonly unsavedCredentials: SecretPlace;
  /** The credentials of saved connections. They stay when the stack goes: functions made them, not the stack. */
  readonly credentials: SecretPlace;

  constructor(scope: Construct, id: string, settings: Pick<Settings, 'stage'>) {
    super(scope, id);
    this.fingerprintKey = new Secret(this, 'FingerprintKey', {
      description: 'Keys the fingerprints by which verification jobs are found.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.unsavedCredentials = placeOf(this, `${settings.stage}/job/`);
    this.credentials = placeOf(this, `${settings.stage}/conn/`);
  }
}

const placeOf = (scope: Construct, prefix: string): SecretPlace => ({
  prefix,
  arns: Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${prefix}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  }),
});

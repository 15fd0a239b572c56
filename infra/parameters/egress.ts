import { CfnParameter, type Stack } from 'aws-cdk-lib/core';

/** What the functions that reach storage may connect to, as CloudFormation hands it to them. */
export interface EgressParameters {
  readonly allow: string;
  readonly ports: string;
  readonly connectTo: string;
  readonly ca: string;
}

/**
 * Parameters and not settings, so that one synthesized template serves every network, this machine's included, and
 * so that a deployment can be changed without the source (`aws cloudformation deploy --parameter-overrides`).
 */
export function egressParameters(stack: Stack): EgressParameters {
  const parameter = (name: string, fallback: string, description: string, maxLength?: number) =>
    new CfnParameter(stack, name, {
      type: 'String',
      default: fallback,
      description,
      ...(maxLength !== undefined && { maxLength }),
    }).valueAsString;
  return {
    allow: parameter(
      'EgressAllow',
      '',
      'Private storage that may be connected to: host names, addresses or CIDR ranges, each with an optional :port, separated by commas. Without an entry, public addresses only.',
    ),
    ports: parameter(
      'EgressPorts',
      '443,8443,9000,9020,9021',
      'Ports at which public addresses may be connected to, separated by commas.',
    ),
    connectTo: parameter(
      'ConnectTo',
      '',
      'Other places to connect to for some hosts (for example a PrivateLink endpoint), each as HOST1:PORT1:HOST2:PORT2, separated by commas, like the --connect-to of curl. TLS names and signatures stay those of the original host.',
    ),
    ca: parameter(
      'EgressCa',
      '',
      'Certificate authorities in PEM that are trusted besides the public ones, at most 3,000 characters: a function has 4 KB for all its variables.',
      3000,
    ),
  };
}

import { CfnParameter, type Stack } from 'aws-cdk-lib/core';
import type { SenderParameters } from './schedule.ts';

export function senderParameters(stack: Stack): SenderParameters {
  const parameter = (name: string, description: string) =>
    new CfnParameter(stack, name, {
      type: 'String',
      default: '',
      description,
      // All of a function's variables have 4 KB, of which certificates may take 3.
      maxLength: 200,
    }).valueAsString;
  return {
    azureTenants: parameter(
      'AzureEventTenants',
      'Tenants of Microsoft Entra ID, by their ids, whose Event Grid may tell of changes; separated by commas.',
    ),
    azureAudience: parameter(
      'AzureEventAudience',
      'What tokens of Event Grid have to be for (aud), separated by commas: one of them has to match.',
    ),
    googleAudience: parameter('GoogleEventAudience', 'What tokens of Google Cloud Pub/Sub have to be for (aud).'),
    googleSenders: parameter(
      'GoogleEventSenders',
      'Service accounts, by their e-mail addresses, as which Pub/Sub may tell of changes; separated by commas.',
    ),
  };
}

/**
 * The accounts whose events the bus takes.
 *
 * @returns the parameter, which is a list of twelve digits each, of none by default
 */
export const eventAccountsParameter = (stack: Stack): CfnParameter =>
  new CfnParameter(stack, 'EventAccounts', {
    type: 'CommaDelimitedList',
    default: '',
    // CloudFormation holds each entry to it, other readers the whole: either is fine.
    allowedPattern: '^(\\d{12}( *, *\\d{12})*)?$',
    constraintDescription: 'must be AWS account ids of twelve digits, separated by commas',
    description:
      'AWS accounts, separated by commas, that may forward events of their buckets and credentials to the event bus.',
  });

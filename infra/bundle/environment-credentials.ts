/** What the AWS SDK's clients take for their default chain of credentials, in the bundle of a function. */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';

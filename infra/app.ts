import cdk from '../cdk.json' with { type: 'json' };
import { endpoints } from '../functions/dialects/registry.ts';
import { tasks } from '../functions/workflows/registry.ts';
import { bundle } from './bundle/bundle.ts';
import { endpointFunction, taskFunction } from './functions/declarations.ts';

// The bundler is a process of its own, and works while the CDK is loaded: most of a synthesis is these two.
const bundled = bundle([...endpoints.map(endpointFunction), ...tasks.map(taskFunction)]);
try {
  const { App } = await import('aws-cdk-lib/core');
  const { settingsFrom } = await import('./settings.ts');
  const { StorageConnections } = await import('./stack.ts');

  // Run by the CDK's command line, or directly (`npm start`, tests): what cdk.json says counts for both.
  const app = new App({
    analyticsReporting: false,
    context: cdk.context,
    // The CDK's check of the template takes a second: it is for what goes to AWS.
    builtinCloudFormationValidation: process.env['CDK_CLI_VERSION'] !== undefined,
  });
  const settings = settingsFrom(app.node.getAllContext());
  const name = settings.stage === 'prod' ? 'StorageConnections' : `StorageConnections-${settings.stage}`;
  const code = (await bundled).functions;
  new StorageConnections(app, name, { endpoints, tasks, code }, settings, {
    description: 'Registers and verifies connections to cloud storage.',
    terminationProtection: settings.deletionProtection,
  });
  app.synth();
} finally {
  await (await bundled).remove();
}

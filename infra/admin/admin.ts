import { run } from './command.ts';

/** `npm run admin`: organizations, keys and the audit trail, from the command line of whoever operates the service. */
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', () => process.exit(0));
const code = await run(process.argv.slice(2), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  env: process.env,
  now: Date.now,
});
// Not left to the event loop: a source of credentials that was given up on may still be at work.
process.stdout.write('', () => process.exit(code));

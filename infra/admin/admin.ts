import { run } from './program.ts';

/** `npm run admin`: the service from the command line of whoever operates it. */
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', () => process.exit(0));
const interrupt = new AbortController();
// The next one ends the process, whatever it is at.
process.once('SIGINT', () => interrupt.abort());
/** Goes to the beginning of the line, and clears it. */
const anew = '\r\u001b[2K';
const code = await run(process.argv.slice(2), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  env: process.env,
  now: Date.now,
  interrupt: interrupt.signal,
  ...(process.stderr.isTTY && { progress: (text: string) => process.stderr.write(`${anew}${text}`) }),
});
// Not left to the event loop: a source of credentials that was given up on may still be at work.
process.stdout.write('', () => process.exit(code));

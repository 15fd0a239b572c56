// Loaded into Azurite's process before Azurite itself (node --import). Its standard input is a pipe that only the
// parent holds: when the parent is gone, however it ended, the pipe closes and Azurite closes with it.

/** How long closing in good order may take, in milliseconds. */
const CLOSING_DEADLINE_MS = 3000;

process.stdin.once('close', () => {
  // Azurite saves its data on SIGTERM; before it listens for the signal, the signal just ends the process.
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), CLOSING_DEADLINE_MS).unref();
});
process.stdin.resume();
process.stdin.unref();

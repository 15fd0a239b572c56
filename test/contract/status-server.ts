import { listenOnLoopback } from '../../infra/local/storage/loopback-server.ts';

/** Starts a storage that answers every request with the status it is set to: access denied, or a failure of its own. */
export async function startStatusServer(status: number) {
  let current = status;
  const server = await listenOnLoopback(
    (_request, response) => {
      response.writeHead(current, { 'content-type': 'application/xml' });
      response.end(`<Error><Code>${current === 403 ? 'AccessDenied' : 'InternalError'}</Code></Error>`);
    },
    0,
    undefined,
  );
  return {
    url: server.url,
    setStatus: (next: number): void => {
      current = next;
    },
    stop: server.stop,
  };
}

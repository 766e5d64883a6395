import type { AppMode } from './options.ts'

const LOOPBACK = '127.0.0.1'

/**
 * The host at which an app listens by default: the variable `HOST`, else loopback in development and test, so that
 * unfinished work is not visible to other machines.
 *
 * @returns undefined for all addresses of the machine
 */
export function defaultHost(mode: AppMode): string | undefined {
  return process.env['HOST'] || (mode === 'production' ? undefined : LOOPBACK)
}

/** The line for the log, which says so where other machines cannot connect. */
export function listeningMessage(host: string | undefined): string {
  return host !== LOOPBACK || process.env['HOST']
    ? 'Listening.'
    : 'Listening on this machine only; set HOST=0.0.0.0 or listen({ host }) to accept connections from others.'
}

import type { AppMode } from './options.ts'

const LOOPBACK = '127.0.0.1'

/**
 * Where an app listens that is told no host: at that of the variable `HOST`, else for this machine alone outside of
 * production, where what is half done is for nobody else to see.
 *
 * @returns undefined for all addresses of the machine
 */
export function defaultHost(mode: AppMode): string | undefined {
  return process.env['HOST'] || (mode === 'production' ? undefined : LOOPBACK)
}

/** What the log says, so that nobody wonders why other machines get no answer. */
export function listeningMessage(host: string | undefined): string {
  return host !== LOOPBACK || process.env['HOST']
    ? 'Listening.'
    : 'Listening for this machine alone; set HOST=0.0.0.0, or give listen({ host }), to let others in.'
}

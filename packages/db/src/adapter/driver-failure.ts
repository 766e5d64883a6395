import type { DriverFailure } from './contract.ts'

/** Errors of sockets, name resolution and TLS, by their code. */
const CONNECTION_CODES =
  /^(?:ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_|EADDR|ENOENT|EACCES|ERR_SOCKET|ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_STREAM)/

/** A failure with the members that most do not have. */
export function driverFailure(
  kind: DriverFailure['kind'],
  error: unknown,
  about: Partial<DriverFailure> = {},
): DriverFailure {
  const breaksConnection = about.breaksConnection ?? kind === 'connection'
  return {
    kind,
    message: messageOf(error),
    ...about,
    breaksConnection,
    // Without its connection a server ends the transaction.
    endsTransaction: breaksConnection || about.endsTransaction === true,
  }
}

/** Whether an error is one of a socket, by its `code`. */
export function isSocketError(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' && CONNECTION_CODES.test(code)
}

/** The reason why a connection that was closed takes nothing more. */
export function closedError(): Error {
  return Object.assign(new Error('The connection was closed.'), { code: 'ECONNABORTED' })
}

/** An error of several addresses tried has no message of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}

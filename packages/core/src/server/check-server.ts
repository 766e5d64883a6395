import { SetupError, type OptionPlace, type SetupProblem, isPromise } from '../errors/index.ts'
import { createNodeServer, type HttpServerOptions, type TlsOptions } from './http1/http-server.ts'
import { limitProblems, resolveLimits } from './http1/limits.ts'
import { createProxyWord } from './message/trust-proxy.ts'

/**
 * Finds invalid values of a server's options, without opening anything: limits out of range, unknown proxies, an unusable
 * certificate.
 *
 * @param place - the function whose options they are; `path` is where they are in its options
 */
export function serverProblems(options: HttpServerOptions, { name, path = '' }: OptionPlace): SetupProblem[] {
  const at = (option: string): OptionPlace => ({ name, path: `${path}.${option}` })
  const limits = limitProblems(options.limits, at('limits'))
  return [
    ...limits,
    ...proxyProblems(options, at('trustProxy')),
    ...(options.tls === undefined ? [] : tlsProblems(options.tls, at('tls'))),
  ]
}

function proxyProblems(
  { trustProxy, forwardedHeader }: HttpServerOptions,
  { name, path }: OptionPlace,
): SetupProblem[] {
  try {
    createProxyWord(trustProxy, forwardedHeader)
    return []
  } catch (error) {
    if (!SetupError.is(error)) throw error
    return error.problems.map((one) => ({
      ...one,
      place: name,
      message: `Option ${path} is invalid: ${one.message}`,
    }))
  }
}

function tlsProblems(tls: TlsOptions, { name, path }: OptionPlace): SetupProblem[] {
  const problem = (message: string, remedy: string): SetupProblem[] => [
    { code: 'ERR_CORE_TLS', place: name, message: `Option ${path} ${message}`, remedy },
  ]
  const pending = Object.entries(tls).find(([, value]) => isPromise(value))
  if (pending !== undefined) return problem(`has a promise as ${pending[0]}.`, 'Await it first.')
  const remedy = 'Give a PEM certificate and its key as cert and key, or both as pfx'
  if (!hasCertificate(tls))
    return problem('lacks a certificate and its key.', `${remedy}; omit tls for plain HTTP.`)
  try {
    createNodeServer(resolveLimits(), tls)
    return []
  } catch (error) {
    const reason = (error as Error).message.replace(/\.$/, '')
    return problem(`cannot be used: ${reason}.`, `${remedy}.`)
  }
}

/** Without a certificate Node makes a server whose handshakes all fail. */
function hasCertificate({ cert, key, pfx, SNICallback }: TlsOptions): boolean {
  return pfx !== undefined || SNICallback !== undefined || (cert !== undefined && key !== undefined)
}

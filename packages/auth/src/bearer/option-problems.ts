// At set-up: what no table of options can say.
import type { CallProblem } from '@keelson/core/options'
import { bitsOf, PUBLIC_ALGORITHMS, SECRET_ALGORITHMS } from '../jwt/index.ts'
import { isReachable } from './discovery.ts'
import type { ReadyBearerOptions } from './options.ts'

type Options = ReadyBearerOptions

/** What is wrong with options whose types are right. */
export function bearerProblems(options: Options): readonly CallProblem[] {
  return [
    ...audienceProblems(options),
    ...sourceProblems(options),
    ...algorithmProblems(options),
    ...secretProblems(options),
  ]
}

function problem(message: string, remedy: string): CallProblem {
  return { message, remedy }
}

function audienceProblems({ audience }: Options): CallProblem[] {
  if (![audience].flat().some((one) => one.includes('*'))) return []
  return [
    problem(
      'A wildcard is not an audience: tokens for any other service would be good here.',
      "Name this service, as its issuer does: audience: 'https://api.example.com'.",
    ),
  ]
}

function sourceProblems(options: Options): CallProblem[] {
  const { issuer, jwks, secret, key } = options
  const given = Object.entries({ jwks, secret, key }).filter(([, value]) => value !== undefined)
  if (given.length > 1)
    return [problem(`Keys come from ${given.map(([name]) => name).join(' and ')}.`, 'Give one of them.')]
  if (jwks !== undefined) return jwksProblems(options)
  if (given.length === 1) return []
  if (issuer === undefined)
    return [problem('It has no keys to verify tokens with.', 'Give issuer, jwks, secret or key.')]
  return issuerProblems(issuer, options)
}

function jwksProblems(options: Options): CallProblem[] {
  const { jwks, issuer } = options
  if (typeof jwks === 'object' && jwks !== null) return []
  if (typeof jwks !== 'string')
    return [problem('Option jwks is neither a URL nor a set of keys.', 'Give a URL, or { keys: [ … ] }.')]
  const problems = urlProblems('jwks', jwks, options)
  if (issuer === undefined)
    problems.push(
      problem(
        'Keys are read from a URL, and whose they are is not said.',
        'Give issuer besides: the iss of the tokens.',
      ),
    )
  return problems
}

function issuerProblems(issuer: string, options: Options): CallProblem[] {
  const problems = urlProblems('issuer', issuer, options)
  // RFC 8414 §2
  if (problems.length === 0 && issuer.includes('?'))
    problems.push(problem(`The issuer ${issuer} has a query.`, 'Give the URL without it.'))
  return problems
}

function urlProblems(
  name: string,
  url: string,
  { allowInsecureIssuer }: Pick<Options, 'allowInsecureIssuer'>,
): CallProblem[] {
  if (isReachable(url, allowInsecureIssuer)) return []
  if (!isReachable(url, true))
    return [
      problem(
        `Option ${name} is not a URL where keys can be: '${url}'.`,
        'Give a URL of https without user, password and fragment.',
      ),
    ]
  return [
    problem(
      `Option ${name} is '${url}': a host between can send other keys.`,
      'Use https:, or set allowInsecureIssuer in tests and development.',
    ),
  ]
}

function algorithmProblems({ algorithms = [], secret }: Options): CallProblem[] {
  const fit: readonly string[] = secret === undefined ? PUBLIC_ALGORITHMS : SECRET_ALGORITHMS
  const wrong = algorithms.filter((one) => !fit.includes(one))
  if (wrong.length === 0) return []
  const kind = secret === undefined ? 'public keys' : 'a secret'
  return [problem(`${wrong.join(', ')} cannot be used with ${kind}.`, `Use ${fit.join(', ')}.`)]
}

function secretProblems({ secret, algorithms: [algorithm = 'HS256'] = [] }: Options): CallProblem[] {
  if (secret === undefined || !algorithm.startsWith('HS')) return []
  const bits = Buffer.byteLength(typeof secret === 'string' ? secret : secret.reveal()) * 8
  if (bits >= bitsOf(algorithm)) return []
  return [
    problem(
      `The secret has ${bits} bits, and ${algorithm} needs ${bitsOf(algorithm)} (RFC 7518 §3.2).`,
      'Make a longer one, or use HS256.',
    ),
  ]
}

// On the request path: what HTTP knows of a call and an operation does not, media types, the challenge of a 401, JSON bodies.
import { ValidationError } from '../../errors/index.ts'
import type { Violation } from '../../schema/index.ts'
import type { BodyReader, Call, CallKind, CallReader, ReaderSettings } from '../../operation/index.ts'
import type { FlatRoute } from '../../route/index.ts'
import { explainCookies, parseJson, refuseOverflow, type InputParser } from '../../schema/index.ts'
import { challengeOf } from './challenge.ts'
import { bodiesOfNone, formTypes, unreachableInput, wrongUpgrades } from './route-problems.ts'
import { upgradeCheck } from './upgrade-check.ts'
import { acceptCheck, contentTypeCheck, producedTypes } from './negotiation.ts'

/** Calls over HTTP, whatever the transport. */
export const HTTP: CallKind = {
  name: 'http',
  problems: (flat) => [
    ...unreachableInput(flat),
    ...formTypes(flat),
    ...bodiesOfNone(flat),
    ...wrongUpgrades(flat),
  ],
  reader(route, settings): CallReader {
    const produced = producedTypes(route.options)
    const { body } = settings
    return {
      accept: acceptOf(produced, route.options.upgrades),
      rawBody: body === undefined ? rawBodyCheck(route) : undefined,
      body: body === undefined ? undefined : jsonReader(route, body, settings),
      // Cookies of other servers come along, so a malformed escape is no error by itself; it is where a schema then refuses
      // the value.
      explain: (error, source, call) =>
        source === 'cookies' ? explainCookies(error, call.meta('cookie')) : error,
    }
  },
  completion(chain, realm) {
    const challenge = challengeOf(chain, realm)
    // RFC 9110 §11.6.1: a 401 says how to authenticate. One that does not yet says what its plan does.
    return ({ status, headers }) => {
      if (status === 401 && !headers.has('www-authenticate')) headers.append('www-authenticate', challenge)
    }
  },
}

function acceptOf(produced: readonly string[], upgrades: string | undefined): CallReader['accept'] {
  if (upgrades !== undefined) return upgradeCheck(upgrades)
  return produced.length === 0 ? undefined : readAccept(produced)
}

function readAccept(produced: readonly string[]): (call: Call) => void {
  const check = acceptCheck(produced)
  return (call) => check(call.meta('accept'))
}

/** A body that the handler reads itself is of a declared media type, and is there. */
function rawBodyCheck({ method, options }: FlatRoute['route']): ((call: Call) => void) | undefined {
  if (options.consumes === undefined) return undefined
  const checkType = contentTypeCheck(options.consumes)
  const isRequired = method !== 'GET' && method !== '*'
  return (call) => {
    if (call.hasBody) checkType(call.meta('content-type'))
    else if (isRequired) throw new ValidationError({ place: 'body', violations: [NO_BODY] })
  }
}

const NO_BODY: Violation = { in: 'body', pointer: '', code: 'required', message: 'is required' }

function jsonReader(
  { options }: FlatRoute['route'],
  parser: InputParser,
  { json }: ReaderSettings,
): BodyReader {
  const checkType = contentTypeCheck(options.consumes ?? ['application/json'], 'utf-8')
  const { duplicates } = { ...json, ...options.json }
  const scanNumbers = !parser.boundsNumbers
  const parseOptions = {
    duplicates: duplicates ?? 'last',
    scanDepth: !parser.boundsDepth,
    scanNumbers,
  } as const
  return {
    expects(call) {
      if (!call.hasBody) return false
      checkType(call.meta('content-type'))
      return true
    },
    // A missing body has no media type and is not JSON.
    read: (bytes) => (bytes.byteLength === 0 ? undefined : parseJson(bytes, parseOptions)),
    refuse: scanNumbers ? undefined : refuseOverflow,
  }
}

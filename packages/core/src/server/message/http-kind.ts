// On the request path: what only HTTP has: media types, the challenge of a 401, bodies.
import { ValidationError } from '../../errors/index.ts'
import type { Call, CallKind, CallReader } from '../../operation/index.ts'
import type { FlatRoute } from '../../route/index.ts'
import { explainCookies } from '../../schema/index.ts'
import { createBodyReader, NO_BODY } from './body-reader.ts'
import { challengesOf, schemeOf } from './challenge.ts'
import { bodiesOfNone, unreachableInput, wrongUpgrades } from './route-problems.ts'
import { upgradeCheck } from './upgrade-check.ts'
import { acceptCheck, contentTypeCheck, producedTypes } from './negotiation.ts'

/** Calls over HTTP, by any transport. */
export const HTTP: CallKind = {
  name: 'http',
  isTyped: false,
  isWritten: true,
  problems: (flat) => [...unreachableInput(flat), ...bodiesOfNone(flat), ...wrongUpgrades(flat)],
  reader(route, settings): CallReader {
    const produced = producedTypes(route.options)
    const body = createBodyReader(settings)
    return {
      accept: acceptOf(produced, route.options.upgrades),
      rawBody: body === undefined ? rawBodyCheck(route) : undefined,
      body,
      // Cookies of other servers come along, so a malformed escape alone is not an error. It is the reason where a schema then
      // refuses the value.
      explain: (error, source, call) =>
        source === 'cookies' ? explainCookies(error, call.meta('cookie')) : error,
    }
  },
  completion(chain, realm) {
    const challenges = new Map(
      challengesOf(chain, realm).map((challenge) => [challenge, schemeOf(challenge)]),
    )
    const schemes = new Set(challenges.values())
    // RFC 9110 §11.6.1: a 401 says how to authenticate: by the schemes of its plan, each on a line, since lists of challenges on
    // one line are read wrongly by many clients. What an answer says of one of them stands in its place.
    return ({ status, headers }) => {
      if (status !== 401) return
      const said = headers.values('www-authenticate').map(schemeOf)
      if (said.length > 0 && !said.some((scheme) => schemes.has(scheme))) return
      for (const [challenge, scheme] of challenges)
        if (!said.includes(scheme)) headers.append('www-authenticate', challenge)
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

/** Checks that a body which the handler reads itself is there and has a declared media type. */
function rawBodyCheck({ method, options }: FlatRoute['route']): ((call: Call) => void) | undefined {
  if (options.consumes === undefined) return undefined
  const checkType = contentTypeCheck(options.consumes)
  const isRequired = method !== '*'
  return (call) => {
    if (call.hasBody) checkType(call.meta('content-type'))
    else if (isRequired) throw new ValidationError({ place: 'body', violations: [NO_BODY] })
  }
}

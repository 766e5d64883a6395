// The middleware of one scheme or of several. Its `run` is on the path of each request.
import {
  FrameworkError,
  InternalError,
  middleware,
  ServiceUnavailableError,
  UnauthorizedError,
  type BaseContext,
  type Principal,
  type RouteFacts,
} from '@keelson/core'
import { isPromise } from '@keelson/core/options'
import { publish } from '../events/index.ts'
import { Held, injectOf } from '../held/index.ts'
import type { AnySchemeDefinition, Identity, Scheme } from './contract.ts'
import { IDENTITY, identityOf } from './identity.ts'
import { isSomebody } from './is-somebody.ts'

type Find = (ctx: BaseContext, route: RouteFacts) => Identity | undefined | Promise<Identity | undefined>

/** A scheme in an app. */
interface Finder {
  readonly find: Find
  /** Where it shares the header `authorization` with others. */
  readonly recognises: ((ctx: BaseContext) => boolean) | undefined
}

/** Makes the middleware of schemes: the first of them whose kind of credential a request brings decides. */
export function authentication(schemes: readonly AnySchemeDefinition[]): Scheme<unknown> {
  const made = middleware({
    name: schemes.map(({ name }) => name).join(' or '),
    stage: 'authenticate',
    // Their names are known to the start alone.
    inject: injectOf(schemes) as {},
    state: (services) =>
      Held.of(schemes, services, (held) =>
        findsOf(schemes.map((one, at) => finderOf(one, held[at] as never))),
      ),
    adds: ['user'],
    for: (route) => ({ problems: problemsOf(schemes, route), run: runFor(route) }),
    // Says what the parts are; each plan has its own by `for`.
    run: runFor({} as RouteFacts),
    principal: ({ user, frame }) => principalOf(user, identityOf(frame)),
    challenge: schemes.map(({ challenge, security }) => challenge ?? security),
    describe: {
      security: schemes.map(({ security }) => security),
      isSecurityOptional: true,
      headers: Object.assign({}, ...schemes.map(({ headers }) => headers)),
      errors: [UnauthorizedError, ServiceUnavailableError, ...schemes.flatMap(({ errors = [] }) => errors)],
    },
  })
  const own = { '~schemes': { value: Object.freeze([...schemes]), enumerable: true } }
  return Object.freeze(
    Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(made), ...own }),
  ) as Scheme<unknown>
}

/** On the path of each request of a route. */
function runFor(route: RouteFacts) {
  return (ctx: BaseContext, { state }: { readonly state: Held<readonly Find[]> }): Added | Promise<Added> => {
    const found = firstOf(state.made, { ctx, route }, 0)
    return isPromise(found) ? found.then((identity) => admit(identity, ctx)) : admit(found, ctx)
  }
}

/** Schemes that share a header are asked where the first of them stands: the one that recognises the credential, else all in order. */
function findsOf(finders: readonly Finder[]): readonly Find[] {
  const sharing = finders.filter(({ recognises }) => recognises !== undefined)
  const finds = finders.map(({ find }) => find)
  if (sharing.length < 2) return finds
  const inOrder = sharing.map(({ find }) => find)
  const first = finders.indexOf(sharing[0]!)
  finds[first] = (ctx, route) => {
    const own = sharing.find(({ recognises }) => recognises!(ctx))
    return own === undefined ? firstOf(inOrder, { ctx, route }, 0) : own.find(ctx, route)
  }
  return finds.filter((_, at) => at === first || finders[at]!.recognises === undefined)
}

/** A refusal of a credential is an event for those who watch, and not that a store is down; what it says is never the credential. */
function finderOf({ name, find, recognises }: AnySchemeDefinition, held: never): Finder {
  const refused = (error: unknown, route: string | undefined): never => {
    if (FrameworkError.is(error) && error.status === 401)
      publish('refused', { by: name, reason: error.message, route })
    throw error
  }
  return {
    recognises: recognises && ((ctx) => recognises(ctx, held)),
    find: (ctx, route) => {
      try {
        const found = find(ctx, held, route)
        if (isPromise(found))
          return Promise.resolve(found)
            .then((one) => checked(one, name))
            .catch((error: unknown) => refused(error, ctx.routeName))
        return checked(found, name)
      } catch (error) {
        return refused(error, ctx.routeName)
      }
    },
  }
}

/** Null is nobody, as of a look-up. Without a principal a credential would have no limits; core checks what one says. */
function checked(found: Identity | undefined | null, name: string): Identity | undefined {
  if (found === undefined || found === null) return undefined
  const { principal } = found as Partial<Identity>
  if (typeof principal === 'object' && principal !== null) return found
  throw new InternalError(
    `The scheme ${name} found a user without a principal. Give { user, principal: { id, kind } }, or undefined for nobody.`,
  )
}

interface Asked {
  readonly ctx: BaseContext
  readonly route: RouteFacts
}

function firstOf(finds: readonly Find[], asked: Asked, from: number): ReturnType<Find> {
  for (let at = from; at < finds.length; at++) {
    const found = finds[at]!(asked.ctx, asked.route)
    if (isPromise(found)) return found.then((one) => one ?? firstOf(finds, asked, at + 1))
    if (found !== undefined) return found
  }
  return undefined
}

interface Added {
  readonly user: unknown
}

function admit(identity: Identity | undefined, { frame }: BaseContext): Added {
  if (identity === undefined) return { user: undefined }
  frame.set(IDENTITY, identity)
  const { kind, id } = identity.principal
  frame.bindings = { ...frame.bindings, principal: `${kind}:${id}` }
  return { user: identity.user }
}

/** Of a caller that a call names by `as` nothing is known but the user. */
function principalOf(user: unknown, identity: Identity | undefined): Principal | undefined {
  if (!isSomebody(user)) return undefined
  if (identity?.user === user) return identity.principal
  const id = (user as { readonly id?: unknown }).id
  return typeof id === 'string' || typeof id === 'number' ? { id: String(id), kind: 'user' } : undefined
}

function problemsOf(
  schemes: readonly AnySchemeDefinition[],
  route: RouteFacts,
): readonly { readonly message: string; readonly remedy: string }[] {
  return schemes.flatMap(({ problems }) => problems?.(route) ?? [])
}

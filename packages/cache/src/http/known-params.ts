// On the request path, where tags are made: a tag of a param that there is not would invalidate nothing, and say nothing.
import { ArgumentError } from '@keelson/core'

/** What is read of every object. */
const OF_OBJECTS: ReadonlySet<PropertyKey> = new Set([
  'toJSON',
  ...Object.getOwnPropertyNames(Object.prototype),
])

/**
 * The context for a function of tags: a param that the route does not have throws when it is read.
 *
 * @param place - `invalidates of orders.close`, for the message
 */
export function withKnownParams<T extends { readonly params: unknown }>(ctx: T, place: string): T {
  const { params } = ctx
  if (typeof params !== 'object' || params === null) return ctx
  const known = new Proxy(params, {
    get: (target, name) => {
      if (typeof name === 'string' && !(name in target) && !OF_OBJECTS.has(name)) refuse(name, target, place)
      return Reflect.get(target, name) as unknown
    },
  })
  return Object.create(ctx, { params: { value: known, enumerable: true } }) as T
}

/** @throws {ArgumentError} `ERR_CORE_ARGUMENT` */
function refuse(name: string, params: object, place: string): never {
  const names = Object.keys(params).map((one) => `'${one}'`)
  const has = names.length === 0 ? 'It has none' : `It has ${names.join(', ')}`
  throw new ArgumentError(
    `${place}: its tags read the param '${name}', which the route does not have. ${has}.`,
  )
}

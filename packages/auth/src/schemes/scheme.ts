import type { ErrorDefinition, Injected } from '@keelson/core'
import {
  anything,
  callable,
  checkOptions,
  listOf,
  optionTable,
  recordOf,
  required,
  text,
} from '@keelson/core/options'
import { authentication } from './authentication.ts'
import type { AnySchemeDefinition, Scheme, SchemeDefinition } from './contract.ts'

const SCHEME_OPTIONS = optionTable<SchemeDefinition<unknown>>({
  name: required(text('Shown in messages, logs and events.', { minLength: 1 })),
  security: required(anything('How documents describe it.')),
  challenge: text('The challenge of a 401.', { minLength: 1 }),
  inject: anything('Services that it needs, by name.'),
  state: callable('Makes what it keeps.'),
  errors: listOf(anything('An error that it may throw besides 401 and 503.')),
  headers: recordOf(text('What it says.'), 'Response headers that it sets, by name.'),
  problems: callable('Says what is wrong with a route for it.'),
  recognises: callable('Whether a credential is of this very scheme.'),
  find: required(callable('Finds the caller.')),
})

/**
 * Makes a scheme of your own: a way to find out who calls. Alone it is middleware that adds `user`; {@link anyOf} has several side by side.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for a definition without a name, `security` or `find`
 * @example
 * class Devices {
 *   static inject = [] as const
 *   bySecret(secret: string): { id: string } | undefined {
 *     return secret === 's3cret-of-lamp' ? { id: 'lamp' } : undefined
 *   }
 * }
 * const device = scheme({
 *   name: 'device',
 *   security: { name: 'device', scheme: { type: 'apiKey', in: 'header', name: 'x-device' } },
 *   inject: { devices: Devices },
 *   find: ({ header }, { devices }) => {
 *     const secret = header('x-device')
 *     if (secret === undefined) return undefined
 *     const found = devices.bySecret(secret)
 *     if (found === undefined) throw new UnauthorizedError('The device is not known.')
 *     return { user: found, principal: { id: found.id, kind: 'service' } }
 *   },
 * })
 */
export function scheme<
  TUser,
  const TServices extends Injected = {},
  TState = undefined,
  TErrors extends ErrorDefinition = never,
>(
  definition: SchemeDefinition<TUser, TServices, TState, TErrors>,
): Scheme<TUser, NonNullable<TErrors['~error']>> {
  checkOptions(SCHEME_OPTIONS, definition, { name: 'scheme', below: scheme as never })
  return authentication([definition as unknown as AnySchemeDefinition]) as never
}

import { ArgumentError, type Injectable } from '@keelson/core'
import { checkCallOptions, integer, listOf, ofKind, optionTable, text } from '@keelson/core/options'
import type { AnySchemeDefinition, Scheme } from '../schemes/index.ts'
import { minterOf, type CredentialFacts } from './credential.ts'
import type { LocalIssuer } from './local-issuer.ts'

/** What {@link as} needs of an app under test: `testApp` of `@keelson/testing` has it. */
export interface AppUnderTest<TCaller> {
  readonly app: { readonly plans: readonly { readonly chain: readonly object[] }[] }
  resolve<T>(target: Injectable<T>): T
  withHeaders(headers: Readonly<Record<string, string>>): TCaller
}

/** Options of {@link as}. */
export interface AsOptions {
  /** What the credential allows: abilities of an API key, scopes of a token. Default: nothing that `ability()` asks for. */
  readonly scopes?: readonly string[] | undefined
  /** When the user proved who it is, ms since 1970, as `recent()` asks of sessions and tokens. Default: now. */
  readonly authenticatedAt?: number | undefined
  /** How, in the values of `amr` (RFC 8176): `['pwd', 'otp']`. Default: the credential does not say. */
  readonly factors?: readonly string[] | undefined
  /** Name of the scheme, where an app has several: `apiKeys`. Default: the first for which a credential can be made that says all this. */
  readonly scheme?: string | undefined
  /** The issuer that the app trusts; the credential is then a token of it. Default: a scheme of the app makes it. */
  readonly issuer?: Pick<LocalIssuer, 'token'> | undefined
}

const AS_OPTIONS = optionTable<AsOptions>({
  scopes: listOf(text('What the credential allows.', { minLength: 1 })),
  authenticatedAt: integer('When the user proved who it is, ms since 1970.'),
  factors: listOf(text('How the user proved who it is.', { minLength: 1 })),
  scheme: text('Name of the scheme.', { minLength: 1 }),
  issuer: ofKind(
    {
      what: 'an issuer, of localIssuer()',
      test: (value) => typeof (value as Partial<LocalIssuer> | null)?.token === 'function',
    },
    'The issuer that the app trusts.',
  ),
})

/**
 * Calls an app under test as a user, by a real credential: a key of the app's own `ApiKeys`, a session of its `Sessions`, a token of its `Tokens`
 * or of an issuer. What a request of a user passes it passes too: nothing of the app is replaced.
 *
 * @param app - what `testApp` of `@keelson/testing` gave
 * @param user - its id, by which the app finds the user; who is not there is refused, as by every such credential
 * @returns a caller with `client` and `request`, whose `headers` have the credential
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for an app without a scheme for which a credential can be made
 * @example
 * import { testApp } from '@keelson/testing'
 * const api = route.use(apiKeys({ user: ({ userId }) => ({ id: userId }) }))
 * const me = api.get('/me', { access: signedIn() }, ({ user }) => user.id)
 * await using app = await testApp({ routes: { me } })
 * const ada = await as(app, { id: 'ada' })
 * await ada.client.me() // => 'ada'
 */
export async function as<TCaller>(
  app: AppUnderTest<TCaller>,
  user: { readonly id: string | number },
  options: AsOptions = {},
): Promise<TCaller> {
  checkCallOptions(AS_OPTIONS, options, { name: 'as', below: as as never })
  const { issuer, scheme, ...facts } = options
  const id = idOf(user)
  const credential = issuer === undefined ? mint(app, id, { scheme, facts }) : tokenOf(issuer, id, facts)
  return app.withHeaders(await credential)
}

type Headers = Readonly<Record<string, string>>

interface Wanted {
  readonly scheme: string | undefined
  readonly facts: CredentialFacts
}

function mint(app: AppUnderTest<unknown>, id: string, { scheme, facts }: Wanted): Promise<Headers> {
  const known = schemesOf(app)
  const said = Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  for (const one of known.filter(({ name }) => scheme === undefined || name === scheme)) {
    const minter = minterOf(one, (target) => app.resolve(target))
    if (minter !== undefined && said.every((name) => minter.says.includes(name as never)))
      return minter.mint(id, facts)
  }
  const names = known.map(({ name }) => name).join(', ')
  const what = said.length === 0 ? '' : ` that says ${said.join(', ')}`
  throw new ArgumentError(
    `as: The app has no ${scheme === undefined ? 'scheme' : `scheme '${scheme}'`} for which a credential${what} can be made; it has ${names || 'none'}. ` +
      'Give the issuer whose tokens it takes, { issuer: await localIssuer(…) }, or call it by app.withHeaders(…).',
  )
}

async function tokenOf(
  issuer: Pick<LocalIssuer, 'token'>,
  sub: string,
  { scopes = [], authenticatedAt, factors }: CredentialFacts,
): Promise<Headers> {
  const signedInAt = authenticatedAt === undefined ? undefined : Math.floor(authenticatedAt / 1000)
  const token = await issuer.token({ sub, scopes, auth_time: signedInAt, amr: factors })
  return { authorization: `Bearer ${token}` }
}

/** Schemes of all routes, in their order. */
function schemesOf({ app }: AppUnderTest<unknown>): readonly AnySchemeDefinition[] {
  const chains = app.plans.flatMap(({ chain }) => chain as readonly Partial<Scheme<unknown>>[])
  return [...new Set(chains.flatMap((one) => one['~schemes'] ?? []))]
}

function idOf(user: { readonly id: string | number }): string {
  const id: unknown = (user as Partial<typeof user> | null | undefined)?.id
  if (typeof id === 'string' || typeof id === 'number') return String(id)
  throw new ArgumentError("as: The user has no id. Give what the app knows the user by, { id: 'ada' }.")
}

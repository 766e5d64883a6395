// At set-up: what no table of options can say.
import type { CallProblem } from '@keelson/core/options'
import type { TokensOptions } from './options.ts'
import type { TokensPorts } from './ports.ts'

/** Whether an issuer keeps neither refresh tokens nor what was revoked. */
export function keepsNothing({
  refresh,
  checkRevoked,
}: Pick<TokensOptions, 'refresh' | 'checkRevoked'>): boolean {
  return refresh === false && checkRevoked === false
}

/** What is missing to keep what the options ask for. */
export function storeProblems({ store, bus }: TokensPorts, options: TokensOptions): readonly CallProblem[] {
  if (keepsNothing(options) || (store !== undefined && bus !== undefined)) return []
  return [
    {
      message: 'There is no store or no bus, and what was revoked would be forgotten.',
      remedy: 'Give both, or refresh: false with checkRevoked: false.',
    },
  ]
}

/** What is wrong with options whose types are right. */
export function tokensProblems(options: TokensOptions): readonly CallProblem[] {
  const {
    audience,
    clients = [],
    accessTtlMs = 1000,
    refreshIdleMs = 0,
    refreshLifetimeMs = Infinity,
  } = options
  const problems: CallProblem[] = []
  if ([audience].flat().some((one) => one.includes('*')))
    problems.push({
      message: 'A wildcard is not an audience: the tokens would be good for any service.',
      remedy: "Name the services that they are for: audience: 'https://api.example.com'.",
    })
  if (accessTtlMs % 1000 !== 0)
    problems.push({
      message: `An access token of ${accessTtlMs} ms ends within a second, which it cannot say.`,
      remedy: 'Give whole seconds.',
    })
  if (refreshIdleMs > refreshLifetimeMs)
    problems.push({
      message: 'Refresh tokens without use would end after those in use.',
      remedy: 'Give a refreshIdleMs of at most refreshLifetimeMs.',
    })
  const twice = clients.find(({ id }, at) => clients.some((other, before) => before < at && other.id === id))
  if (twice !== undefined)
    problems.push({ message: `Two clients have the id '${twice.id}'.`, remedy: 'Give each its own.' })
  return problems
}

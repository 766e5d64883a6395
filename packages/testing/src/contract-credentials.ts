import type { SecurityScheme } from '@keelson/core'
import { demandsOf, takesAnybody, type RoutePlan } from '@keelson/core/spi'
import type { ContractRequest } from './contract-request.ts'

/** The credentials of a route, as its middleware describes them. */
export class Credentials {
  /** Names of the schemes that it demands, for messages. */
  readonly names: string
  readonly #headers = new Set<string>()
  readonly #query = new Set<string>()
  readonly #cookies = new Set<string>()

  constructor({ chain }: RoutePlan) {
    const demanding = chain.filter((one) => !takesAnybody(one, chain))
    const demands = demanding.map(demandsOf).filter((alternatives) => alternatives.length > 0)
    this.names = demands.map((list) => list.map(({ name }) => name).join(' or ')).join(' and ')
    for (const { scheme } of demands.flat()) this.#note(scheme)
  }

  get isDemanded(): boolean {
    return this.names !== ''
  }

  /** A scheme of which only the name is known is taken to use the header `Authorization`. */
  #note(scheme: SecurityScheme | undefined): void {
    if (scheme?.type !== 'apiKey') {
      this.#headers.add('authorization')
    } else if (scheme.in === 'header') this.#headers.add(scheme.name.toLowerCase())
    else if (scheme.in === 'query') this.#query.add(scheme.name)
    else this.#cookies.add(scheme.name)
  }

  /** Whether a request has any of these credentials. */
  areIn(request: ContractRequest): boolean {
    const bare = this.without(request)
    return (
      bare.target !== request.target ||
      Object.entries(request.headers).some(([name, value]) => bare.headers[name] !== value)
    )
  }

  /** A copy of a request without these credentials. */
  without(request: ContractRequest): ContractRequest {
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] => {
      if (this.#headers.has(name)) return []
      if (name !== 'cookie') return [[name, value]]
      const left = value.split('; ').filter((pair) => !this.#cookies.has(pair.split('=')[0] as string))
      return left.length === 0 ? [] : [[name, left.join('; ')]]
    })
    const [path = '', search = ''] = request.target.split('?')
    const pairs = search.split('&').filter((pair) => {
      const [name = ''] = pair.split('=')
      return pair !== '' && !this.#query.has(decodeURIComponent(name))
    })
    const target = pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
    return { ...request, target, headers: Object.fromEntries(headers) }
  }
}

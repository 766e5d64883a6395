import { describe, expect, it } from 'vitest'
import { fetchTransport, frameHeaders, retry, undiciTransport } from './index.ts'

type Loose = never

describe('options of the client in Node are read strictly:', () => {
  it.each<[string, () => unknown, string]>([
    ['retry, name', () => retry({ attemps: 1 } as Loose), "'attemps'. Did you mean 'attempts'?"],
    ['retry, text', () => retry({ attempts: '3' } as Loose), 'attempts must be an integer'],
    ['retry, none', () => retry({ attempts: 0 }), 'attempts must be an integer'],
    ['retry, time', () => retry({ delayMs: 2 ** 31 }), 'delayMs must be a number of milliseconds'],
    ['retry, statuses', () => retry({ statuses: 503 } as Loose), 'statuses'],
    ['retry, null', () => retry(null as Loose), 'The options must be an object, not null.'],
    ['undici, name', () => undiciTransport({ connection: 1 } as Loose), "Did you mean 'connections'?"],
    ['undici, text', () => undiciTransport({ connections: '1' } as Loose), 'connections must be an integer'],
    ['undici, dispatcher', () => undiciTransport({ dispatcher: {} } as Loose), 'an undici dispatcher'],
    ['fetch, name', () => fetchTransport({ credential: 'omit' } as Loose), "Did you mean 'credentials'?"],
    ['frame, name', () => frameHeaders({ timeoutHeadr: false } as Loose), "Did you mean 'timeoutHeader'?"],
    ['frame, switch', () => frameHeaders({ timeoutHeader: true } as Loose), 'timeoutHeader must be'],
    ['fetch, word', () => fetchTransport({ credentials: true } as Loose), 'credentials must be'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_CORE_CLIENT_OPTION' }) as Error)
    expect(make).toThrow(message)
  })

  it('takes all that exist', () => {
    retry({ attempts: 1, statuses: [503], budgetRatio: 0.5, budgetSize: 0, random: () => 0 })
    retry({ sleep: undefined })
    expect(undiciTransport({ connections: 1, idleTimeoutMs: 0 })).toBeTypeOf('function')
    expect(fetchTransport({ fetch, credentials: 'include', keepalive: true })).toBeTypeOf('function')
  })
})

import { describe, expect, it } from 'vitest'
import { middleware, route, type Outcome } from '../src/index.ts'
import { testApp } from '@keelson/testing'

/** A promise that is not one of the platform's, as query builders give. */
function thenable<T>(value: T): Promise<T> {
  return { then: (resolve: (given: T) => void) => resolve(value) } as unknown as Promise<T>
}

describe.each(['test', 'production'] as const)('a transform that gives a thenable, %s', (mode) => {
  it('is waited for', async () => {
    const later = middleware({
      name: 'later',
      stage: 'respond',
      transform: (_ctx, outcome: Outcome) => {
        outcome.headers.set('x-later', '1')
        return thenable(outcome)
      },
    })
    const routes = { home: route.get('/', { access: 'public', use: [later] }, () => 'hello') }
    await using app = await testApp({ routes, mode })
    const response = await app.request('GET', '/')
    expect([response.status, response.headers.get('x-later'), await response.text()]).toEqual([
      200,
      '1',
      'hello',
    ])
  })
})

import { createApp, route, StartError } from '@keelson/core'
import { afterEach, describe, expect, it } from 'vitest'
import { open } from './support.ts'

/** Where copies of the package say which version they are. */
const lines = (globalThis as unknown as Record<symbol, Map<string, string>>)[Symbol.for('keelson.core.lines')]

afterEach(() => void lines?.delete('99'))

describe('another version of the package in the process', () => {
  it('stops the start, and says where it comes from', () => {
    const app = createApp({ routes: { a: route.get('/', open, () => 1) }, log: false })
    lines?.set('99', 'file:///srv/node_modules/lib/node_modules/@keelson/core/dist/index.js')
    let thrown: unknown
    try {
      app.check()
    } catch (error) {
      thrown = error
    }
    expect((thrown as StartError).problems).toMatchObject([{ code: 'ERR_CORE_COPIES', place: 'app' }])
    expect(String(thrown)).toContain(
      'of @keelson/core are loaded together, the latter from /srv/node_modules/lib/node_modules/@keelson/core/dist/index.js',
    )
  })
})

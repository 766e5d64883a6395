import { bind, createApp, plugin, route, token } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { failureOf, open } from './support.ts'

const OUTBOX = token<object>('outbox')
const routes = {
  a: route.inject({ outbox: OUTBOX }).get('/', open, ({ outbox }) => typeof outbox),
}

/** An app with a service and the plugin whose resources it uses, and what they say when they end. */
function parts() {
  const said: string[] = []
  const outbox = {
    async [Symbol.asyncDispose](): Promise<void> {
      said.push('service')
    },
  }
  const database = plugin({ name: 'database', stop: () => void said.push('plugin') })
  return { said, database, providers: [bind(OUTBOX, { make: () => outbox })] }
}

describe('services are closed before the plugins whose resources they use are stopped', () => {
  it('at the end of an app', async () => {
    const { said, database, providers } = parts()
    const app = await testApp({ routes, providers, plugins: [database] })
    await app.request('GET', '/')
    await app.close()
    expect(said).toEqual(['service', 'plugin'])
  })

  it('where the start has failed', async () => {
    const { said, database, providers } = parts()
    const BROKEN = token<object>('broken')
    const broken = bind(BROKEN, {
      needs: [OUTBOX],
      make: (): object => {
        throw new Error('no disk')
      },
    })
    const late = route.inject({ broken: BROKEN }).get('/late', open, ({ broken: it }) => typeof it)
    const app = createApp({
      log: false,
      routes: { ...routes, late },
      providers: [...providers, broken],
      plugins: [database],
    })
    expect(String(await failureOf(app.start()))).toContain('no disk')
    expect(said).toEqual(['service', 'plugin'])
  })
})

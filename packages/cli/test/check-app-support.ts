import {
  accessRule,
  BUS,
  createApp,
  KEY_VALUE_STORE,
  route,
  router,
  Secret,
  t,
  type App,
  type AppOptions,
} from '@keelson/core'
import type { WatchedVariable } from '@keelson/core/spi'
import type { CheckOptions } from '../src/check-app.ts'

export const response = t.Object({ id: t.String() })

export const show = route.get('/:id', { access: 'public', response }, () => ({ id: '1' }))

export const member = accessRule({ name: 'member', allow: () => true })

export const routes = { items: router('/items', { access: member }, { show }) }

/** An app that `--deploy --strict` has nothing against; each case spoils one thing. */
export function fit(options: Partial<AppOptions> = {}): App {
  return createApp({
    name: 'shop',
    mode: 'production',
    routes,
    server: { trustProxy: 1 },
    ...options,
    log: options.log ?? { level: 'info' },
  } as AppOptions)
}

export function secretOf(value: string, isDefault = false): WatchedVariable {
  return { name: 'TOKEN', isSecret: true, isDefault, value: new Secret(value) }
}

export const ok = () => ({ id: '1' })

class UsesStore {
  static readonly inject = [KEY_VALUE_STORE] as const
  readonly store: unknown
  constructor(store: unknown) {
    this.store = store
  }
}

export class UsesBus {
  static readonly inject = [BUS] as const
  readonly bus: unknown
  constructor(bus: unknown) {
    this.bus = bus
  }
}

export const withStore = { a: route.inject({ one: UsesStore }).get('/a', { access: 'public', response }, ok) }

export const deploy: CheckOptions = { deploy: true }

// A route that does not say who may call it.
import { createApp, route, router } from '../../src/index.ts'

const show = route.get('/', {}, () => 'ok')

export const app = createApp({ routes: { items: router('/items', { show }) } })

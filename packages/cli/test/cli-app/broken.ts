// A route that does not say who may call it.
import { createApp, route, router } from '@keelson/core'

const show = route.get('/', {}, () => 'ok')

// @ts-expect-error -- what the compiler says of it as well
export const app = createApp({ routes: { items: router('/items', { show }) } })

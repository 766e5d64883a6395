import { createApp, route } from '@keelson/core'
import { docs, openapi, toOpenApi } from '@keelson/openapi'

const ping = route.get('/ping', { access: 'public' }, () => 'pong')
export const plugins = [docs({ access: 'public' }), openapi({ access: 'public' })]
export const app = createApp({ routes: { ping }, plugins })
export const document = toOpenApi(app, { info: { version: '1.2.0' } })

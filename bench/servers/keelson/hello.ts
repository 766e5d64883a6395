import { createApp, route } from '@keelson/core'

const hello = route.get('/', { access: 'public' }, () => ({ hello: 'world' }))

const app = createApp({ name: 'hello', routes: { hello }, log: false })
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })

// A worker of node:cluster that would keep refresh tokens in its own memory.
import cluster from 'node:cluster'
import { createApp, route } from '@keelson/core'
import { signedIn, tokens } from '@keelson/auth'

if (cluster.isPrimary) cluster.fork()
else {
  const shop = tokens({
    keys: [{ secret: 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa' }],
    issuer: 'https://shop.example.com',
    audience: 'shop',
    user: ({ sub }) => ({ id: sub }),
  })
  const routes = { me: route.use(shop.scheme).get('/me', { access: signedIn() }, ({ user }) => user.id) }
  const started = createApp({ name: 'shop', mode: 'test', log: false, plugins: [shop], routes }).start()
  process.stdout.write(await started.then(() => 'started', String))
  process.exit()
}

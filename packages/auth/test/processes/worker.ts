// A worker of node:cluster that would keep sessions in its own memory.
import cluster from 'node:cluster'
import { createApp, route } from '@keelson/core'
import { session, signedIn } from '@keelson/auth'

if (cluster.isPrimary) cluster.fork()
else {
  const web = route.use(session({ load: (id) => ({ id }) }))
  const routes = { me: web.get('/me', { access: signedIn() }, ({ user }) => user.id) }
  const started = createApp({ name: 'shop', mode: 'test', log: false, routes }).start()
  process.stdout.write(await started.then(() => 'started', String))
  process.exit()
}

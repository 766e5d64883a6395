// A worker of node:cluster that starts an app with a cache in its memory alone; ends with 3 where it does not start.
import cluster from 'node:cluster'
import { createApp } from '@keelson/core'
import { cache } from '@keelson/cache'

if (cluster.isPrimary) cluster.fork().on('exit', (code) => process.exit(code ?? 1))
else {
  const app = createApp({ name: 'shop', routes: {}, plugins: [cache()], mode: 'test', log: false })
  try {
    await app.start()
    process.exit(0)
  } catch (error) {
    process.stderr.write(error.message, () => process.exit(3))
  }
}

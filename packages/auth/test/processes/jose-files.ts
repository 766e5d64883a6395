// Writes how many files of jose were loaded when an app that verifies tokens had started, and when it had issued one.
import { registerHooks } from 'node:module'

const files = new Set<string>()
registerHooks({
  load(url, context, next) {
    if (url.includes('/jose/dist/')) files.add(url)
    return next(url, context)
  },
})
const { createApp, route } = await import('@keelson/core')
const { bearer, signedIn, Tokens, tokens } = await import('@keelson/auth')

const secret = 'q7ZkVw2RtLx9NfBc4JmYp6HsDg3EuTa8KoWbXrQi5vM'
const user = ({ sub }: { readonly sub: string }): { readonly id: string } => ({ id: sub })
const issuer = tokens({
  name: 'own',
  scheme: 'Token',
  issuer: 'shop',
  audience: 'shop',
  keys: [{ secret }],
  refresh: false,
  checkRevoked: false,
  user,
})
const web = route.use(bearer({ secret, audience: 'shop', user }))
const routes = {
  mine: web.get('/mine', { access: signedIn() }, (ctx) => ctx.user.id),
  own: route.use(issuer.scheme).get('/own', { access: signedIn() }, (ctx) => ctx.user.id),
  issue: route
    .inject({ own: Tokens })
    .post('/issue', { access: 'public' }, ({ own }) => own.issueAccess('ada')),
}
const app = createApp({ name: 'shop', routes, plugins: [issuer], mode: 'test', log: false })
await app.start()
const atStart = files.size
const { status } = await app.fetch(new Request('http://localhost/issue', { method: 'POST' }))
process.stdout.write(JSON.stringify({ status, atStart, issued: files.size }))
await app.stop()

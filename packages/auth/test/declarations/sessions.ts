import { route, token } from '@keelson/core'
import { anyOf, apiKeys, EndAccess, session, Sessions, signedIn } from '@keelson/auth'

export interface Person {
  readonly id: string
}
interface People {
  byId(id: string): Promise<Person | undefined>
}
const PEOPLE = token<People>('people')

export const people = session({ inject: { people: PEOPLE }, load: (id, { people: all }) => all.byId(id) })
export const web = route
  .use(anyOf(people, apiKeys({ user: (key) => ({ id: key.userId }) })))
  .inject({ sessions: Sessions, access: EndAccess })
export const me = web.get('/me', { access: signedIn() }, ({ user }) => user.id)
export const signOut = web.post('/sign-out', { access: 'public' }, (ctx) => ctx.sessions.signOut(ctx))

import { accessRule, createApp, middleware, needs, route } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { toOpenApi } from '../src/index.ts'

const visitor = middleware({
  name: 'visitor',
  stage: 'authenticate',
  adds: ['user'],
  run: (): { user: string | undefined } => ({ user: undefined }),
  describe: { security: ['bearer', 'basic'], isSecurityOptional: true },
})
const member = accessRule({
  name: 'member',
  needs: needs<{ user: string | undefined }>('user'),
  narrows: ['user'],
  allow: ({ user }) => user !== undefined,
})
const api = route.use(visitor)
const routes = {
  list: api.get('/', { access: 'public' }, () => 1),
  mine: api.get('/mine', { access: member }, () => 1),
}

describe.each(['3.1', '3.0'] as const)('a document of OpenAPI %s', (version) => {
  const { paths } = toOpenApi(createApp({ routes, log: false, health: false }), { version })

  it('says that anybody may call where no access rule asks for the caller, and that a credential is looked at', () => {
    expect(paths['/']?.get?.security).toEqual([{ bearer: [] }, { basic: [] }, {}])
    expect(paths['/']?.get?.responses).toHaveProperty('401')
  })

  it('says that credentials are demanded where a rule narrows what they add', () => {
    expect(paths['/mine']?.get?.security).toEqual([{ bearer: [] }, { basic: [] }])
  })
})

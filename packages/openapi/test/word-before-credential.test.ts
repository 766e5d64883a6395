import { createApp, middleware, route } from '@keelson/core'
import { expect, it } from 'vitest'
import { toOpenApi } from '../src/index.ts'

it.each(['3.1', '3.0'] as const)('says what stands before a credential in the header: %s', (version) => {
  const schemesOf = (description?: string) => {
    const scheme = {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      authScheme: 'Token',
      description,
    } as const
    const byToken = middleware({
      name: 'byToken',
      stage: 'authenticate',
      run: () => undefined,
      describe: { security: { name: 'Token', scheme } },
    })
    const app = createApp({
      log: false,
      routes: { a: route.use(byToken).get('/', { access: 'public' }, () => 1) },
    })
    return toOpenApi(app, { version }).components.securitySchemes
  }
  expect(schemesOf()).toEqual({
    Token: {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: '`Token`, a space, and the credential.',
      'x-auth-scheme': 'Token',
    },
  })
  expect(schemesOf('As the mail says.')?.['Token']?.description).toBe('As the mail says.')
})

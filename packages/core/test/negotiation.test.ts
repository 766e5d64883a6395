import { content, reply, route, t } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

describe.each(transports)('Accept, %s', (transport) => {
  const routes = {
    json: route.get('/json', { ...open, response: t.Object({ a: t.Integer() }) }, () => ({ a: 1 })),
    free: route.get('/free', open, () => 'x'),
    redirecting: route.get('/redirecting', { ...open, response: { 303: null } }, () =>
      reply(303, undefined, { location: '/' }),
    ),
    form: route.get('/form', { ...open, response: { 303: null, 422: content('text/html') } }, () =>
      reply(303, undefined, { location: '/' }),
    ),
    gone: route.get('/gone', { ...open, response: { 204: null } }, () => reply(204)),
  }
  const ask = async (accept: string, path = '/json') => {
    await using app = await testApp({ routes, transport })
    const response = await app.request('GET', path, { headers: { accept } })
    return response.status
  }

  it.each([
    'application/json',
    'application/*',
    '*/*',
    'Application/JSON',
    '*/*;q=0.1',
    'text/html, */*;q=0.8',
    'text/html, application/json;q=0.001',
    'application/json;q=0.5, */*;q=0',
    'application/json; charset=utf-8',
    'application/*;q=0, application/json',
    ' application/json ; q=1.000 ',
    'text/html,,application/json',
    'application/json;p="a;q=0;b"',
    'text/html;p="a,b", application/json',
    'application/json;p="\\",text/html;q=0"',
    // Of two that are equally specific the one that accepts counts, whichever comes first.
    'application/json;q=0, application/json;q=0.5',
    'application/json;q=0.5, application/json;q=0',
    '*/*;q=0, */*',
    '*/*, */*;q=0',
  ])('takes JSON where it says %s', async (accept) => {
    expect(await ask(accept)).toBe(200)
  })

  it.each([
    'text/html',
    'application/xml',
    'application/json;q=0',
    'application/json;q=0.000',
    '*/*;q=0',
    'application/*;q=0',
    'application/json;q=0, */*',
    'text/*, image/png',
    'application/json+x',
    'text/html;p="a, application/json"',
    'json',
  ])('is a 406 where it says %s', async (accept) => {
    expect(await ask(accept)).toBe(406)
  })

  it.each(['', ',', ' , ,'])('says nothing when it is missing or empty: %j', async (accept) => {
    expect(await ask(accept)).toBe(200)
  })

  it('is not asked of routes that declare no response', async () => {
    expect(await ask('image/png', '/free')).toBe(200)
  })

  it.each([
    ['/redirecting', 303],
    ['/form', 303],
    ['/gone', 204],
  ])('is not asked of what has no content, and takes what a form answers: %s', async (path, status) => {
    expect(await ask('text/vnd.turbo-stream.html, text/html, application/xhtml+xml', path)).toBe(status)
  })

  it('is asked of a form that answers pages alone', async () => {
    expect(await ask('application/json', '/form')).toBe(406)
  })

  it('is refused as a problem, whatever it accepts', async () => {
    await using app = await testApp({ routes, transport })
    const response = await app.request('GET', '/json', { headers: { accept: 'text/html' } })
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ code: 'ERR_CORE_NOT_ACCEPTABLE', status: 406 })
  })
})

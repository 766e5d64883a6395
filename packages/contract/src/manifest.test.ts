import { describe, expect, it } from 'vitest'
import { readManifestRoute } from './manifest.ts'

describe('a line of the manifest', () => {
  it('means JSON, status 200 and no errors when it says no more', () => {
    const route = readManifestRoute('orders.show', 'GET /orders/:id')
    expect(route).toMatchObject({ name: 'orders.show', method: 'GET', mediaTypes: ['application/json'] })
    expect(route.path).toEqual(['/orders', ':', 'id', ''])
    expect([199, 200, 201, 204, 300, 404].filter((status) => route.typesOf(status) !== undefined)).toEqual([
      200,
    ])
    expect(route.isDeclared('ORDER_CLOSED')).toBe(false)
  })

  it('names statuses, media type and errors in any number', () => {
    const route = readManifestRoute('a', 'POST /a 201 202 text/csv A_B C')
    expect([200, 201, 202].filter((status) => route.typesOf(status) !== undefined)).toEqual([201, 202])
    expect(route.mediaTypes).toEqual(['text/csv'])
    expect(['A_B', 'C', 'A', 'B'].filter((code) => route.isDeclared(code))).toEqual(['A_B', 'C'])
  })

  it('names the media types of a success that is no JSON', () => {
    const route = readManifestRoute('a', 'POST /a 200:text/csv:text/html 201 text/plain A_B')
    expect([200, 201, 202].map((status) => route.typesOf(status))).toEqual([
      'text/csv:text/html',
      '',
      undefined,
    ])
    expect(route.mediaTypes).toEqual(['text/plain'])
  })

  it('takes every success for 2xx', () => {
    const route = readManifestRoute('a', 'GET /a 2xx')
    expect([199, 200, 204, 299, 300, 404].filter((status) => route.typesOf(status) !== undefined)).toEqual([
      200, 204, 299,
    ])
  })

  it('never takes an error status for a success', () => {
    const route = readManifestRoute('a', 'GET /a CLOSED')
    expect(route.typesOf(404)).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { readManifestRoute } from '@keelson/contract'
import { toTarget, type Fields } from './url.ts'

const target = (pattern: string, params: Fields = {}, query: Fields = {}): string =>
  toTarget(readManifestRoute('a.b', `GET ${pattern}`), { params, query })

const clientError = (pattern: string, params: Fields): unknown => {
  try {
    return target(pattern, params)
  } catch (error) {
    return error
  }
}

describe('the path of a call', () => {
  it('is the pattern where it has no params', () => {
    expect(target('/')).toBe('/')
    expect(target('/orders/')).toBe('/orders/')
    expect(target('/caf%C3%A9/%3Anow')).toBe('/caf%C3%A9/%3Anow')
  })

  it('has each param percent-encoded as one segment', () => {
    expect(target('/a/:id', { id: 'x/y z?#%&+ü\\' })).toBe('/a/x%2Fy%20z%3F%23%25%26%2B%C3%BC%5C')
    expect(target('/:a/b/:c', { a: 1, c: 2 })).toBe('/1/b/2')
    expect(target('/:a/:b', { a: 'x', b: 'y' })).toBe('/x/y')
  })

  it('keeps the slashes of a wildcard and encodes what is between', () => {
    expect(target('/files/*path', { path: 'a b/c?d//e' })).toBe('/files/a%20b/c%3Fd//e')
  })

  it('may have an empty rest where the server takes one', () => {
    expect(target('/files/?path', { path: '' })).toBe('/files/')
    expect(target('/:a/?path', { a: 1, path: 'a b/c' })).toBe('/1/a%20b/c')
    for (const path of [undefined, null])
      expect(clientError('/files/?path', { path })).toEqual(
        new TypeError("param 'path' is missing or empty."),
      )
    expect(clientError('/files/*path', { path: '' })).toEqual(
      new TypeError("param 'path' is missing or empty."),
    )
  })

  it('takes numbers, booleans, bigints and dates for params', () => {
    const at = new Date(0)
    expect(target('/:a/:b/:c/:d', { a: 0, b: false, c: 10n, d: at })).toBe(
      '/0/false/10/1970-01-01T00%3A00%3A00.000Z',
    )
  })

  it('ignores params that the pattern does not have', () => {
    expect(target('/a/:id', { id: 'x', other: 'y' })).toBe('/a/x')
  })

  it.each([{}, { id: undefined }, { id: null }, { id: '' }])('is refused without the param: %j', (params) => {
    expect(clientError('/a/:id', params)).toEqual(new TypeError("param 'id' is missing or empty."))
  })

  it('never takes a param from the prototype', () => {
    expect(clientError('/a/:constructor', {})).toBeInstanceOf(Error)
  })

  it.each(['.', '..'])('is refused for the dot segment %s, which every URL parser would resolve', (id) => {
    expect(clientError('/a/:id', { id })).toBeInstanceOf(TypeError)
    expect(clientError('/a/*id', { id: `x/${id}/y` })).toBeInstanceOf(TypeError)
  })

  it('survives a URL parser unchanged', () => {
    const path = target('/a/:id/*rest', { id: '...', rest: '%2e%2e/.x/..y' })
    expect(new URL(`http://h${path}`).pathname).toBe(path)
  })

  it.each([{ id: {} }, { id: [] }, { id: new Date(Number.NaN) }, { id: '\ud800' }])(
    'is refused for what is no text',
    (params) => {
      expect(clientError('/a/:id', params)).toBeInstanceOf(Error)
    },
  )
})

describe('the query of a call', () => {
  const query = (fields: Fields): string => target('/', {}, fields)

  it('repeats the key of a list, and leaves nothing out but nothing', () => {
    expect(query({ tag: ['a', 'b', undefined, ''], none: undefined, nil: null, empty: [] })).toBe(
      '/?tag=a&tag=b&tag=',
    )
  })

  it('writes numbers, booleans and dates as text', () => {
    expect(query({ n: 1.5, b: false, d: new Date(0), z: 0 })).toBe(
      '/?n=1.5&b=false&d=1970-01-01T00%3A00%3A00.000Z&z=0',
    )
  })

  it('encodes keys and values so that forms and URLs read the same', () => {
    const text = query({ 'a b&': 'c+d=e ü%' })
    expect(text).toBe('/?a%20b%26=c%2Bd%3De%20%C3%BC%25')
    expect([...new URL(`http://h${text}`).searchParams]).toEqual([['a b&', 'c+d=e ü%']])
  })

  it('refuses objects instead of writing [object Object]', () => {
    const message = "query 'filter': objects cannot be written as text."
    for (const filter of [{ a: 1 }, [[1]]]) expect(() => query({ filter })).toThrow(message)
  })
})
